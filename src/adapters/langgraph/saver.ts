import type { RunnableConfig } from '@langchain/core/runnables'
import {
  BaseCheckpointSaver,
  type Checkpoint,
  type CheckpointListOptions,
  type CheckpointMetadata,
  type CheckpointTuple,
  type DeltaChannelHistory,
  type PendingWrite,
  type SerializerProtocol,
  TASKS,
} from '@langchain/langgraph-checkpoint'
import { copyRich } from '../../core/index.ts'
import type { Holdfast } from '../../index.ts'
import { localOwner, type Principal, type Runtime } from '../../runtime/index.ts'
import { type Address, addressOf, addressOfCheckpoint, configOf, findAddress, goesBack } from './address.ts'
import type { NewCheckpoint } from './change.ts'
import { checkpointCode } from './checkpoint-code.ts'
import { deltaHistory } from './delta-history.ts'
import { type Found, findCheckpoint } from './found.ts'
import { COMPRESS_FROM, writesKey } from './keys.ts'
import { type ListScope, listTuples } from './list.ts'
import { Memo } from './memo.ts'
import { putCheckpoint } from './put.ts'
import type { Version } from './record.ts'
import { dumpAll, type Serial } from './serial.ts'
import type { Snapshot } from './snapshot.ts'
import { latestOf, Threads } from './threads.ts'
import { toTuple, type Written } from './tuple.ts'
import { mergeWrites, placeOf, type TaskWrites } from './writes.ts'

/** How a saver keeps its threads. */
export interface SaverOptions {
  /** The kind of the entities that threads are kept in. Default `langgraph`. */
  readonly kind?: string
  /** Who asks: the gate and the audit trail are told. Default: the local owner. */
  readonly principal?: Principal
  /** How values are written. Default: LangGraph's JsonPlusSerializer. */
  readonly serde?: SerializerProtocol
}

/**
 * Keeps the checkpoints of LangGraph graphs in an open Holdfast: a thread is an entity, and all that a step of a graph changes is one
 * commit. What a checkpoint costs on disk is what has changed since the one before, also in lists that only grow.
 *
 * Two runs that continue the same checkpoint are told apart: the second is refused with a `conflict`, where other savers let its state
 * replace the first one's. Time travel, `updateState` and forks name the checkpoint they go back to, and go on working.
 */
export class HoldfastSaver extends BaseCheckpointSaver {
  readonly #runtime: Runtime
  readonly #principal: Principal
  readonly #kind: string
  readonly #threads: Threads
  readonly #memo = new Memo<Snapshot>()

  constructor(hf: Holdfast, { kind = 'langgraph', principal = localOwner, serde }: SaverOptions = {}) {
    super(serde)
    this.#runtime = hf.runtime
    this.#principal = principal
    this.#kind = kind
    this.#threads = new Threads(hf.runtime, principal, kind)
  }

  /** The checkpoint that is named, or the thread's latest; undefined when there is none. @throws invalid, forbidden */
  override async getTuple(config: RunnableConfig): Promise<CheckpointTuple | undefined> {
    const place = findAddress(config)
    return place && this.#tuple(place)
  }

  async #tuple(place: Address): Promise<CheckpointTuple | undefined> {
    const { thread, namespace } = place
    const found = await this.#threads.read(thread, (entries, num) => {
      const id = place.id ?? latestOf(entries, namespace)
      return id === undefined ? undefined : { num, checkpoint: findCheckpoint(entries, place, id, this.#memo) }
    })
    if (found?.checkpoint === undefined) return undefined
    return toTuple(this, place, found.checkpoint, await this.#written(found.num, namespace, found.checkpoint))
  }

  async #written(num: number, namespace: string, { code, parent, rest }: Found): Promise<Written> {
    const on = (checkpoint: string) => this.#threads.writes(num, namespace, checkpoint)
    const isOld = parent !== undefined && Number(rest.v) < 4
    const [writes, before] = await Promise.all([on(code), isOld ? on(parent) : undefined])
    return { writes, sends: before?.filter(({ channel }) => channel === TASKS).map(({ value }) => value) }
  }

  /**
   * Checkpoints of a thread, or of all, newest first in each namespace. They are read as they are asked for: whoever stops after one has
   * read a handful. @throws invalid, forbidden
   */
  override async *list(config: RunnableConfig, options: CheckpointListOptions = {}): AsyncGenerator<CheckpointTuple> {
    const place = findAddress(config)
    const scope: ListScope = {
      thread: place?.thread,
      namespace: config.configurable?.checkpoint_ns,
      id: place?.id,
      before: options.before?.configurable?.checkpoint_id,
      filter: options.filter,
      limit: options.limit,
    }
    yield* listTuples(this.#threads, scope, (address) => this.#tuple(address))
  }

  /**
   * Stores a checkpoint on top of the one that the config names: of its values, those of the channels in `newVersions`.
   * @throws conflict when another run has continued that one meanwhile; invalid, too_large for what cannot be stored; forbidden
   */
  override async put(
    config: RunnableConfig,
    checkpoint: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: Readonly<Record<string, Version>>,
  ): Promise<RunnableConfig> {
    const place = addressOf(config)
    const { thread, namespace } = place
    const { id } = addressOfCheckpoint(configOf({ ...place, id: checkpoint.id }))
    const step = { thread, namespace, id, parent: place.id, goesBack: goesBack(config, place, metadata) }
    const next = await this.#serialized(checkpoint, metadata, newVersions)
    await this.#runtime.commit(this.#principal, (tx) => putCheckpoint(tx.entity(this.#kind, thread), step, next, this.#memo))
    return configOf({ ...place, id })
  }

  async #serialized(
    { id, channel_values, channel_versions, versions_seen, ...rest }: Checkpoint,
    metadata: CheckpointMetadata,
    newVersions: Readonly<Record<string, Version>>,
  ): Promise<NewCheckpoint> {
    // A copy of another checkpoint has none of its channels in newVersions: what is new to it is what its new parent does not have.
    const isCopy = metadata.source === 'fork'
    const names = Object.keys(channel_values).filter((channel) => isCopy || Object.hasOwn(newVersions, channel))
    const said = names.map((channel) => [channel_values[channel], ['channel_values', channel]] as const)
    const [about, ...values] = await dumpAll(this.serde, [[metadata, ['metadata']], ...said])
    // Copies: what is remembered of it must not change with what LangGraph goes on working with.
    return {
      metadata: about as Serial,
      rest: copyRich(rest),
      versions: { ...channel_versions },
      seen: Object.fromEntries(Object.entries(versions_seen).map(([node, channels]) => [node, { ...channels }])),
      values: new Map(names.map((channel, i) => [channel, values[i] as Serial])),
      hasChanged: (channel, before) => Object.hasOwn(newVersions, channel) || (isCopy && channel_versions[channel] !== before),
    }
  }

  /**
   * Stores what a task has written on top of a checkpoint, which need not be stored yet.
   * @throws invalid, too_large for what cannot be stored; forbidden
   */
  override async putWrites(config: RunnableConfig, writes: PendingWrite[], taskId: string, taskPath = ''): Promise<void> {
    const { thread, namespace, id } = addressOfCheckpoint(config)
    const serials = await dumpAll(
      this.serde,
      writes.map(([channel, value], i) => [value, ['writes', i, channel]]),
    )
    const news: TaskWrites = {
      path: taskPath,
      writes: writes.map(([channel], i) => [placeOf(channel, i), channel, serials[i] as Serial]),
    }
    const key = writesKey(namespace, checkpointCode(id), taskId)
    await this.#runtime.commit(this.#principal, (tx) => {
      const entity = tx.entity(this.#kind, thread)
      const known = entity.get(key) as TaskWrites | undefined
      entity.set(key, mergeWrites(known, news), { compressFrom: COMPRESS_FROM })
    })
  }

  /** Deletes a thread with all its namespaces, checkpoints and writes; nothing happens where there is none. @throws invalid, forbidden */
  override async deleteThread(threadId: string): Promise<void> {
    const { thread } = addressOf({ configurable: { thread_id: threadId } })
    await this.#runtime.commit(this.#principal, (tx) => {
      const entity = tx.entity(this.#kind, thread)
      if (entity.exists) entity.destroy()
    })
  }

  /** What was written to channels since they were last stored whole, on the way to a checkpoint. @throws invalid, forbidden */
  override getDeltaChannelHistory(options: {
    readonly config: RunnableConfig
    readonly channels: string[]
  }): Promise<Record<string, DeltaChannelHistory>> {
    const place = addressOf(options.config)
    return deltaHistory(this.#threads, this.serde, place, options.channels, this.#memo)
  }
}
