import { HoldfastError } from '../core/index.ts'
import {
  adopt,
  type CancelEffect,
  restore,
  type ScheduleEffect,
  type Snapshot,
  type StoredSnapshot,
} from '../statechart/index.ts'
import type { DurableMachine } from './durable.ts'
import { partsOf } from './tag.ts'
import type { Work } from './work.ts'

/** What was stored, under a definition that can go on with it. */
export interface Opened {
  readonly durable: DurableMachine
  readonly snapshot: Snapshot
  /** Where another version, or another structure, had stored it: which one, and the timers that follow. */
  readonly adopted?: { readonly from: string; readonly effects: readonly (CancelEffect | ScheduleEffect)[] }
}

/**
 * Opens a stored snapshot with the machine that stored it, or has today's machine adopt it.
 * @throws needs_migration when it does not fit, or no machine of that id is known
 */
export function openStored(
  id: string,
  { stored, work }: { readonly stored: StoredSnapshot; readonly work: Work },
  durable: DurableMachine | undefined,
  now: number,
): Opened {
  const [from] = stored
  if (durable === undefined) throw unknown(id, from)
  const { machine, options } = durable
  if (from === machine.tag) return { durable, snapshot: restore(machine, stored) }
  const timers = Object.fromEntries(Object.entries(work.timers).map(([timer, { at }]) => [timer, at]))
  const children = Object.fromEntries(Object.entries(work.invokes).map(([invoke, { src }]) => [invoke, src]))
  const migration = options.migrations?.[from.slice(machine.id.length + 1)] ?? options.migrations?.[partsOf(from).version]
  const { snapshot, effects } = adopt(machine, stored, { timers, children }, now, migration)
  return { durable, snapshot, adopted: { from, effects } }
}

function unknown(id: string, tag: string): HoldfastError<'needs_migration'> {
  const message = `Instance ${id} is of machine ${tag}, which is not known here; name it in open({ machines: [...] }), or define it`
  return new HoldfastError('needs_migration', message, { stored: tag, supported: 'none' })
}
