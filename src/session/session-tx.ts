import { HoldfastError, type Path, parsePath, type Segment } from '../core/index.ts'
import type { EntityTx, Tx } from '../runtime/index.ts'
import { readInside, readPath } from '../store/index.ts'
import { anySession, isDuration, type Scoped, type SessionDefinition, type Variables } from './define.ts'
import { checkWritable, definedMeta, newMeta, readMeta, type SessionMeta, statusOf, writeMeta } from './meta.ts'
import { parseScoped, type Scope, scopeOfName } from './scope.ts'
import type { TempChange } from './temp.ts'
import { termsFound } from './term.ts'
import { initialState, validateTouched } from './validate.ts'
import { putValue, removeValue, valueAt } from './value.ts'

/** The kinds of the entities that sessions and scopes are kept in. */
export const SESSION_KIND = 'session'
export const USER_KIND = 'user'
export const APP_KIND = 'app'
/** The entity that holds the `app:` variables of a tenant. */
export const APP_ID = 'app'

/** Which session a decision is about. */
export interface SessionTarget<State extends object> {
  readonly definition: SessionDefinition<State>
  readonly id: string
  /** Whose session it is; undefined leaves that as it is. */
  readonly user: string | undefined
}

/** A session inside a decision. */
export class SessionTx<State extends object = Variables> {
  readonly entity: EntityTx
  readonly #tx: Tx
  readonly #target: SessionTarget<State>
  readonly #temp: TempChange
  #meta: SessionMeta
  #metaChanged = false
  /** Terms whose values must be looked up anew, because their definition has changed. */
  #staleTerms: readonly string[] = []
  #writing = false
  #seeded = false
  #state: (State & Scoped) | undefined

  constructor(tx: Tx, target: SessionTarget<State>, temp: TempChange) {
    this.#tx = tx
    this.#target = target
    this.#temp = temp
    temp.takeBack()
    this.entity = tx.entity(SESSION_KIND, target.id)
    const stored = this.entity.exists ? readMeta(this.entity) : undefined
    this.#meta = stored ?? newMeta(target.definition, target.user ?? null)
    this.#bindUser(stored)
    this.#checkDefinition()
    if (stored !== undefined) this.#followDefinition()
  }

  get id(): string {
    return this.#target.id
  }

  get definition(): SessionDefinition<State> {
    return this.#target.definition
  }

  get revision(): number {
    return this.entity.revision
  }

  get meta(): SessionMeta {
    return this.#meta
  }

  /** The state, to be read and changed in place. Variables of other scopes are its `user:`, `app:` and `temp:` properties. */
  get state(): State & Scoped {
    this.#begin()
    this.#state ??= scopedState(this, this.#draft()) as State & Scoped
    return this.#state
  }

  /** Goes on only at this revision. @throws conflict */
  expect(revision: number): void {
    this.entity.expect(revision)
  }

  /** @throws invalid for an unreadable path, or one through something that has no properties. */
  get(path: string): unknown {
    const { scope, path: segments } = parseScoped(path)
    if (scope === 'session' && !this.#writing && !this.entity.exists)
      return readInside(initialState(this.definition.schema), segments, 0)
    return valueAt(this.root(scope), segments, path)
  }

  /** Sets the value at a path; objects on the way are made, arrays grow by one at most. */
  set(path: string, value: unknown): void {
    this.#begin()
    const { scope, path: segments } = parseScoped(path)
    this.entity.allow('write', path)
    const holder = this.#holder(scope, segments, path)
    if (holder !== undefined) putValue(holder, segments.at(-1) as Segment, value, path)
    else this.#replace(value, path)
  }

  /** Deletes what a path names; nothing happens when there is nothing. */
  delete(path: string): void {
    this.#begin()
    const { scope, path: segments } = parseScoped(path)
    this.entity.allow('write', path)
    const last = segments.at(-1)
    if (last === undefined) this.#replace({}, path)
    else removeValue(valueAt(this.root(scope), segments.slice(0, -1), path), last)
  }

  tag(...tags: string[]): void {
    this.#change({ tags: [...new Set([...this.#meta.tags, ...tags])] })
  }

  untag(...tags: string[]): void {
    this.#change({ tags: this.#meta.tags.filter((tag) => !tags.includes(tag)) })
  }

  /** A closed session takes no writes until it is reopened. */
  close(): void {
    this.#begin()
    this.#change({ closed: true })
    this.entity.tellTree({ do: 'close' })
  }

  /** Opens a closed or expired session again; an expired one lives for another ttl. */
  reopen(): void {
    this.#writing = true
    this.#change({ closed: false })
  }

  /** Lets the session expire so many milliseconds after its last change; null for never. */
  keep(ttl: number | null): void {
    if (ttl !== null && !isDuration(ttl))
      throw new HoldfastError('invalid', `Expected a ttl in milliseconds, got ${ttl}`, { path: 'ttl' })
    this.#begin()
    this.#change({ ttl })
    this.entity.describe({ expires: ttl === null ? null : this.entity.changedAt + ttl })
  }

  /** @internal The draft of a scope's variables. */
  root(scope: Scope): Variables {
    if (scope === 'session') return this.#draft() as Variables
    if (scope === 'temp') return this.#temp.draft
    if (scope === 'app') return this.#tx.entity(APP_KIND, APP_ID).draft()
    return this.#tx.entity(USER_KIND, checkUser(this.#target.id, this.#meta.user, undefined)).draft()
  }

  /** @internal Checks what was written and what follows from it; called once, when the decision has been made. */
  finish(): void {
    const draft = this.#draft() as Variables
    if (this.entity.drafted.length > 0) this.#validate(draft, this.entity.drafted)
    this.#updateTerms(draft, this.entity.drafted)
    if (!this.#writing) return
    const { exists } = this.entity
    if (!exists) this.entity.describe({ schema: this.definition.name })
    if (this.#metaChanged || !exists) writeMeta(this.entity, this.#meta)
    if (this.#meta.ttl !== null) this.#expire(this.entity.changedAt + this.#meta.ttl)
    this.#temp.keep()
  }

  /** Those in its tree look by themselves whether that has been put off; they are told of what is new to them, or sooner. */
  #expire(at: number): void {
    const before = this.entity.outline?.expires ?? null
    this.entity.describe({ expires: at })
    if (before === null || at < before) this.entity.tellTree({ do: 'expire', at })
  }

  #validate(draft: Variables, touched: readonly string[]): void {
    validateTouched(this.definition, {
      state: draft,
      touched,
      isNew: this.#seeded && !this.entity.exists,
      stored: (name) => readPath(this.entity.tree, [name]),
    })
  }

  #draft(): object {
    const draft = this.entity.draft<Variables>()
    if (this.#writing && !this.#seeded) {
      this.#seeded = true
      const defaults = this.entity.exists ? {} : initialState(this.definition.schema)
      for (const [name, value] of Object.entries(defaults)) draft[name] ??= value
    }
    return draft
  }

  #holder(scope: Scope, segments: Path, path: string): unknown {
    let at: unknown = this.root(scope)
    if (segments.length === 0) return undefined
    for (const [i, segment] of segments.slice(0, -1).entries()) {
      let next = valueAt(at, [segment], path)
      if (next === undefined) {
        putValue(at, segment, typeof segments[i + 1] === 'number' ? [] : {}, path)
        next = valueAt(at, [segment], path)
      }
      at = next
    }
    return at
  }

  #replace(value: unknown, path: string): void {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new HoldfastError('invalid', 'The whole state can only be replaced by an object', { path })
    const draft = this.root('session')
    for (const name of Object.keys(draft)) if (!Object.hasOwn(value, name)) delete draft[name]
    for (const [name, item] of Object.entries(value)) {
      const scoped = scopeOfName(name)
      putValue(this.root(scoped.scope), scoped.name, item, path)
    }
  }

  #change(change: Partial<SessionMeta>): void {
    this.#begin()
    this.#meta = { ...this.#meta, ...change }
    this.#metaChanged = true
  }

  /** The first write of this decision: may this session be written to? */
  #begin(): void {
    if (this.#writing) return
    const { outline } = this.entity
    if (outline !== undefined)
      checkWritable(this.#target.id, statusOf(this.#meta, outline.updated, outline.expires, this.#tx.now))
    this.#writing = true
  }

  #bindUser(stored: SessionMeta | undefined): void {
    const { user, id } = this.#target
    if (stored === undefined || user === undefined || stored.user === user) return
    checkUser(id, stored.user, user)
    this.#meta = { ...stored, user }
    this.#metaChanged = true
  }

  #checkDefinition(): void {
    const stored = this.entity.outline?.schema
    const { name } = this.definition
    if (stored === undefined || stored === null || stored === name || name === SESSION_KIND) return
    throw new HoldfastError('invalid', `Session ${this.#target.id} was made by the definition ${stored}, not ${name}`, {
      entity: this.#target.id,
    })
  }

  /** The definition a session was made by may say something else today about secrets and terms. */
  #followDefinition(): void {
    const { definition } = this
    if (definition === anySession || this.entity.outline?.schema !== definition.name) return
    const { secret, terms, pinned = [], ...others } = this.#meta
    const defined = definedMeta(definition)
    const isSame = sameList(secret, defined.secret) && sameList(pinned, definition.pinned) && sameRecord(terms, defined.terms)
    if (isSame) return
    this.#meta = { ...others, ...defined }
    this.#metaChanged = true
    this.#staleTerms = Object.keys({ ...terms, ...defined.terms }).filter((term) => terms[term] !== defined.terms[term])
  }

  #updateTerms(draft: Variables, touched: readonly string[]): void {
    const { terms } = this.#meta
    if (this.#writing) for (const term of this.#staleTerms) if (!Object.hasOwn(terms, term)) this.entity.term(term, [])
    for (const [term, text] of Object.entries(terms)) {
      const path = parsePath(text)
      const isStale = this.#writing && this.#staleTerms.includes(term)
      if (!isStale && !touched.includes(String(path[0]))) continue
      const before = termsFound(term, () => readPath(this.entity.tree, path))
      const now = termsFound(term, () => valueAt(draft, path, text))
      if (isStale || !sameList(before, now)) this.entity.term(term, now)
    }
  }
}

/** The draft with the scoped names beside its own. */
function scopedState(session: SessionTx<object>, draft: object): object {
  const route = (name: string | symbol): { readonly holder: object; readonly name: string | symbol } => {
    if (typeof name === 'symbol') return { holder: draft, name }
    const scoped = scopeOfName(name)
    return scoped.scope === 'session' ? { holder: draft, name } : { holder: session.root(scoped.scope), name: scoped.name }
  }
  return new Proxy(draft, {
    get(_, property) {
      const { holder, name } = route(property)
      return Reflect.get(holder, name)
    },
    set(_, property, value) {
      const { holder, name } = route(property)
      return Reflect.set(holder, name, value)
    },
    has(_, property) {
      const { holder, name } = route(property)
      return Reflect.has(holder, name)
    },
    deleteProperty(_, property) {
      const { holder, name } = route(property)
      return Reflect.deleteProperty(holder, name)
    },
  })
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

function sameRecord(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return sameList(Object.entries(a).flat(), Object.entries(b).flat())
}

/** The user whose variables a session shares. @throws forbidden when that is another than asked for; invalid without one */
export function checkUser(id: string, stored: string | null, asked: string | undefined): string {
  const user = stored ?? asked
  if (user === undefined) {
    const message = `Session ${id} has no user, so it has no user: variables; open it with { user }`
    throw new HoldfastError('invalid', message, { entity: id })
  }
  if (asked !== undefined && asked !== user)
    throw new HoldfastError('forbidden', `Session ${id} belongs to another user than ${asked}`, { entity: id })
  return user
}
