import type { BotTx } from '../bot-tx.ts'
import { HoldfastError } from '../core/index.ts'
import type { Synchronous } from '../runtime/index.ts'
import {
  anySession,
  decodeMeta,
  META_KEY,
  maskingBy,
  SESSION_KIND,
  type SessionDefinition,
  type SessionTx,
} from '../session/index.ts'
import type { EntityRow } from '../store/index.ts'
import { json } from './answer.ts'
import { type Call, replayHeader } from './call.ts'
import { checkMatch, etag, readIfMatch } from './conditions.ts'
import { Disclosure, disclosureOf } from './disclosure.ts'
import { answerSession, definitionOf } from './session-body.ts'

/** What a write has come to. */
export interface Written {
  readonly definition: SessionDefinition
  readonly disclosure: Disclosure
  /** The one this request made, or found when it changed nothing of the session itself. */
  readonly revision: number
  readonly replayed: boolean
}

type Change = (session: SessionTx, tx: BotTx) => void

/**
 * Changes a session that is there, in one commit, and answers with it. A repeated request is answered with the session as it
 * stood after the first.
 */
export async function writeSession(call: Call, id: string, change: Change): Promise<Response> {
  const { committed } = await commitTo(call, id, change)
  return committed.replayed ? answerAgain(call, id, committed.value.before) : answerSession(call, id)
}

/** Changes a session that is there, in one commit, for an answer that is not the session. */
export async function changeSession(call: Call, id: string, change: Change): Promise<Written> {
  const { committed, definition } = await commitTo(call, id, change)
  const ref = call.ref(SESSION_KIND, id)
  const row = call.hf.store.state(ref).row ?? (await call.hf.timeline.row(ref))
  const own = committed.records.find(({ num }) => num === row.num)
  const { before, secret } = committed.value
  const revision = committed.replayed ? await revisionMade(call, row, before) : (own?.revision ?? before)
  const disclosure = new Disclosure(maskingBy(call.hf, row, secret))
  return { definition, disclosure, revision, replayed: committed.replayed }
}

/** What a write found. */
interface Found {
  readonly before: number
  readonly secret: readonly string[]
}

async function commitTo(call: Call, id: string, change: Change) {
  const match = readIfMatch(call.headers)
  const definition = (await definitionOf(call, id)) ?? anySession
  const committed = await call.bot.commit<Found>((tx) => {
    const session = tx.session(definition, id)
    if (!session.entity.exists) throw noSession(id)
    checkMatch(match, session.revision, id)
    change(session, tx)
    return { before: session.revision, secret: session.meta.secret } as Synchronous<Found>
  }, call.commitOptions)
  return { committed, definition }
}

/** The revision an earlier request of the same key had made, or had found when it changed nothing. */
async function revisionMade(call: Call, row: EntityRow, before: number): Promise<number> {
  const made = await call.hf.timeline.revision(row, before + 1).catch(() => undefined)
  return made?.cause === call.key && made?.actor === call.principal.id ? before + 1 : before
}

export function noSession(id: string): HoldfastError<'not_found'> {
  return new HoldfastError('not_found', `There is no session ${id}; GET /v1/sessions lists those there are`, { entity: id })
}

/** The first answer: the session at the revision that request had made, or had found when it changed nothing. */
export async function answerAgain(call: Call, id: string, before: number, status: 200 | 201 = 200) {
  const row = await call.hf.timeline.row(call.ref(SESSION_KIND, id))
  const revision = await revisionMade(call, row, before)
  const headers = {
    ...replayHeader(true),
    ...(status === 201 && { location: call.location(`/v1/sessions/${encodeURIComponent(id)}`) }),
  }
  if (row.revision === revision && !row.deleted) return answerSession(call, id, status, headers)
  const session = call.bot.session(id)
  const { at, state } = await session.at(revision)
  const disclosure = await disclosureOf(call.hf, row)
  const past = {
    id,
    definition: row.schema ?? SESSION_KIND,
    revision,
    updated: at,
    created: row.created,
    state: disclosure.state(state),
  }
  const rest = await metaAt(call, id, revision)
  return json(status, { ...past, ...rest, invalid: [] }, { etag: etag(revision), ...headers })
}

async function metaAt(call: Call, id: string, revision: number): Promise<object> {
  const row = await call.hf.timeline.row(call.ref(SESSION_KIND, id))
  const { seq, at } = await call.hf.timeline.revision(row, revision)
  const meta = decodeMeta((await call.hf.timeline.entry(row, META_KEY, seq))?.plain)
  const origin = meta?.origin ? { id: meta.origin.session, revision: meta.origin.revision } : null
  const expires = meta?.ttl == null ? null : at + meta.ttl
  return { status: meta?.closed ? 'closed' : 'open', user: meta?.user ?? null, tags: meta?.tags ?? [], expires, origin }
}
