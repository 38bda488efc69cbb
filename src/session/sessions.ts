import { type Clock, compareUtf8, HoldfastError } from '../core/index.ts'
import type { Gate, Principal, Runtime } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { decodeMeta, META_KEY, type SessionStatus, statusOf } from './meta.ts'
import { holdsText } from './search.ts'
import { SESSION_KIND } from './session-tx.ts'
import { endOfKind, type TermValue, termText } from './term.ts'

/** Which sessions to list; everything given must fit. */
export interface SessionQuery {
  readonly tag?: string
  readonly user?: string
  readonly status?: SessionStatus
  /** A term of the definition: equal to a value, or from (inclusive) to (exclusive). */
  readonly term?:
    | { readonly name: string; readonly value: TermValue }
    | { readonly name: string; readonly from: TermValue; readonly to?: TermValue }
  readonly definition?: string
  /** Last changed at or after, before: milliseconds since the epoch. */
  readonly updatedFrom?: number
  readonly updatedTo?: number
  /** Only ids that begin with this. */
  readonly prefix?: string
  /**
   * Only sessions with this text in their id, their tags or a variable that is not secret, upper and lower case alike.
   * Every candidate's state is read, so a page may end early and still have a cursor.
   */
  readonly contains?: string
  /** Newest change first (default), or by id. */
  readonly order?: 'updated' | 'id'
  /** Default 50, at most 1,000. */
  readonly limit?: number
  /** Cursor of the page before. */
  readonly after?: string
}

/** A session as lists show it: without its state. */
export interface SessionSummary {
  readonly id: string
  readonly definition: string
  readonly revision: number
  readonly status: SessionStatus
  readonly user: string | null
  readonly tags: readonly string[]
  readonly created: number
  readonly updated: number
  readonly expires: number | null
}

/** One page of a list. */
export interface SessionPage {
  readonly sessions: readonly SessionSummary[]
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string
}

const STATUSES: readonly SessionStatus[] = ['open', 'idle', 'closed', 'expired']
/** Rows fetched at a time. */
const PAGE = 100
/** Rows looked at for one page at most: a filter that nearly nothing passes answers with what it has and a cursor. */
const MOST_LOOKED_AT = 5000
/** The same where each row's state must be read. */
const MOST_READ = 300

/** Lists and finds sessions. By tag, user or term the index leads; everything else filters what it yields. */
export class Sessions {
  readonly #runtime: Runtime
  readonly #gate: Gate
  readonly #clock: Clock
  readonly #principal: Principal

  constructor(runtime: Runtime, principal: Principal) {
    this.#runtime = runtime
    this.#gate = runtime.ports.gate
    this.#clock = runtime.ports.clock
    this.#principal = principal
  }

  /** One page of the sessions that fit. @throws invalid for an unusable filter, limit or cursor. */
  async list(query: SessionQuery = {}): Promise<SessionPage> {
    this.#gate.check({ principal: this.#principal, action: 'list', kind: SESSION_KIND })
    const { limit = 50 } = query
    checkQuery(query, limit)
    const sessions: SessionSummary[] = []
    let after = query.after
    for (let seen = 0; ; ) {
      const rows = await this.#rows(query, after, PAGE)
      for (const { row, cursor, isRepeat } of rows) {
        const summary = isRepeat ? undefined : await this.#summary(row)
        if (summary !== undefined && fits(summary, query) && (await this.#holds(row, summary, query))) sessions.push(summary)
        after = cursor
        if (sessions.length === limit) return { sessions, next: after }
      }
      seen += rows.length
      if (after === undefined || rows.length < PAGE) return { sessions }
      if (seen >= (query.contains === undefined ? MOST_LOOKED_AT : MOST_READ)) return { sessions, next: after }
    }
  }

  /** At most `most` stands for any more. */
  async count(most: number): Promise<number> {
    this.#gate.check({ principal: this.#principal, action: 'list', kind: SESSION_KIND })
    return this.#runtime.ports.store.engine.count(this.#principal.tenant, SESSION_KIND, most)
  }

  async #holds(row: EntityRow, summary: SessionSummary, { contains }: SessionQuery): Promise<boolean> {
    if (contains === undefined) return true
    const text = contains.toLowerCase()
    const isNamed = [summary.id, ...summary.tags].some((name) => name.toLowerCase().includes(text))
    return isNamed || holdsText(this.#runtime.ports.store, row, text)
  }

  async #rows(query: SessionQuery, after: string | undefined, limit: number): Promise<Candidate[]> {
    const from = after === undefined ? undefined : parseCursor(after)
    const lead = leadOf(query)
    return lead === undefined ? this.#listed(query, from, limit) : this.#found(lead, from, limit)
  }

  async #found(lead: Lead, from: Place | undefined, limit: number): Promise<Candidate[]> {
    const { engine } = this.#runtime.ports.store
    const after = from && { value: from.text, num: from.num }
    const found = await engine.find({ tenant: this.#principal.tenant, kind: SESSION_KIND, ...lead, limit, after })
    const candidates: Candidate[] = []
    for (const row of found) {
      const isRepeat = await this.#isRepeat(lead, row)
      candidates.push({ row, isRepeat, cursor: formatCursor(row.value, row.num, row.updated) })
    }
    return candidates
  }

  /** A session with several values in a range is found by each of them; the first one counts. */
  async #isRepeat({ name, value }: Lead, row: EntityRow & { readonly value: string }): Promise<boolean> {
    if (typeof value === 'string') return false
    const terms = await this.#runtime.ports.store.engine.terms(row.num)
    const first = terms.find((term) => term.name === name && compareUtf8(term.value, value.from) >= 0)
    return first !== undefined && first.value !== row.value
  }

  async #listed(query: SessionQuery, from: Place | undefined, limit: number): Promise<Candidate[]> {
    const { engine } = this.#runtime.ports.store
    const { tenant } = this.#principal
    const { order = 'updated', updatedFrom, updatedTo, prefix } = query
    const place = from && { kind: SESSION_KIND, id: from.text, updated: from.updated, num: from.num }
    const rows = await engine.entities({
      tenant,
      kind: SESSION_KIND,
      order,
      after: place,
      updatedFrom,
      updatedTo,
      // By id the prefix leads; by time it is one more filter, and only so much is looked at for a page.
      prefix: order === 'id' ? prefix : undefined,
      deleted: false,
      limit,
    })
    return rows.map((row) => ({ row, isRepeat: false, cursor: formatCursor(row.id, row.num, row.updated) }))
  }

  /** Undefined when the session has been deleted since it was listed. */
  async #summary(listed: EntityRow): Promise<SessionSummary | undefined> {
    const seen = await this.#runtime.ports.store.glance(listed, META_KEY)
    if (seen === undefined) return undefined
    const meta = decodeMeta(seen.plain)
    const { id, schema, revision, created, updated, expires } = seen.row
    const status = statusOf(meta ?? { closed: false, idleAfter: Number.POSITIVE_INFINITY }, updated, expires, this.#clock.now())
    return {
      id,
      definition: schema ?? SESSION_KIND,
      revision,
      status,
      user: meta?.user ?? null,
      tags: meta?.tags ?? [],
      created,
      updated,
      expires,
    }
  }
}

/** A row that may belong on the page, and the cursor of the place behind it. */
interface Candidate {
  readonly row: EntityRow
  readonly isRepeat: boolean
  readonly cursor: string
}

interface Lead {
  readonly name: string
  readonly value: string | { readonly from: string; readonly to?: string }
}

/** The index that narrows most: a term of the definition, then the user, then a tag, then a stored status. */
function leadOf(query: SessionQuery): Lead | undefined {
  const { term, user, tag, status } = query
  if (term !== undefined) {
    if ('value' in term) return { name: term.name, value: termText(term.value) }
    return {
      name: term.name,
      value: { from: termText(term.from), to: term.to === undefined ? endOfKind(term.from) : termText(term.to) },
    }
  }
  if (user !== undefined) return { name: 'user', value: user }
  if (tag !== undefined) return { name: 'tag', value: tag }
  return status === 'closed' ? { name: 'status', value: 'closed' } : undefined
}

function fits(session: SessionSummary, query: SessionQuery): boolean {
  const { tag, user, status, definition, updatedFrom, updatedTo, prefix } = query
  if (prefix !== undefined && !session.id.startsWith(prefix)) return false
  if (tag !== undefined && !session.tags.includes(tag)) return false
  if (user !== undefined && session.user !== user) return false
  if (status !== undefined && session.status !== status) return false
  if (definition !== undefined && session.definition !== definition) return false
  return (updatedFrom === undefined || session.updated >= updatedFrom) && (updatedTo === undefined || session.updated < updatedTo)
}

function formatCursor(text: string, num: number, updated: number): string {
  return Buffer.from(JSON.stringify([text, num, updated])).toString('base64url')
}

/** Where a page ended. */
interface Place {
  readonly text: string
  readonly num: number
  readonly updated: number
}

function parseCursor(cursor: string): Place {
  try {
    const [text, num, updated] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof text === 'string' && typeof num === 'number' && typeof updated === 'number') return { text, num, updated }
  } catch {
    // Said below.
  }
  throw new HoldfastError('invalid', `Expected a cursor that a page of sessions came with, got ${JSON.stringify(cursor)}`, {
    path: 'after',
  })
}

function checkQuery(query: SessionQuery, limit: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > 1000) throw unusable('limit', 'a limit from 1 to 1000', limit)
  for (const name of ['tag', 'user', 'definition', 'prefix', 'contains'] as const) {
    const text: unknown = query[name]
    if (text !== undefined && typeof text !== 'string') throw unusable(name, `text as ${name}`, text)
  }
  const { status, order } = query
  if (status !== undefined && !STATUSES.includes(status)) throw unusable('status', `a status (${STATUSES.join(', ')})`, status)
  if (order !== undefined && order !== 'updated' && order !== 'id') throw unusable('order', 'the order updated or id', order)
}

function unusable(path: string, expected: string, got: unknown): HoldfastError<'invalid'> {
  return new HoldfastError('invalid', `Expected ${expected}, got ${String(got)}`, { path })
}
