import type { AgentInputItem, SessionHistoryTransactionArgs, SessionHistoryTransactionAwareSession } from '@openai/agents-core'
import { copyRich, HoldfastError } from '../../core/index.ts'
import type { Synchronous } from '../../runtime/index.ts'
import { HISTORY_KIND, HistoryTx } from './history-tx.ts'
import { type ConversationStore, Place } from './place.ts'
import { checkpointOf, type Resumed } from './resumed.ts'
import { RUN_STATE_KIND, SavedRunTx } from './saved-run-tx.ts'
import { applyTransaction, readTransaction } from './transaction.ts'

/** What may be said of a conversation. */
export interface HoldfastSessionOptions {
  /** Its name in the Holdfast session, which may have several. Without `/`. Default `main`. */
  readonly name?: string
}

const MAIN = 'main'

/**
 * The history of a conversation of the OpenAI Agents SDK, kept in the tree of a Holdfast session: readable after a crash, appended to by any number of
 * processes without loss, closed and deleted with that session. Give it to the runner: `run(agent, input, { session })`. Nothing is read or made until
 * it is used; the Holdfast session need not exist.
 *
 * What is written is durable when its promise resolves. Every method may throw `unavailable` and `forbidden`; those that write throw `conflict` when the
 * session is closed or has expired, `invalid` for items that cannot be stored exactly, `too_large` for an item beyond 8 MiB.
 */
export class HoldfastSession implements SessionHistoryTransactionAwareSession {
  /** @internal Where it is kept. */
  readonly place: Place
  /** @internal The run that is being resumed with this history. What it adds is stored together with how far it has come. */
  resumed: Resumed | undefined

  /** @throws invalid for an empty id, or a name that is empty or has a `/` */
  constructor(store: ConversationStore, session: string, { name = MAIN }: HoldfastSessionOptions = {}) {
    this.place = new Place(store, session, name)
  }

  /** The id of the Holdfast session; with the name of the conversation behind a `/`, if it was given one. */
  async getSessionId(): Promise<string> {
    const { session, name, id } = this.place
    return name === MAIN ? session : id
  }

  /**
   * The items, oldest first: all of them, or the newest `limit`, for which no more is read than the pages of 64 that they are on.
   * @throws invalid for a limit that is no whole number
   */
  async getItems(limit?: number): Promise<AgentInputItem[]> {
    if (limit !== undefined && !Number.isSafeInteger(limit))
      throw new HoldfastError('invalid', `Expected a whole number of items, got ${limit}`, { path: 'limit' })
    if (limit !== undefined && limit <= 0) return []
    return this.place.read<AgentInputItem[]>(HISTORY_KIND, (entity) =>
      new HistoryTx(entity, this.place).last(limit ?? Number.POSITIVE_INFINITY),
    )
  }

  /** Adds items behind the others, all or none of them. @throws conflict also for a run that somebody else resumes by now */
  async addItems(items: AgentInputItem[]): Promise<void> {
    const added = copyRich(items)
    if (added.length === 0) return
    const { place, resumed } = this
    const text = resumed && checkpointOf(resumed)
    await place.change<void>(HISTORY_KIND, (entity, now, beside) => {
      if (resumed !== undefined) new SavedRunTx(beside(RUN_STATE_KIND), place, now).keep(resumed.claim, text)
      new HistoryTx(entity, place).append(added)
    })
  }

  /** Takes the newest item away and returns it; undefined when there is none. */
  async popItem(): Promise<AgentInputItem | undefined> {
    return this.#change((history) => history.pop() as Synchronous<AgentInputItem | undefined>)
  }

  /** Forgets all items, and which operations were applied. A saved run stays: `clearRunState`. */
  async clearSession(): Promise<void> {
    await this.#change((history) => history.clear())
  }

  /** Puts items, the first of them a compaction, in the place of all there are, in one commit. */
  async replaceHistoryWithCompaction(items: AgentInputItem[]): Promise<void> {
    const replacement = copyRich(items)
    await this.#change((history) => history.replaceLast(history.length, replacement))
  }

  /**
   * Appends items or replaces the newest ones, at most once for each operation id, in one commit with the record of that. The last 1,000 operations of a
   * conversation are remembered.
   * @throws conflict when the newest items are not the expected ones; invalid when the id was used for something else, and for unreadable arguments
   */
  async applyHistoryTransaction(args: SessionHistoryTransactionArgs): Promise<void> {
    const operation = readTransaction(args)
    await this.#change((history) => applyTransaction(history, operation, this.place.id))
  }

  #change<Value>(change: (history: HistoryTx) => Synchronous<Value>): Promise<Value> {
    return this.place.change<Value>(HISTORY_KIND, (entity) => change(new HistoryTx(entity, this.place)))
  }
}
