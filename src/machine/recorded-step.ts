import { HoldfastError, toTagged } from '../core/index.ts'
import type { Described } from '../runtime/index.ts'
import { type EventObject, idsOfTaken, type Step } from '../statechart/index.ts'

/** What one event did to an instance, as its history and its watchers are told. */
export interface RecordedStep {
  /** With its payload; of a large one only type and size are kept. */
  readonly event: EventObject
  /** The instance that sent it. */
  readonly from?: string
  /** `source --event--> targets`, in the order they were taken. */
  readonly transitions?: readonly string[]
  /** The same by their ids in the machine's diagram. */
  readonly taken?: readonly string[]
  /** The states it entered, in that order. */
  readonly entered?: readonly string[]
  /** The innermost active states after it; absent where it moved nothing. */
  readonly states?: readonly string[]
  readonly emitted?: readonly unknown[]
  readonly logged?: readonly { readonly label?: string; readonly value: unknown }[]
  /** The timer it is about. */
  readonly timer?: string
  /** The tool it is about. */
  readonly tool?: string
  /** No transition took it. */
  readonly unhandled?: true
  /** The step threw: nothing of it was kept. */
  readonly failed?: Described
  /** The stored snapshot was of this other version or structure, and was adopted. */
  readonly adopted?: string
}

/** A payload of more characters, as JSON, is not repeated in the log. */
const MOST_CHARACTERS = 4096
/** Of long macrosteps only so many transitions, states and messages are told. */
const MOST_ITEMS = 50

/** What is told of an event, bounded in size. */
export function recordStep(
  event: EventObject,
  told: Pick<RecordedStep, 'from' | 'unhandled' | 'failed'>,
  step?: Step,
): RecordedStep {
  return { event: boundedEvent(event), ...told, ...(step && whatItDid(step)) }
}

function whatItDid({ snapshot, trace, effects }: Step): Partial<RecordedStep> {
  const did = {
    transitions: trace.flatMap((microstep) => microstep.transitions),
    taken: trace.flatMap(idsOfTaken),
    entered: trace.flatMap((microstep) => microstep.entered),
    states: snapshot.states,
    emitted: effects.flatMap((effect) => (effect.type === 'emit' ? [bounded(effect.event)] : [])),
    logged: effects.flatMap((effect) => (effect.type === 'log' ? [logOf(effect)] : [])),
  }
  // Every event of every instance comes by here.
  const told: Record<string, readonly unknown[]> = {}
  for (const name in did) {
    const items: readonly unknown[] = did[name as keyof typeof did]
    if (items.length > 0) told[name] = items.length > MOST_ITEMS ? items.slice(0, MOST_ITEMS) : items
  }
  return told
}

function logOf({ label, value }: { readonly label?: string; readonly value: unknown }) {
  return { ...(label !== undefined && { label }), value: bounded(value) }
}

function boundedEvent(event: EventObject): EventObject {
  const kept = bounded(event)
  return kept === event ? event : { type: event.type, ...(kept as object) }
}

/** The value, or what is said in its place when it is too large or cannot be stored: a log line must not refuse a step. */
function bounded(value: unknown): unknown {
  if (typeof value === 'string' && value.length <= MOST_CHARACTERS) return value
  try {
    const { length } = JSON.stringify(toTagged(value).json)
    return length <= MOST_CHARACTERS ? value : { omitted: `${length} characters` }
  } catch (error) {
    if (HoldfastError.is(error, 'invalid')) return { omitted: error.message }
    throw error
  }
}
