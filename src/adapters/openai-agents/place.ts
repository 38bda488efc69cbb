import { HoldfastError } from '../../core/index.ts'
import type { Bot } from '../../index.ts'
import type { EntityTx, Synchronous } from '../../runtime/index.ts'
import { checkOpen } from '../../session/index.ts'

/** What conversations are kept in: an open store, or what somebody may do with it (`hf.as(principal)`). */
export type ConversationStore = Pick<Bot, 'commit'>

/** Where a conversation is kept: under a name, in the tree of a session. It ends with that. */
export class Place {
  readonly #store: ConversationStore
  readonly session: string
  readonly name: string

  /** @throws invalid for names that would not come apart again */
  constructor(store: ConversationStore, session: string, name: string) {
    if (session === '' || name === '' || name.includes('/')) {
      const path = session === '' ? 'session' : 'name'
      const message = `Expected the id of a session and a name without /, got ${JSON.stringify([session, name])}`
      throw new HoldfastError('invalid', message, { path })
    }
    this.#store = store
    this.session = session
    this.name = name
  }

  /** The id of what is kept here, whatever its kind. */
  get id(): string {
    return `${this.session}/${this.name}`
  }

  /** What a decision reads here; `read` may run several times. */
  async read<Value>(kind: string, read: (entity: EntityTx, now: number) => Synchronous<Value>): Promise<Value> {
    const { value } = await this.#store.commit<Value>((tx) => read(tx.entity(kind, this.id), tx.now), { source: 'openai-agents' })
    return value
  }

  /** What a decision changes here; `change` may run several times. @throws conflict when the session is closed or has expired */
  async change<Value>(
    kind: string,
    change: (entity: EntityTx, now: number, beside: (kind: string) => EntityTx) => Synchronous<Value>,
  ): Promise<Value> {
    const { value } = await this.#store.commit<Value>(
      (tx) => {
        checkOpen(tx, this.session)
        return change(tx.entity(kind, this.id), tx.now, (other) => tx.entity(other, this.id))
      },
      { source: 'openai-agents' },
    )
    return value
  }

  /** To be called before something is written: what is new belongs to the session. */
  settle(entity: EntityTx): void {
    if (!entity.exists) entity.describe({ root: this.session, schema: 'openai-agents' })
  }
}
