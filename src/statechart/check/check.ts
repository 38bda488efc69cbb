import type { StandardSchemaV1 } from '@standard-schema/spec'
import { HoldfastError, type Issue } from '../../core/index.ts'
import { blueprintOf } from '../definition/define.ts'
import { CompiledMachine, type Machine } from '../machine.ts'
import type { MachineTypes } from '../snapshot.ts'
import { compiled } from '../step.ts'
import type { StoredSnapshot } from '../stored.ts'
import { carelessInvokes } from './children.ts'
import { regionConflicts } from './conflicts.ts'
import { endlessSteps } from './cycles.ts'
import { deadEnds, traps } from './endings.ts'
import { unhandledEvents, unraisedEvents } from './events.ts'
import type { Exploration } from './exploration.ts'
import { Family } from './family.ts'
import type { Finding } from './finding.ts'
import { contextMismatches, unfitConfigurations, unfitSnapshots } from './fit.ts'
import { unnamedFunctions, unusedNames } from './names.ts'
import { deadTransitions, unreachableStates } from './reachability.ts'

/** What a machine is checked against, beside itself. All of it may be left out. */
export interface CheckOptions<T extends MachineTypes = MachineTypes> {
  /** The types of all events that outsiders send. Without it any event may come, and none is missed. */
  readonly events?: readonly T['events']['type'][]
  /** What the context has to be like; it has to answer at once. */
  readonly schema?: StandardSchemaV1
  /** What the machine is started with, to make the context. */
  readonly input?: T['input']
  /** The version before, or snapshots of it: do instances that run find their place here? */
  readonly previous?: Machine | readonly StoredSnapshot[]
  /** How many moments to look at; 4,000 unless said. */
  readonly most?: number
}

const MOST_MOMENTS = 4000

/**
 * Looks for what is wrong with a machine without running it: every configuration it may come to is visited breadth first, and what
 * guards answer is taken to be unknown. Pure; bounded by `most`, and a finding says when that was reached.
 * @returns what was found, errors first; empty for a sound machine
 */
export function check<T extends MachineTypes>(machine: Machine<T>, options: CheckOptions<T> = {}): readonly Finding[] {
  const { events, most = MOST_MOMENTS } = options
  const chart = compiled(machine)
  const family = new Family(most)
  const exploration = family.explore(chart, events)
  const unraised = unraisedEvents(exploration, family)
  const found: Finding[] = [
    ...unreachableStates(exploration),
    ...deadTransitions(exploration, new Set(unraised.keys())),
    ...unraised.values(),
    ...unhandledEvents(exploration, events ?? [], family),
    ...regionConflicts(exploration),
    ...deadEnds(exploration),
    ...traps(exploration),
    ...endlessSteps(exploration),
    ...carelessInvokes(exploration),
    ...unusedNames(chart),
    ...unnamedFunctions(chart),
    ...against(machine, options, family),
    ...bound(exploration, most),
  ]
  return bySeverity(found)
}

/**
 * The same for a definition that may be none, such as JSON from elsewhere: what `defineMachine` would refuse are findings too. Never
 * throws, whatever it is given.
 */
export function checkDefinition(definition: unknown, options: CheckOptions = {}): readonly Finding[] {
  try {
    return check(new CompiledMachine(blueprintOf(definition)), options)
  } catch (error) {
    return issuesOf(error).map((issue) => {
      return { kind: 'illegal-definition', severity: 'error', certainty: 'certain', ...issue, trace: [] }
    })
  }
}

function issuesOf(error: unknown): readonly Issue[] {
  const issues = HoldfastError.is(error, 'invalid') ? error.details.issues : undefined
  return issues ?? [{ path: 'machine', message: error instanceof Error ? error.message : String(error) }]
}

function against(machine: Machine, { schema, input, previous }: CheckOptions, family: Family): Finding[] {
  const context = schema === undefined ? [] : contextMismatches(machine, schema, input)
  if (previous === undefined) return context
  const unfit = isMachine(previous) ? unfitConfigurations(compiled(machine), previous, family) : unfitSnapshots(machine, previous)
  return [...context, ...unfit]
}

function isMachine(previous: Machine | readonly StoredSnapshot[]): previous is Machine {
  return !Array.isArray(previous)
}

function bound({ chart, complete }: Exploration, most: number): Finding[] {
  if (complete) return []
  const message = `there are more than ${most} moments: states and transitions that nothing reaches were not looked for`
  return [{ kind: 'bound-reached', severity: 'info', certainty: 'certain', path: chart.blueprint.id, message, trace: [] }]
}

function bySeverity(findings: readonly Finding[]): readonly Finding[] {
  const order = ['error', 'warning', 'info']
  return findings.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity))
}
