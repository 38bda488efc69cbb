import type { CheckpointMetadata, CheckpointTuple } from '@langchain/langgraph-checkpoint'
import { equalRich } from '../../core/index.ts'
import type { Address } from './address.ts'
import type { Threads } from './threads.ts'

/** Which checkpoints to list; everything given must fit. */
export interface ListScope {
  readonly thread: string | undefined
  readonly namespace: string | undefined
  readonly id: string | undefined
  /** Only ids below this one. */
  readonly before: string | undefined
  /** What the metadata must say. */
  readonly filter: Readonly<Record<string, unknown>> | undefined
  readonly limit: number | undefined
}

/** Reads one checkpoint after the other, as long as more are asked for. */
export async function* listTuples(
  threads: Threads,
  scope: ListScope,
  find: (address: Address) => Promise<CheckpointTuple | undefined>,
): AsyncGenerator<CheckpointTuple> {
  const { limit = Number.POSITIVE_INFINITY, filter = {} } = scope
  let given = 0
  if (limit <= 0) return
  for await (const address of addresses(threads, scope)) {
    const tuple = await find(address)
    // Deleted since it was listed, or not what was asked for.
    if (tuple === undefined || !fits(tuple.metadata, filter)) continue
    yield tuple
    if (++given >= limit) return
  }
}

async function* addresses(threads: Threads, scope: ListScope): AsyncGenerator<Address> {
  const { id, before } = scope
  for await (const thread of scope.thread === undefined ? threads.list() : [scope.thread]) {
    const namespaces = scope.namespace === undefined ? await threads.namespaces(thread) : [scope.namespace]
    for (const namespace of namespaces) {
      if (id !== undefined && (before === undefined || id < before)) yield { thread, namespace, id }
      if (id !== undefined) continue
      for await (const each of threads.checkpoints(thread, namespace, before)) yield { thread, namespace, id: each }
    }
  }
}

function fits(metadata: CheckpointMetadata | undefined, filter: Readonly<Record<string, unknown>>): boolean {
  const said = (metadata ?? {}) as Readonly<Record<string, unknown>>
  return Object.entries(filter).every(([name, value]) => value === undefined || equalRich(said[name], value))
}
