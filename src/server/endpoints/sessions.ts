import { z } from '@hono/zod-openapi'
import { formatPath, fromTagged, type Json } from '../../core/index.ts'
import type { Synchronous } from '../../runtime/index.ts'
import { anySession, defineSession, SESSION_KIND, type SessionDefinition, type SessionQuery } from '../../session/index.ts'
import { json, jsonText, nothing } from '../answer.ts'
import { type Call, replayHeader } from '../call.ts'
import { checkMatch, etag, isKnown, readIfMatch, readIfNoneMatch } from '../conditions.ts'
import { endpoint, none } from '../endpoint.ts'
import { freshnessQuery, readOptions } from '../freshness.ts'
import { invalid, Refusal } from '../refusal.ts'
import { answerSession, bodyOf, sessionOf } from '../session-body.ts'
import { answerAgain, noSession, writeSession } from '../session-write.ts'
import { after, limit, page, session, sessionId, sessionSummary, status, value, whole } from '../shapes.ts'

const text = (description: string, most = 1000) => z.string().min(1).max(most).optional().openapi({ description })
const time = (description: string) => whole(0, Number.MAX_SAFE_INTEGER, description).optional()

const listQuery = z.object({
  tag: text('With this tag.'),
  user: text('Of this user.'),
  status: status.optional().openapi({ description: 'In this status.' }),
  definition: text('Of this definition.'),
  term: text('Name of a term of the definition; with `value`, or `from` and `to`.'),
  value: text('Value of the term: `3` and `true` are looked for as number and boolean, `"3"` as text.'),
  from: text('Least value of the term.'),
  to: text('Value of the term below which to stay.'),
  updated_from: time('Changed at or after: milliseconds since 1970.'),
  updated_to: time('Changed before: milliseconds since 1970.'),
  order: z
    .enum(['updated', 'id'])
    .optional()
    .openapi({ description: 'Newest change first (default, but with `prefix`), or by id.' }),
  prefix: text('Id begins with this.', 512),
  contains: text('Text in the id, a tag or any value. A page may be short and still have `next`.', 200),
  limit,
  after,
})

const sessionPage = page('SessionPage', 'sessions', sessionSummary).extend({
  estimate: z.number().int().optional().openapi({ description: 'How many sessions there are; 10,000 stands for any more.' }),
})

/** More sessions than this are not counted. */
export const MOST_COUNTED = 10_000

const listSessions = endpoint({
  method: 'get',
  path: '/v1/sessions',
  name: 'listSessions',
  tag: 'sessions',
  summary: 'The sessions there are, or those that fit',
  params: none,
  query: listQuery,
  answer: { status: 200, description: 'A page of sessions, without their states.', schema: sessionPage },
  async handle(call) {
    const { sessions } = call.bot
    const { next, sessions: found } = await sessions.list(toQuery(call.query))
    const estimate = await sessions.count(MOST_COUNTED)
    return json(200, { sessions: found, ...(next !== undefined && { next }), estimate })
  },
})

function toQuery(query: z.output<typeof listQuery>): SessionQuery {
  const { tag, user, status: wanted, definition, updated_from, updated_to, prefix, contains, limit: most, after: behind } = query
  const order = query.order ?? (prefix === undefined ? 'updated' : 'id')
  const term = termOf(query)
  return {
    order,
    ...(tag !== undefined && { tag }),
    ...(user !== undefined && { user }),
    ...(wanted !== undefined && { status: wanted }),
    ...(definition !== undefined && { definition }),
    ...(updated_from !== undefined && { updatedFrom: updated_from }),
    ...(updated_to !== undefined && { updatedTo: updated_to }),
    ...(prefix !== undefined && { prefix }),
    ...(contains !== undefined && { contains }),
    ...(most !== undefined && { limit: most }),
    ...(behind !== undefined && { after: behind }),
    ...(term !== undefined && { term }),
  }
}

function termOf({ term, value: equal, from, to }: z.output<typeof listQuery>): SessionQuery['term'] {
  if (term === undefined) {
    if (equal ?? from ?? to) throw invalid('Expected `term` beside `value`, `from` or `to`, got none', 'term')
    return undefined
  }
  if (equal !== undefined) return { name: term, value: termValue(equal) }
  if (from === undefined) throw invalid('Expected `value` or `from` beside `term`, got neither', 'value')
  return { name: term, from: termValue(from), ...(to !== undefined && { to: termValue(to) }) }
}

function termValue(typed: string): string | number | boolean {
  if (!/^(?:-?\d{1,15}(?:\.\d{1,15})?|true|false|"(?:[^"\\\n]|\\.)*")$/.test(typed)) return typed
  try {
    return JSON.parse(typed) as string | number | boolean
  } catch {
    return typed
  }
}

const getSession = endpoint({
  method: 'get',
  path: '/v1/sessions/{id}',
  name: 'getSession',
  tag: 'sessions',
  summary: 'Everything known of a session',
  description:
    'Everything known of a session. `ETag` is its revision; with `If-None-Match` an unchanged one is answered with 304.',
  params: sessionId,
  query: freshnessQuery,
  answer: { status: 200, description: 'The session.', schema: session },
  async handle(call) {
    const { services, params, principal } = call
    const found = await (await sessionOf(call, params.id)).inspect(readOptions(call.query))
    const headers = { etag: etag(found.revision) }
    if (isKnown(call.headers, found.revision))
      return new Response(null, { status: 304, headers: { ...headers, 'cache-control': 'no-store' } })
    const text = services.texts.of(principal.tenant, found, () => JSON.stringify(bodyOf(found)))
    return jsonText(200, text, headers)
  },
})

const tags = z.array(z.string().min(1).max(128)).max(100)
const ttl = z
  .number()
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .nullable()
  .openapi({ description: 'Milliseconds after the last change; null for ever.' })

const newSession = z
  .strictObject({
    definition: z.string().min(1).max(128).optional(),
    user: z.string().min(1).max(512).optional(),
    state: z.record(z.string(), value).optional(),
    tags: tags.optional(),
    ttl: ttl.optional(),
  })
  .openapi('NewSession')

const putSession = endpoint({
  method: 'put',
  path: '/v1/sessions/{id}',
  name: 'createSession',
  tag: 'sessions',
  summary: 'Make a session',
  params: sessionId,
  query: none,
  body: newSession.optional(),
  needs: 'if-none-match',
  answer: { status: 201, description: 'The new session.', schema: session },
  async handle(call) {
    const { params, body = {} } = call
    const onlyNew = readIfNoneMatch(call.headers)
    // It asks for what is there, and this only makes what is not: the answer is no, whichever it is.
    const match = call.headers.has('if-match') ? readIfMatch(call.headers) : undefined
    const definition = definitionNamed(call, body.definition)
    const state = body.state && (fromTagged(body.state as Json) as object)
    const committed = await call.bot.commit<number>((tx) => {
      const made = tx.session(definition, params.id, body.user === undefined ? {} : { user: body.user })
      const current = made.entity.exists ? made.revision : 0
      if (match !== undefined && (current === 0 || match !== '*')) checkMatch(match === '*' ? [] : match, current, params.id)
      if (current > 0) throw exists(params.id, current, onlyNew)
      made.tag(...(body.tags ?? []))
      for (const [name, item] of Object.entries(state ?? {})) made.set(pathOf(name), item)
      if (body.ttl !== undefined) made.keep(body.ttl)
      return made.revision as Synchronous<number>
    }, call.commitOptions)
    if (committed.replayed) return answerAgain(call, params.id, committed.value, 201)
    return answerSession(call, params.id, 201, { location: call.location(`/v1/sessions/${encodeURIComponent(params.id)}`) })
  },
})

/** `user:lang` names a variable of another scope, everything else a variable as it is. */
function pathOf(name: string): string {
  const scope = /^(?:user|app|temp):(?=.)/s.exec(name)?.[0] ?? ''
  return scope + formatPath([name.slice(scope.length)])
}

/** A name this server has no definition for stands for sessions of that name without a schema. */
function definitionNamed(call: Call, name: string | undefined): SessionDefinition {
  if (name === undefined || name === anySession.name) return anySession
  return call.services.definitions.get(name) ?? defineSession(name)
}

function exists(id: string, current: number, onlyNew: boolean): Refusal<'conflict'> {
  const message = `There is a session ${id} already, at revision ${current}; change it with PATCH, or take another id`
  return new Refusal(onlyNew ? 412 : 409, 'conflict', message, { entity: id, expected: 0, current })
}

const changes = z
  .strictObject({
    set: z
      .record(z.string(), value)
      .optional()
      .openapi({ description: 'Values by path.', example: { 'cart.items[0].qty': 2 } }),
    delete: z.array(z.string().max(4096)).max(1000).optional().openapi({ description: 'Paths.' }),
    tag: tags.optional(),
    untag: tags.optional(),
    ttl: ttl.optional(),
    event: z
      .strictObject({ name: z.string().min(1).max(200), data: value.optional() })
      .optional()
      .openapi({ description: 'What this is about; stands in the history.' }),
  })
  .openapi('SessionChanges')

const patchSession = endpoint({
  method: 'patch',
  path: '/v1/sessions/{id}',
  name: 'changeSession',
  tag: 'sessions',
  summary: 'Change a session, all at once or not at all',
  params: sessionId,
  query: none,
  body: changes,
  needs: 'if-match',
  answer: { status: 200, description: 'The session after the change.', schema: session },
  handle(call) {
    const { body } = call
    const set = Object.entries(body.set ?? {}).map(([path, item]) => [path, fromTagged(item as Json)] as const)
    const data = body.event?.data === undefined ? undefined : fromTagged(body.event.data as Json)
    return writeSession(call, call.params.id, (changed) => {
      for (const [path, item] of set) changed.set(path, item)
      for (const path of body.delete ?? []) changed.delete(path)
      if (body.tag !== undefined) changed.tag(...body.tag)
      if (body.untag !== undefined) changed.untag(...body.untag)
      if (body.ttl !== undefined) changed.keep(body.ttl)
      if (body.event !== undefined) changed.entity.event(body.event.name, data)
    })
  },
})

const deleteSession = endpoint({
  method: 'delete',
  path: '/v1/sessions/{id}',
  name: 'deleteSession',
  tag: 'sessions',
  summary: 'Delete a session',
  description: 'Delete a session. Its history stays until it is swept.',
  params: sessionId,
  query: none,
  needs: 'if-match',
  answer: { status: 204, description: 'It is gone.' },
  async handle(call) {
    const { id } = call.params
    const match = readIfMatch(call.headers)
    call.allow('delete', call.ref(SESSION_KIND, id))
    const { replayed } = await call.bot.commit<void>((tx) => {
      const entity = tx.entity(SESSION_KIND, id)
      if (!entity.exists) throw noSession(id)
      checkMatch(match, entity.revision, id)
      entity.event('destroy')
      entity.destroy()
    }, call.commitOptions)
    call.hf.temp.keep(call.ref(SESSION_KIND, id), {})
    return nothing(replayHeader(replayed))
  },
})

const closeSession = endpoint({
  method: 'post',
  path: '/v1/sessions/{id}/close',
  name: 'closeSession',
  tag: 'sessions',
  summary: 'Close a session: it takes no writes until it is reopened',
  params: sessionId,
  query: none,
  needs: 'if-match',
  answer: { status: 200, description: 'The closed session.', schema: session },
  handle: (call) =>
    writeSession(call, call.params.id, (changed) => {
      changed.close()
      changed.entity.event('close')
    }),
})

const reopenSession = endpoint({
  method: 'post',
  path: '/v1/sessions/{id}/reopen',
  name: 'reopenSession',
  tag: 'sessions',
  summary: 'Reopen a closed or expired session',
  params: sessionId,
  query: none,
  needs: 'if-match',
  answer: { status: 200, description: 'The open session.', schema: session },
  handle: (call) =>
    writeSession(call, call.params.id, (changed) => {
      changed.reopen()
      changed.entity.event('reopen')
    }),
})

export const sessionEndpoints = [listSessions, putSession, getSession, patchSession, deleteSession, closeSession, reopenSession]
