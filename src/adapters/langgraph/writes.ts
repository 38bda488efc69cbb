import { compareWritesSortKeys, WRITES_IDX_MAP, writesSortKey } from '@langchain/langgraph-checkpoint'
import { decodeNode } from '../../store/index.ts'
import { taskOfWrites } from './keys.ts'
import type { Serial } from './serial.ts'

/** What a task has written: places count from 0, those of errors, interrupts and the like are negative. */
export interface TaskWrites {
  /** Where the task stands among those of its step; a part of what orders its writes. */
  readonly path: string
  readonly writes: readonly Write[]
}

export type Write = readonly [place: number, channel: string, value: Serial]

/** A write as LangGraph is told of it, its value still as the serializer wrote it. */
export interface PendingWrite {
  readonly task: string
  readonly channel: string
  readonly value: Serial
}

/** The place of a write: given by its channel, or by its number. */
export function placeOf(channel: string, number: number): number {
  return Object.hasOwn(WRITES_IDX_MAP, channel) ? (WRITES_IDX_MAP[channel] ?? number) : number
}

/** What a task has written after it wrote again: what has a place keeps it, errors, interrupts and the like are replaced. */
export function mergeWrites(known: TaskWrites | undefined, { path, writes }: TaskWrites): TaskWrites {
  if (known === undefined) return { path, writes }
  const merged = new Map(known.writes.map((write) => [write[0], write]))
  for (const write of writes) if (write[0] < 0 || !merged.has(write[0])) merged.set(write[0], write)
  return { path: known.path, writes: [...merged.values()] }
}

/** What these entries say was written, in the order in which LangGraph applies it: by path, task and place. */
export function pendingWrites(entries: Iterable<readonly [key: string, bytes: Uint8Array]>): PendingWrite[] {
  const found = []
  for (const [key, bytes] of entries) {
    const node = decodeNode(bytes)
    if (node.type !== 'leaf') continue
    const task = taskOfWrites(key)
    const { path, writes } = node.value as TaskWrites
    for (const [place, channel, value] of writes) found.push({ order: writesSortKey(path, task, place), task, channel, value })
  }
  return found.sort((a, b) => compareWritesSortKeys(a.order, b.order))
}
