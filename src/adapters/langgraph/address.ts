import type { RunnableConfig } from '@langchain/core/runnables'
import type { CheckpointMetadata } from '@langchain/langgraph-checkpoint'
import { HoldfastError } from '../../core/index.ts'

/** What a config of LangGraph says about where a checkpoint is. */
export interface Address {
  readonly thread: string
  readonly namespace: string
  /** The checkpoint that is named, or that a new one continues; undefined for the latest, or for the first. */
  readonly id: string | undefined
}

/** Undefined where no thread is named. @throws invalid for names that are no text */
export function findAddress(config: RunnableConfig): Address | undefined {
  const { thread_id, checkpoint_ns, checkpoint_id, thread_ts } = config.configurable ?? {}
  if (thread_id === undefined) return undefined
  // `thread_ts` is what checkpoint_id was called once; LangGraph still reads it.
  const id = checkpoint_id || thread_ts || undefined
  return {
    thread: text(thread_id, 'thread_id'),
    namespace: checkpoint_ns === undefined ? '' : text(checkpoint_ns, 'checkpoint_ns', true),
    id: id === undefined ? undefined : text(id, 'checkpoint_id'),
  }
}

/** @throws invalid without a thread */
export function addressOf(config: RunnableConfig): Address {
  const address = findAddress(config)
  if (address !== undefined) return address
  throw unnamed('thread_id')
}

/** @throws invalid without a thread or without a checkpoint */
export function addressOfCheckpoint(config: RunnableConfig): Address & { readonly id: string } {
  const { id, ...rest } = addressOf(config)
  if (id === undefined) throw unnamed('checkpoint_id')
  return { ...rest, id }
}

/** The config that names a checkpoint. */
export function configOf({ thread, namespace, id }: Address): RunnableConfig {
  return { configurable: { thread_id: thread, checkpoint_ns: namespace, checkpoint_id: id } }
}

/**
 * True for a checkpoint that leaves the thread's newest state aside on purpose. LangGraph does not say so in one place:
 * - `updateState` and its copies have a source of their own, `update` and `fork`; so has replaying from a checkpoint;
 * - a run that was given a checkpoint_id repeats it in the metadata of its config, and its first checkpoint continues just that one;
 * - a subgraph of such a run has the checkpoint of its namespace in `checkpoint_map`, or the state of the replay;
 * - whoever puts a first checkpoint by hand, outside any run, is not a second run: those repeat their thread in that metadata.
 */
export function goesBack(config: RunnableConfig, { namespace, id }: Address, { source }: CheckpointMetadata): boolean {
  const { configurable = {}, metadata } = config
  if (source === 'update' || source === 'fork' || configurable[REPLAY] !== undefined) return true
  if (id === undefined) return metadata?.thread_id === undefined
  return (
    metadata?.checkpoint_id === id || (configurable.checkpoint_map as Record<string, unknown> | undefined)?.[namespace] === id
  )
}

/** Where LangGraph keeps what a subgraph needs to know of a replay. */
const REPLAY = '__pregel_replay_state'

function text(value: unknown, name: string, mayBeEmpty = false): string {
  if (typeof value === 'string' && (mayBeEmpty || value !== '')) return value
  const got = JSON.stringify(value) ?? typeof value
  const message = `Expected config.configurable.${name} to be ${mayBeEmpty ? 'text' : 'text that is not empty'}, got ${got}`
  throw new HoldfastError('invalid', message, { path: `configurable.${name}` })
}

function unnamed(name: string): HoldfastError<'invalid'> {
  const message = `Expected config.configurable.${name}, which says what is to be stored where; got none`
  return new HoldfastError('invalid', message, { path: `configurable.${name}` })
}
