import { HoldfastError, randomId } from '../core/index.ts'
import {
  type Change,
  type CommitOptions,
  entityRequest,
  type Feed,
  type Principal,
  type Runtime,
  type Synchronous,
  type Tx,
  view,
} from '../runtime/index.ts'
import type { EntityRef } from '../store/index.ts'
import { type AddArguments, type AddOptions, addition } from './addition.ts'
import { CONVERSATION_KIND, conversationId, nameOf, sessionOf } from './address.ts'
import { type ConversationContext, type ConversationContextOptions, contextOf } from './context.ts'
import { ConversationTx, missing } from './conversation-tx.ts'
import { isOnPath } from './path.ts'
import type { ConversationState, Place, TurnRecord } from './record.ts'
import { StreamTx } from './stream-tx.ts'
import { Transcript } from './transcript.ts'
import { type NewTurn, partsOf, type Turn } from './turn.ts'
import { checkedTurn } from './turn-check.ts'
import { TurnWriter } from './turn-writer.ts'

/** What a conversation's handle stands on. */
export interface ConversationServices {
  readonly runtime: Runtime
  readonly feed: Feed
}

/** Where turns are added, and what may be said of the commit. */
export type AddTurnOptions = AddOptions & CommitOptions

/** Which turns to list. */
export interface ListOptions {
  /** Only those that lead to this turn. Default: up to the head. */
  readonly before?: string | undefined
  /** Up to the end of another branch than the active one. */
  readonly branch?: number | undefined
  /** Default 50, at most 1,000. */
  readonly limit?: number | undefined
}

/** Some turns of a branch. */
export interface TurnPage {
  /** Oldest first. */
  readonly turns: readonly Turn[]
  /** Pass as `before` for those that lead to these; null when there are none. */
  readonly before: string | null
}

/** Turns that follow each other. */
export interface Branch {
  /** From 0, in the order they began. */
  readonly branch: number
  /** The turn of another branch that its first one follows; null where it begins the conversation. */
  readonly from: string | null
  readonly first: string
  readonly last: string
  readonly active: boolean
}

/** A conversation as it stands. */
export interface ConversationInspection {
  readonly id: string
  readonly session: string
  readonly name: string
  readonly revision: number
  /** Turns there are, those of all branches. */
  readonly turns: number
  /** The turn that the next one follows; null when that begins the conversation anew. */
  readonly head: string | null
  /** The number of the active branch. */
  readonly branch: number
  readonly branches: number
  readonly pinned: readonly string[]
  /** Turns that are being written. */
  readonly streaming: readonly string[]
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly updated: number
}

/** A turn that is written as it comes. */
export type StreamedTurn = Omit<NewTurn, 'content'>

type Added = Pick<Turn, 'id' | 'at' | 'parent' | 'branch'>

/** A conversation of a session. The handle is cheap; nothing is read or made until it is used. It comes into being with its first turn. */
export class Conversation {
  /** `<session>/<name>` */
  readonly id: string
  readonly #services: ConversationServices
  readonly #principal: Principal

  /** @throws invalid for an unusable name */
  constructor(services: ConversationServices, principal: Principal, session: string, name: string) {
    this.#services = services
    this.#principal = principal
    this.id = conversationId(session, name)
  }

  get ref(): EntityRef {
    return { tenant: this.#principal.tenant, kind: CONVERSATION_KIND, id: this.id }
  }

  /**
   * Adds turns in one commit, each behind the one before it; the last one is the new head. One whose id is there already stays as it is.
   * @throws conflict when an id is that of a turn that says something else, or the session is closed; invalid with the path; not_found; too_large
   */
  add(turn: NewTurn, options?: AddTurnOptions): Promise<readonly [Turn]>
  add(turns: readonly NewTurn[], options?: AddTurnOptions): Promise<readonly Turn[]>
  add(...turns: readonly NewTurn[]): Promise<readonly Turn[]>
  async add(...given: AddArguments<AddTurnOptions>): Promise<readonly Turn[]> {
    const { turns, options } = addition(given)
    // What was said is not sent back and forth: it would be kept once more under the key of a request.
    const added = await this.#decide<readonly Added[]>(
      (conversation) => conversation.put(turns, options).map(({ id, at, parent, branch }) => ({ id, at, parent, branch })),
      options,
    )
    return turns.map((turn, i) => ({ ...turn, ...(added[i] as Added), content: partsOf(turn.content), status: 'done' }))
  }

  /**
   * Begins a turn that is written as it comes; it is the new head. Readers see it grow. Under the id of one that was begun and is not done it is written
   * anew, and whoever wrote it has lost it.
   * @throws conflict when the turn of that id is done, or the session is closed; invalid; not_found; too_large
   */
  async stream(turn: StreamedTurn, { after }: AddOptions = {}): Promise<TurnWriter> {
    const checked = checkedTurn({ ...turn, content: [] })
    const { runtime } = this.#services
    const writer = randomId()
    const commit = async <Value>(decide: (stream: StreamTx) => Value): Promise<Value> => {
      const run = (tx: Tx) => decide(new StreamTx(tx, this.id)) as Synchronous<Value>
      return (await runtime.commit<Value>(this.#principal, run)).value
    }
    const record = await commit((stream) => stream.begin(checked, after, writer))
    return new TurnWriter({ clock: runtime.ports.clock, commit }, record, writer)
  }

  /** A page of turns: the last ones of the active branch, or those that lead to another turn. @throws not_found; invalid */
  async list({ before, branch, limit = 50 }: ListOptions = {}): Promise<TurnPage> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new HoldfastError('invalid', `Expected a limit from 1 to 1000, got ${limit}`, { path: 'limit' })
    const from = await this.#read((transcript, state) => {
      if (before !== undefined) return transcript.named(before).parent
      return branch === undefined ? state.head : transcript.branch(branch, state).last
    })
    const turns: Turn[] = []
    let older: Place | null = null
    for await (const { record, turn } of this.#back(from ?? null)) {
      turns.push(turn)
      older = record.parent
      if (turns.length === limit) break
    }
    return { turns: turns.reverse(), before: older === null ? null : (turns[0]?.id ?? null) }
  }

  /** A turn of any branch; undefined where there is none. */
  async turn(id: string): Promise<Turn | undefined> {
    return this.#read((transcript) => {
      const n = transcript.find(id)
      return n === undefined ? undefined : transcript.shown(transcript.turn(n))
    })
  }

  /**
   * What a model should be given: pinned turns and as many of the newest ones of the active branch as fit, tool calls and their results only
   * together. Turns that are being written are not among them.
   * @throws invalid
   */
  async context(options: ConversationContextOptions): Promise<ConversationContext> {
    const start = await this.#read((transcript, state) => ({
      state,
      pinned: transcript.pins
        .map((n) => transcript.turn(n))
        .filter((turn) => isOnPath(transcript, state, turn))
        .reverse(),
    }))
    const head = start?.state.head ?? null
    return contextOf({ pinned: start?.pinned ?? [], turns: this.#records(head), depth: head?.depth ?? 0 }, options)
  }

  /** The branches there are, in the order they began. */
  async branches(): Promise<readonly Branch[]> {
    const branches = await this.#read((transcript, state) =>
      transcript.branches(state).map(({ number, from, first, last }) => ({
        branch: number,
        from: from?.id ?? null,
        first: first.id,
        last: last.id,
        active: number === state.branch.number,
      })),
    )
    return branches ?? []
  }

  /** Goes on behind a turn (by its id), or at the end of a branch (by its number). Nothing is lost. @throws not_found; conflict */
  async select(to: string | number, options: CommitOptions = {}): Promise<void> {
    await this.#decide<null>((conversation) => {
      conversation.select(to)
      return null
    }, options)
  }

  /** Keeps a turn in every context while it is on the active branch. @throws not_found; conflict; too_large beyond 100 */
  async pin(id: string, options: CommitOptions = {}): Promise<void> {
    await this.#decide<null>((conversation) => {
      conversation.pin(id)
      return null
    }, options)
  }

  /** @throws not_found; conflict */
  async unpin(id: string, options: CommitOptions = {}): Promise<void> {
    await this.#decide<null>((conversation) => {
      conversation.unpin(id)
      return null
    }, options)
  }

  /** @throws not_found */
  async inspect(): Promise<ConversationInspection> {
    const found = await this.find()
    if (found === undefined) throw missing(this.id)
    return found
  }

  /** @internal Undefined when there is none, or no more. */
  async find(): Promise<ConversationInspection | undefined> {
    this.#allow('read')
    return view(this.#services.runtime, this.ref, ({ row, tree }) => {
      const transcript = new Transcript(this.id, tree)
      const state = row && transcript.state
      if (state === undefined) return undefined
      const { revision, created, updated } = row as NonNullable<typeof row>
      return {
        id: this.id,
        session: sessionOf(this.id),
        name: nameOf(this.id),
        revision,
        turns: state.turns,
        head: state.head?.id ?? null,
        branch: state.branch.number,
        branches: state.branches,
        pinned: transcript.pins.map((n) => transcript.turn(n).id),
        streaming: state.streaming.map((n) => transcript.turn(n).id),
        created,
        updated,
      }
    })
  }

  /** This conversation's changes from now on, or behind a cursor. */
  watch(options: { readonly after?: string; readonly signal?: AbortSignal } = {}): AsyncGenerator<Change> {
    this.#allow('watch')
    return this.#services.feed.watch(this.#principal.tenant, { kind: CONVERSATION_KIND, id: this.id, ...options })
  }

  async *#records(from: Place | null): AsyncGenerator<TurnRecord> {
    for await (const { record } of this.#back(from)) yield record
  }

  /** A turn and those it follows, newest first, a page at a time: what was said before does not change. */
  async *#back(from: Place | null): AsyncGenerator<{ readonly record: TurnRecord; readonly turn: Turn }> {
    for (let place = from; place !== null; ) {
      const start = place
      const page = await this.#read((transcript) =>
        transcript.stretch(start).map((record) => ({ record, turn: transcript.shown(record) })),
      )
      yield* page ?? []
      place = page?.at(-1)?.record.parent ?? null
    }
  }

  /** What is read of the conversation; undefined where there is none. */
  async #read<Value>(read: (transcript: Transcript, state: ConversationState) => Value): Promise<Value | undefined> {
    this.#allow('read')
    return view(this.#services.runtime, this.ref, ({ row, tree }) => {
      const transcript = new Transcript(this.id, tree)
      const state = row && transcript.state
      return state && read(transcript, state)
    })
  }

  #allow(action: 'read' | 'watch'): void {
    this.#services.runtime.ports.gate.check(entityRequest(this.#principal, action, this.ref))
  }

  async #decide<Value>(decide: (conversation: ConversationTx) => Value, options: CommitOptions): Promise<Value> {
    const { runtime } = this.#services
    const run = (tx: Tx) => decide(new ConversationTx(tx, sessionOf(this.id), nameOf(this.id))) as Synchronous<Value>
    return (await runtime.commit<Value>(this.#principal, run, options)).value
  }
}
