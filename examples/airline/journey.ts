import type { Holdfast } from 'holdfast'
import { type EventObject, initial, type Machine, type Snapshot, step } from 'holdfast/statechart'
import type { Case } from './case.ts'
import { SupportAgent } from './machine.ts'

/** What an instance has been through, read from its log. */
export interface Journey {
  readonly session: string
  /** What it was given, its own timers among them, in order. */
  readonly events: readonly EventObject[]
  /** How often each state was entered, in the order they were first entered. */
  readonly visits: ReadonlyMap<string, number>
  /** The types of events that no transition took. */
  readonly unhandled: readonly string[]
  /** Where its events lead to. */
  readonly end: Snapshot
  readonly known: Case
}

/** The way an instance has gone: the log has its events, and the machine's step is pure, so the way can be gone again. */
export async function journeyOf(hf: Holdfast, session: string): Promise<Journey> {
  const instance = hf.machine(SupportAgent, session, 'agent')
  const revisions = await Array.fromAsync(instance.history({ order: 'oldest' }))
  const steps = revisions.flatMap((revision) => revision.steps)
  const [start, ...events] = steps.map(({ event }) => event)
  const unhandled = steps.flatMap(({ event, unhandled: isUnhandled }) => (isUnhandled === true ? [event.type] : []))
  const { visits, end } = follow(start, events)
  return { session, events, visits, unhandled, end, known: end.context as Case }
}

function follow(start: EventObject | undefined, events: readonly EventObject[]): Pick<Journey, 'visits' | 'end'> {
  const { input } = Object(start) as { input?: { patience?: number } }
  const machine: Machine = SupportAgent
  const visits = new Map<string, number>()
  let at = initial(machine, 0, input)
  count(visits, at)
  for (const event of events) {
    at = step(at.snapshot, event, 0)
    count(visits, at)
  }
  return { visits, end: at.snapshot }
}

function count(visits: Map<string, number>, { trace }: ReturnType<typeof step>): void {
  for (const id of trace.flatMap(({ entered }) => entered)) visits.set(id, (visits.get(id) ?? 0) + 1)
}
