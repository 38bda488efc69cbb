export { addressOf, instanceId, MACHINE_KIND } from './address.ts'
export { Cascade } from './cascade.ts'
export type { InstanceCoverage } from './coverage.ts'
export {
  type AnyMachine,
  type DurableMachine,
  type DurableOptions,
  durable,
  type Implementation,
  type Unhandled,
} from './durable.ts'
export { bringForth, family, heirsOf } from './fork.ts'
export { effectHandlers, timerHandlers } from './handlers.ts'
export { isRecordedSteps, type MachineRevision, withSteps } from './history.ts'
export type { InstanceInspection } from './inspection.ts'
export { MachineInstance, type MachineServices, type Sent } from './instance.ts'
export type { InstanceSnapshot, InstanceStatus, WaitingTimer } from './instance-view.ts'
export { type InstancePage, type InstanceQuery, type InstanceSummary, Instances } from './instances.ts'
export { type MachineSummary, summaryOf } from './machine-summary.ts'
export { MachineTx } from './machine-tx.ts'
export { Machines } from './machines.ts'
export type { RecordedStep } from './recorded-step.ts'
export { maskStep, mayBringSecrets, secretPathsOf, secretsAt } from './secrets.ts'
export { type Defined, type StatechartPage, Statecharts } from './statecharts.ts'
export { STATECHART_KIND, type StatechartOptions, StoredMachines, type StoredVersion } from './stored-machines.ts'
export { partsOf } from './tag.ts'
export { followSession } from './tree.ts'
