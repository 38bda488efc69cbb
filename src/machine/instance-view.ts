import { fromTagged, HoldfastError } from '../core/index.ts'
import type { View } from '../runtime/index.ts'
import type { MachineTypes, StoredSnapshot } from '../statechart/index.ts'
import { decodeNode, type EntityRow } from '../store/index.ts'
import type { DurableMachine } from './durable.ts'
import { SNAPSHOT_KEY, WORK_KEY } from './keys.ts'
import { openStored } from './opened.ts'
import { IDLE, type Work } from './work.ts'

/** How an instance stands. `needs_migration`: today's definition does not fit what is stored; nothing moves until one does. */
export type InstanceStatus = 'active' | 'done' | 'stopped' | 'needs_migration'

/** A timer that waits. */
export interface WaitingTimer {
  readonly id: string
  /** Milliseconds since the Unix epoch. */
  readonly at: number
}

/** One moment of an instance, read without its definition: also where that has changed. */
export interface InstanceSnapshot<T extends MachineTypes = MachineTypes> {
  readonly id: string
  readonly revision: number
  /** `id@version#hash` of the definition it was stored by. */
  readonly machine: string
  readonly status: InstanceStatus
  /** The innermost active states. */
  readonly states: readonly string[]
  readonly context: T['context']
  /** What it hands over, once it is done. */
  readonly output: T['output'] | undefined
  readonly timers: readonly WaitingTimer[]
  /** The children that run, by the id of their `invoke`: what they were started from, and the instance where it is a machine. */
  readonly children: Readonly<Record<string, { readonly src: string; readonly instance?: string }>>
}

/** What is stored of an instance at one moment. */
export interface Kept {
  readonly revision: number
  readonly stored: StoredSnapshot
  readonly work: Work
}

/** The current one; undefined when there is no such instance. */
export function keptIn({ row, tree }: View): Kept | undefined {
  return row === undefined ? undefined : keptOf(row.revision, tree.read(SNAPSHOT_KEY), tree.read(WORK_KEY))
}

/** What the plain bytes of its entries hold. */
export function keptOf(
  revision: EntityRow['revision'],
  snapshot: Uint8Array | undefined,
  work: Uint8Array | undefined,
): Kept | undefined {
  if (snapshot === undefined) return undefined
  return { revision, stored: leafOf(snapshot) as StoredSnapshot, work: work === undefined ? IDLE : (leafOf(work) as Work) }
}

/** What is shown of it. */
export function show<T extends MachineTypes>(
  id: string,
  { revision, stored, work }: Kept,
  durable: DurableMachine | undefined,
): InstanceSnapshot<T> {
  const [machine, states, context = {}, more = {}] = stored
  const timers = Object.entries(work.timers).flatMap(([timer, { at, rang }]) => (rang === true ? [] : [{ id: timer, at }]))
  const children = Object.entries(work.invokes).map(([invoke, running]) => {
    return [invoke, { src: running.src, ...('child' in running && { instance: running.child }) }] as const
  })
  return {
    id,
    revision,
    machine,
    status: statusOf(id, stored, work, durable),
    states: typeof states === 'string' ? [states] : states,
    context: fromTagged(context),
    output: more.output === undefined ? undefined : fromTagged(more.output),
    timers: timers.sort((a, b) => a.at - b.at),
    children: Object.fromEntries(children),
  }
}

/** How it stands under the definition that is to go on with it. */
export function statusOf(id: string, stored: StoredSnapshot, work: Work, durable: DurableMachine | undefined): InstanceStatus {
  if (work.stopped === true) return 'stopped'
  if (stored[3]?.status === 'done') return 'done'
  try {
    openStored(id, { stored, work }, durable, 0)
    return 'active'
  } catch (error) {
    if (HoldfastError.is(error, 'needs_migration')) return 'needs_migration'
    throw error
  }
}

function leafOf(bytes: Uint8Array): unknown {
  const node = decodeNode(bytes)
  return node.type === 'leaf' ? node.value : undefined
}
