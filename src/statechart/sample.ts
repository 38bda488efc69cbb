import { covers } from './descriptor.ts'
import { doneInvoke, ERROR_EXECUTION, type EventObject, errorInvoke, type PlatformEvent } from './event.ts'
import { children } from './look.ts'
import { type MachineTypes, opened, type Snapshot } from './snapshot.ts'

/** Events to try, by type: one for each case that guards or actions tell apart. A type without any is tried with nothing but its type. */
export type EventSamples<T extends MachineTypes = MachineTypes> = {
  readonly [K in T['events']['type']]?: readonly (T['events'] & { readonly type: K })[]
}

/** What children may answer, by the id of the child; one that is not listed answers with nothing. */
export interface AnswerSamples {
  readonly [child: string]: readonly unknown[]
}

/** Everything that may happen to a machine at a moment: events from outside, timers, answers of children; guards left aside. */
export function occurrences(snapshot: Snapshot, events: EventSamples, answers: AnswerSamples): EventObject[] {
  return [...incoming(snapshot, events), ...timers(snapshot), ...replies(snapshot, answers)]
}

/** Events from outside that the active states have transitions for. */
export function incoming(snapshot: Snapshot, samples: EventSamples): EventObject[] {
  const known = Object.values(samples).flatMap((each) => each ?? [])
  const found = descriptorsOf(snapshot).flatMap((descriptor): readonly EventObject[] => {
    const fitting = known.filter(({ type }) => covers(descriptor, type))
    if (fitting.length > 0 || descriptor.prefix || isPlatform(descriptor.name)) return fitting
    return [{ type: descriptor.name }]
  })
  return [...new Set(found)]
}

/** What running children may answer: `done` with each sample, and `error` where it is awaited. */
export function replies(snapshot: Snapshot, samples: AnswerSamples): PlatformEvent[] {
  const awaited = descriptorsOf(snapshot)
  return children(snapshot).flatMap((invokeId) => {
    const done = (samples[invokeId] ?? [undefined]).map((output) => ({ type: doneInvoke(invokeId), invokeId, output }))
    const failed = { type: errorInvoke(invokeId), invokeId, error: 'failed' }
    return [...done, failed].filter(({ type }) => awaited.some((descriptor) => covers(descriptor, type)))
  })
}

function timers(snapshot: Snapshot): EventObject[] {
  return descriptorsOf(snapshot).flatMap(({ name, prefix }) => (!prefix && name.startsWith('after.') ? [{ type: name }] : []))
}

function descriptorsOf(snapshot: Snapshot) {
  if (snapshot.status === 'done') return []
  const { chart, configuration } = opened(snapshot)
  return configuration.states.flatMap((index) => chart.table.at(index).transitions.flatMap(({ on }) => on))
}

function isPlatform(type: string): boolean {
  return /^(done\.(state|invoke)|error\.invoke|after)\./.test(type) || type === ERROR_EXECUTION
}
