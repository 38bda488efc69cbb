import { HoldfastError, type Issue, parsePath } from '../core/index.ts'
import type { EffectContext, RetryPolicy } from '../runtime/index.ts'
import { type Machine, type MachineNames, type MachineTypes, type Migration, statesOf } from '../statechart/index.ts'

/** Work outside that a machine asks for. It may run more than once with the same `context.key`; its end is recorded once. */
export interface Implementation {
  /** What it returns is stored: plain or rich values, no class instances. */
  run(input: unknown, context: EffectContext): unknown
  /** Default 5 attempts. */
  readonly retry?: RetryPolicy
  /** Milliseconds one attempt may take. Default 60,000. */
  readonly timeout?: number
}

/** What an event that no transition takes is to a machine. */
export type Unhandled = 'ignore' | 'record' | 'reject'

/** What a machine needs beside its definition to live in a store. */
export interface DurableOptions<N extends MachineNames = MachineNames> {
  /** What the definition's `external` actors do. */
  readonly actors?: { readonly [K in N['actors']]?: Implementation }
  /** What the definition's effects do. */
  readonly effects?: { readonly [K in N['effects']]?: Implementation }
  /**
   * `record` (default): the history tells of the event, the state stays. `ignore`: no trace of it. `reject`: whoever sent it gets a
   * `conflict`, and nothing changes.
   */
  readonly unhandled?: Unhandled
  /**
   * What becomes of instances that other versions have stored, by version (or `version#hash`). Where what is stored fits, none is
   * needed; where it does not, the instance stands still as `needs_migration` until there is one.
   */
  readonly migrations?: Readonly<Record<string, Migration>>
  /** Milliseconds after which a timer that rings counts as late. Default 10,000. */
  readonly lateAfter?: number
  /**
   * Paths of the context, such as `card.number`, that do not leave over HTTP and the command line; what events carry there neither, and no
   * event repeats what ever stood there.
   */
  readonly secret?: readonly string[]
}

/** A machine with what it needs to live in a store. */
export interface DurableMachine<T extends MachineTypes = MachineTypes, N extends MachineNames = MachineNames> {
  readonly machine: Machine<T, N>
  readonly options: DurableOptions
  /** Its definition is kept in the store, not in the program. */
  readonly stored?: true
}

/** A machine by itself, or with implementations. */
export type AnyMachine<T extends MachineTypes = MachineTypes> = Machine<T> | DurableMachine<T>

/**
 * Gives a machine's actors and effects their implementations, for `open({ machines: [...] })`.
 * @throws invalid with all findings at once, in `details.issues`
 */
export function durable<T extends MachineTypes, N extends MachineNames>(
  machine: Machine<T, N>,
  options: DurableOptions<N> = {},
): DurableMachine<T, N> {
  const declared: DurableOptions = options
  const issues = [
    ...unknownNames(machine, declared),
    ...withoutRun('actors', declared),
    ...withoutRun('effects', declared),
    ...wrongValues(declared),
    ...wrongTargets(machine, declared),
  ]
  if (issues.length === 0) return { machine, options: declared }
  const message = `Machine ${machine.id} cannot be made durable: ${issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')}`
  throw new HoldfastError('invalid', message, { path: machine.id, issues })
}

/**
 * Options that are for no machine in particular, looked at.
 * @throws invalid with all findings at once, in `details.issues`
 */
export function implementations(options: DurableOptions): DurableOptions {
  const issues = [...withoutRun('actors', options), ...withoutRun('effects', options), ...wrongValues(options)]
  if (issues.length === 0) return options
  const message = `The options for statecharts do not fit: ${issues.map((issue) => `${issue.path}: ${issue.message}`).join('; ')}`
  throw new HoldfastError('invalid', message, { path: 'statecharts', issues })
}

/** The machine in what stands for one. */
export function definitionOf<T extends MachineTypes>(given: AnyMachine<T>): Machine<T> {
  return 'machine' in given ? given.machine : given
}

function unknownNames({ actors, effects }: Machine, options: DurableOptions): Issue[] {
  const external = Object.keys(actors).filter((name) => actors[name] === 'external')
  const strange = (kind: 'actors' | 'effects', known: readonly string[]): Issue[] =>
    Object.keys(options[kind] ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: `${kind}.${name}`, message: `the definition has none of that name; it has ${list(known)}` }))
  return [...strange('actors', external), ...strange('effects', effects)]
}

function withoutRun(kind: 'actors' | 'effects', options: DurableOptions): Issue[] {
  return Object.entries(options[kind] ?? {})
    .filter(([, implementation]) => typeof implementation?.run !== 'function')
    .map(([name]) => ({ path: `${kind}.${name}`, message: 'expected an object with a function `run`' }))
}

function wrongValues({ unhandled = 'record', lateAfter = 0, secret = [] }: DurableOptions): Issue[] {
  const isPolicy = ['ignore', 'record', 'reject'].includes(unhandled)
  return [
    ...(isPolicy ? [] : [{ path: 'unhandled', message: `expected ignore, record or reject, got ${JSON.stringify(unhandled)}` }]),
    ...(lateAfter >= 0 ? [] : [{ path: 'lateAfter', message: `expected milliseconds, got ${lateAfter}` }]),
    ...wrongPaths(secret),
  ]
}

function wrongPaths(paths: readonly string[]): Issue[] {
  return paths.flatMap((path, i) => {
    try {
      parsePath(path)
      return []
    } catch (error) {
      return [{ path: `secret.${i}`, message: error instanceof Error ? error.message : String(error) }]
    }
  })
}

/** A migration leads to innermost states and histories: to what a stored snapshot can name. */
function wrongTargets(machine: Machine, { migrations = {} }: DurableOptions): Issue[] {
  const usable = statesOf(machine).flatMap(({ id, kind }) => (kind === 'compound' || kind === 'parallel' ? [] : [id]))
  return Object.entries(migrations).flatMap(([version, { states = {} }]) =>
    Object.entries(states).flatMap(([from, to]) => {
      const path = `migrations.${version}.states.${from}`
      return usable.includes(to) ? [] : [{ path, message: `${to} is no innermost state or history; there are ${list(usable)}` }]
    }),
  )
}

function list(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(', ')
}
