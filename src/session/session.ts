import { copyRich, deepFreeze, HoldfastError, type Issue } from '../core/index.ts'
import {
  type Action,
  type Change,
  type CommitOptions,
  type Committed,
  entityRequest,
  type Feed,
  type HistoryOptions,
  type Moment,
  type Principal,
  type ReadOptions,
  type Revision,
  type Runtime,
  type Sweeper,
  type Synchronous,
  type Timeline,
  type Tx,
  type View,
  view,
} from '../runtime/index.ts'
import { type EntityRef, type EntityRow, readInside, readPath } from '../store/index.ts'
import { type ContextOptions, contextOf, type SessionContext } from './context.ts'
import type { ContextMemory } from './context-memory.ts'
import { anySession, type Scoped, type Variables } from './define.ts'
import { type Difference, differences } from './difference.ts'
import { bringForth, type ForkPoint, heritageOf, newest } from './fork.ts'
import { type Happened, happenedSince } from './happened.ts'
import { decodeMeta, META_KEY, newMeta, type SessionMeta, type SessionStatus, statusOf } from './meta.ts'
import { checkMoment, readPathAt, readStateAt } from './past.ts'
import { pathsOf } from './paths.ts'
import { parseScoped, type Scope } from './scope.ts'
import { APP_ID, APP_KIND, checkUser, SESSION_KIND, type SessionTarget, SessionTx, USER_KIND } from './session-tx.ts'
import type { TempVariables } from './temp.ts'
import { initialState, invalidStored } from './validate.ts'
import { valueAt } from './value.ts'

/** What a session handle stands on. */
export interface SessionServices {
  readonly runtime: Runtime
  readonly timeline: Timeline
  readonly feed: Feed
  readonly sweeper: Sweeper
  readonly temp: TempVariables
  readonly contextMemory: ContextMemory
}

/** What may be said of a write. */
export interface WriteOptions extends CommitOptions {
  /** Go on only if the session stands at this revision; 0 when it must not exist yet. */
  readonly ifRevision?: number
  /** What this write is about; stands in the history. */
  readonly event?: { readonly name: string; readonly data?: unknown }
}

/** Where a fork begins. */
export interface ForkOptions extends CommitOptions {
  /** Default: as the session is now. */
  readonly at?: Moment
}

/** Everything there is to know of a session now. */
export interface Inspection<State extends object = Variables> {
  readonly id: string
  readonly definition: string
  readonly revision: number
  readonly status: SessionStatus
  readonly user: string | null
  readonly tags: readonly string[]
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly updated: number
  readonly expires: number | null
  /** Where it was forked from. */
  readonly origin: { readonly session: string; readonly revision: number } | null
  readonly secret: readonly string[]
  readonly state: State
  /** Stored values that do not fit the schema of today (`invalid_stored`): still readable. */
  readonly invalidStored: readonly Issue[]
}

/** The state as it was at a revision. */
export interface Snapshot<State extends object = Variables> {
  readonly revision: number
  readonly at: number
  readonly state: State
}

/** A revision of a session, with the variables it changed. */
export interface SessionRevision extends Revision {
  readonly paths: readonly string[]
}

/**
 * A session: variables that survive, with their whole history. The handle is cheap; nothing is read or made until it is
 * used. A session comes into being with its first write.
 */
export class Session<State extends object = Variables> {
  readonly id: string
  readonly #services: SessionServices
  readonly #principal: Principal
  readonly #target: SessionTarget<State>

  constructor(services: SessionServices, principal: Principal, target: SessionTarget<State>) {
    this.id = target.id
    this.#services = services
    this.#principal = principal
    this.#target = target
  }

  get ref(): EntityRef {
    return { tenant: this.#principal.tenant, kind: SESSION_KIND, id: this.id }
  }

  /**
   * Changes the state in place. The function may run more than once and must be pure and synchronous. Returns what it
   * returns, once that is durable.
   * @throws invalid with the path when the schema refuses (nothing changes then); conflict when closed, expired or at
   * another revision than asked; forbidden; too_large; unavailable.
   */
  async update<Value = void>(
    change: (state: State & Scoped, tx: SessionTx<State>) => Synchronous<Value>,
    options: WriteOptions = {},
  ): Promise<Value> {
    const { value } = await this.#write((session) => change(session.state, session), options)
    return value as Value
  }

  /** Sets the value at a path, e.g. `cart.items[0].qty`, `user:lang`, `app:limits`, `temp:draft`. Returns the revision. */
  async set(path: string, value: unknown, options: WriteOptions = {}): Promise<number> {
    return this.#revise((session) => session.set(path, value), options)
  }

  /** Deletes what a path names. Returns the revision. */
  async delete(path: string, options: WriteOptions = {}): Promise<number> {
    return this.#revise((session) => session.delete(path), options)
  }

  /** The durable state: all variables of the session, or the value at a path. Frozen, or a copy where it cannot be. */
  async get(path?: '', options?: ReadOptions): Promise<State>
  async get(path: string, options?: ReadOptions): Promise<unknown>
  async get(path = '', options: ReadOptions = {}): Promise<unknown> {
    return (await this.#look(path, options)).value
  }

  /** @internal A variable and, where it is one of this session itself, the row of the session at that moment. @throws not_found */
  async look(path: string, options: ReadOptions = {}): Promise<{ readonly value: unknown; readonly row: EntityRow }> {
    const isOwn = parseScoped(path).scope === 'session'
    const { value, row } = await this.#look(path, isOwn ? options : { ...options, revision: 0 })
    if (isOwn && row !== undefined) return { value, row }
    const own = await view(this.#services.runtime, this.ref, (seen) => seen.row, options)
    if (own === undefined) throw missing(this.id)
    return { value, row: own }
  }

  /** In one look: a value and a revision of different moments would make a wrong entity tag. */
  async #look(
    path: string,
    options: ReadOptions = {},
  ): Promise<{ readonly value: unknown; readonly row?: EntityRow | undefined }> {
    const scoped = parseScoped(path)
    this.#allow('read', path)
    if (scoped.scope === 'session' && path !== '') this.#services.contextMemory.used(this.ref, path)
    if (scoped.scope === 'temp') return { value: copyRich(valueAt(this.#services.temp.read(this.ref), scoped.path, path)) }
    const ref = scoped.scope === 'session' ? this.ref : await this.#scopeRef(scoped.scope)
    return view(
      this.#services.runtime,
      ref,
      (seen) => {
        const isNew = seen.row === undefined && scoped.scope === 'session'
        if (isNew) return { value: readInside(initialState(this.#target.definition.schema), scoped.path, 0) }
        const read = (): unknown => readPath(seen.tree, scoped.path)
        // Few enough to keep: whole states and variables, not every item of a list.
        return { value: scoped.path.length > 1 ? read() : recall(seen, path, read), row: seen.row }
      },
      options,
    )
  }

  /** Everything there is to know of the session now. @throws not_found */
  async inspect(options: ReadOptions = {}): Promise<Inspection<State>> {
    this.#allow('read')
    const { definition } = this.#target
    // In one look: a revision and a state of different moments would make a wrong entity tag.
    const found = await view(
      this.#services.runtime,
      this.ref,
      (seen) => {
        if (seen.row === undefined) return undefined
        return { row: seen.row, meta: metaOf(seen), state: recall(seen, '', () => readPath(seen.tree, [])) as State }
      },
      options,
    )
    if (found === undefined) throw missing(this.id)
    const { row, meta, state } = found
    return {
      id: this.id,
      definition: row.schema ?? definition.name,
      revision: row.revision,
      status: statusOf(meta, row.updated, row.expires, this.#services.runtime.ports.clock.now()),
      user: meta.user,
      tags: meta.tags,
      created: row.created,
      updated: row.updated,
      expires: row.expires,
      origin: meta.origin,
      secret: [...new Set([...meta.secret, ...definition.secret])],
      state,
      invalidStored: invalidStored(definition.schema, state as Variables),
    }
  }

  async tag(...tags: string[]): Promise<void> {
    await this.#write((session) => session.tag(...tags), { event: { name: 'tag', data: tags } })
  }

  async untag(...tags: string[]): Promise<void> {
    await this.#write((session) => session.untag(...tags), { event: { name: 'untag', data: tags } })
  }

  /** Closes the session: it takes no writes until it is reopened. */
  async close(): Promise<void> {
    await this.#write((session) => session.close(), { event: { name: 'close' } })
  }

  async reopen(): Promise<void> {
    await this.#write((session) => session.reopen(), { event: { name: 'reopen' } })
  }

  /** Lets the session expire so many milliseconds after its last change; null for never. */
  async keep(ttl: number | null): Promise<void> {
    await this.#write((session) => session.keep(ttl), { event: { name: 'keep', data: ttl } })
  }

  /** Deletes the session. Its history stays until it is swept; writing to it again makes a new one. */
  async destroy(options: Omit<WriteOptions, 'event'> = {}): Promise<void> {
    this.#allow('delete')
    const decide = (tx: Tx): void => {
      const entity = tx.entity(SESSION_KIND, this.id)
      if (options.ifRevision !== undefined) entity.expect(options.ifRevision)
      if (!entity.exists) throw missing(this.id)
      entity.event('destroy')
      entity.destroy()
    }
    await this.#services.runtime.commit(this.#principal, decide, options)
    this.#services.temp.keep(this.ref, {})
  }

  /** Revisions, newest first unless asked otherwise, fetched as they are consumed. */
  async *history(options: HistoryOptions = {}): AsyncGenerator<SessionRevision> {
    this.#allow('read')
    const { timeline } = this.#services
    const row = await timeline.row(this.ref)
    for await (const revision of timeline.history(this.ref, options)) {
      yield { ...revision, paths: await pathsOf(timeline, row, revision) }
    }
  }

  /**
   * The session's variables as they were at a revision or time; none at the revision that deleted it.
   * @throws not_found when there was or is no such moment; invalid
   */
  async at(moment: Moment): Promise<Snapshot<State>> {
    this.#allow('read')
    const { timeline } = this.#services
    const row = await timeline.row(this.ref)
    const { revision, at, seq } = await timeline.revision(row, checkMoment(moment))
    return { revision, at, state: (await readStateAt(timeline, row, seq)) as State }
  }

  /** The value at a path as it was at a revision or time. */
  async getAt(moment: Moment, path: string): Promise<unknown> {
    this.#allow('read', path)
    const { scope, path: segments } = parseScoped(path)
    if (scope !== 'session')
      throw new HoldfastError('invalid', `Only the session's own variables have a history here, got ${path}`, { path })
    const { timeline } = this.#services
    const row = await timeline.row(this.ref)
    const { seq } = await timeline.revision(row, checkMoment(moment))
    return readPathAt(timeline, row, seq, segments)
  }

  /** Where two moments differ; the second defaults to now. */
  async diff(from: Moment, to?: Moment): Promise<readonly Difference[]> {
    const before = await this.at(from)
    const after = await this.at(to ?? (await this.#services.timeline.row(this.ref)).revision)
    return differences(before.state, after.state)
  }

  /**
   * The variables worth handing to a model: pinned ones first, then by relevance to the query, recency and frequency, within
   * a budget of tokens. Secrets are never among them. Reads only.
   * @throws invalid; not_found for a moment that was not
   */
  async context(options: ContextOptions): Promise<SessionContext> {
    this.#allow('read')
    const { timeline, contextMemory } = this.#services
    return contextOf({ timeline, memory: contextMemory, ref: this.ref, definition: this.#target.definition }, options)
  }

  /**
   * Makes a session that starts as this one is, or was at a moment, and goes its own way. Costs the same however large this
   * one is, but that every fifth fork in a row is given its own copy. Effects and timers are not copied.
   * @throws conflict when there is or was a session of that id; not_found; invalid
   */
  async fork(id: string, options: ForkOptions = {}): Promise<Session<State>> {
    return this.forkWith(id, options, async () => () => {})
  }

  /** @internal The same with what else is to be forked: found for the point the fork begins at, made in its commit. */
  protected async forkWith(
    id: string,
    options: ForkOptions,
    others: (row: EntityRow, point: ForkPoint) => Promise<(tx: Tx) => void>,
  ): Promise<Session<State>> {
    this.#allow('fork')
    const { timeline, runtime, sweeper } = this.#services
    const row = await timeline.row(this.ref)
    const moment = options.at === undefined ? newest(row) : await timeline.revision(row, checkMoment(options.at))
    const heritage = await heritageOf(timeline, row, moment)
    const bringOthers = await others(row, moment)
    const fork = new Session<State>(this.#services, this.#principal, { ...this.#target, id })
    const decide = (tx: Tx): void => {
      bringForth(tx, id, heritage)
      bringOthers(tx)
    }
    await runtime.commit(this.#principal, decide, options)
    await sweeper.limitDepth(fork.ref)
    return fork
  }

  /**
   * Effects of this session that were promised after a moment and have happened: a fork from there undoes none of them.
   * @throws not_found when there was or is no such moment; invalid
   */
  async effectsSince(moment: Moment): Promise<Happened> {
    this.#allow('read')
    return happenedSince(this.#services, await this.#services.timeline.row(this.ref), checkMoment(moment))
  }

  /** This session's changes from now on, or behind a cursor. */
  watch(options: { readonly after?: string; readonly signal?: AbortSignal } = {}): AsyncGenerator<Change> {
    this.#allow('watch')
    return this.#services.feed.watch(this.#principal.tenant, { kind: SESSION_KIND, id: this.id, ...options })
  }

  #write<Value>(change: (session: SessionTx<State>) => Value, options: WriteOptions): Promise<Committed<Value>> {
    return this.#decide(change, (_, value) => value, options)
  }

  /** `answer` is asked when all is written. */
  async #decide<Made, Value>(
    change: (session: SessionTx<State>) => Made,
    answer: (session: SessionTx<State>, made: Made) => Value,
    options: WriteOptions,
  ): Promise<Committed<Value>> {
    const { ifRevision, event } = options
    const temp = this.#services.temp.change(this.ref)
    const decide = (tx: Tx): Value => {
      const session = new SessionTx(tx, this.#target, temp)
      if (ifRevision !== undefined) session.expect(ifRevision)
      const made = change(session)
      session.finish()
      if (event !== undefined) session.entity.event(event.name, event.data)
      return answer(session, made)
    }
    try {
      return await this.#services.runtime.commit<Value>(this.#principal, decide as (tx: Tx) => Synchronous<Value>, options)
    } catch (error) {
      temp.takeBack()
      throw error
    }
  }

  /** Writes, and gives the revision the session came to, which a repeated request is told again. */
  async #revise(change: (session: SessionTx<State>) => void, options: WriteOptions): Promise<number> {
    const revised = ({ entity }: SessionTx<State>): number => {
      // What the draft has changed counts too.
      entity.finish()
      return entity.revision + (entity.untouched ? 0 : 1)
    }
    return (await this.#decide(change, revised, options)).value
  }

  async #scopeRef(scope: Scope): Promise<EntityRef> {
    const { tenant } = this.#principal
    const ref = scope === 'app' ? { tenant, kind: APP_KIND, id: APP_ID } : { tenant, kind: USER_KIND, id: await this.#user() }
    this.#services.runtime.ports.gate.check(entityRequest(this.#principal, 'read', ref))
    return ref
  }

  async #user(): Promise<string> {
    const { user: stored } = await this.#meta()
    return checkUser(this.id, stored, this.#target.user)
  }

  async #meta(): Promise<SessionMeta> {
    return view(this.#services.runtime, this.ref, metaOf)
  }

  #allow(action: Action, path?: string): void {
    this.#services.runtime.ports.gate.check(entityRequest(this.#principal, action, this.ref, path === '' ? undefined : path))
  }
}

/** What is known of a session beside its state; not to be changed. */
function metaOf(seen: View): SessionMeta {
  return seen.recall('\0meta', () => decodeMeta(seen.tree.read(META_KEY))) ?? newMeta(anySession, null)
}

/** A value assembled before or now. What cannot be frozen is given out as a copy. */
function recall(seen: View, path: string, read: () => unknown): unknown {
  const known = seen.recall(path, () => {
    const value = read()
    return { value, frozen: deepFreeze(value) }
  })
  return known.frozen ? known.value : copyRich(known.value)
}

function missing(id: string): HoldfastError<'not_found'> {
  return new HoldfastError('not_found', `There is no session ${id}`, { entity: id })
}
