export { type Adopted, adopt, type Migration, statesOf, type Underway } from './adoption.ts'
export {
  type Action,
  type Block,
  type Blueprint,
  type Descriptor,
  Interruption,
  type InvokeBlueprint,
  type InvokeFacts,
  type Scope,
  type StateBlueprint,
  type StateFacts,
  type StateKind,
  type Test,
  type TransitionBlueprint,
  type TransitionFacts,
} from './blueprint.ts'
export { type CheckOptions, check, checkDefinition, type Finding, type FindingKind, type Severity } from './check/index.ts'
export type { Microstep } from './configuration.ts'
export * from './definition/index.ts'
export * from './diagram/index.ts'
export type {
  CancelEffect,
  Effect,
  EmitEffect,
  Late,
  LogEffect,
  PerformEffect,
  ScheduleEffect,
  SendEffect,
  StartEffect,
  StopEffect,
} from './effect.ts'
export { ERROR_EXECUTION, type EventObject, INIT, type PlatformEvent } from './event.ts'
export { type ScxmlNames, toJson, toMermaid, toScxml } from './export/index.ts'
export {
  activeStates,
  allowsTool,
  children,
  hasTag,
  instructions,
  matches,
  metaOf,
  nextEvents,
  type StateValue,
  tagsOf,
  tools,
} from './look.ts'
export { type ActorSource, isMachine, type Machine, type MachineNames, machineOf } from './machine.ts'
export type { ActionNote, GuardNote, InvokeNote } from './note.ts'
export {
  type Coverage,
  coverage,
  endOf,
  type Implementation,
  type MachinePath,
  type PathOptions,
  type PathStep,
  type PathSurroundings,
  type Paths,
  paths,
  type Share,
  type Trial,
  testsOf,
  titleOf,
} from './paths/index.ts'
export type { AnswerSamples, EventSamples } from './sample.ts'
export {
  type Chances,
  type Occurrence,
  type Outcome,
  type Plot,
  type SimulatedStep,
  type SimulateOptions,
  type Simulation,
  simulate,
} from './simulation/index.ts'
export type { MachineTypes, Snapshot, Status } from './snapshot.ts'
export { can, initial, type Step, step } from './step.ts'
export { endsStep } from './step-end.ts'
export { encode, restore, type StoredDetails, type StoredSnapshot } from './stored.ts'
export { type Actor, System, type SystemOptions } from './system.ts'
export { worded } from './words.ts'
