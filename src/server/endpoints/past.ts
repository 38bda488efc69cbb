import { z } from '@hono/zod-openapi'
import { differences, SESSION_KIND } from '../../session/index.ts'
import type { EntityRow } from '../../store/index.ts'
import { json } from '../answer.ts'
import type { Call } from '../call.ts'
import { disclosureOf } from '../disclosure.ts'
import { endpoint, none } from '../endpoint.ts'
import { historyQuery, pageOfHistory, revisionBody, stateAt, toMoment } from '../past.ts'
import { after, diff, limit, logRecord, moment, page, revision, sessionId, snapshot } from '../shapes.ts'

const inSession = { params: sessionId, tag: 'history' } as const
const entityId = z.object({
  kind: z.string().min(1).openapi({ description: 'The kind of entity.', example: 'session' }),
  id: z.string().min(1).openapi({ description: 'The id of the entity, percent-encoded.', example: 'alice/42' }),
})
const inEntity = { params: entityId, tag: 'entities' } as const

const diffQuery = z.object({ from: moment, to: moment.optional() })
const atMoment = z.object({ moment })

/** The entity a request is about, also when it was deleted; whoever asks may read it. @throws not_found, forbidden */
async function readable(call: Call, kind: string, id: string): Promise<EntityRow> {
  const ref = call.ref(kind, id)
  call.allow('read', ref)
  return call.hf.timeline.row(ref)
}

function revisionsOf(call: Call<unknown, z.output<typeof historyQuery>>, row: EntityRow) {
  return pageOfHistory(call.query, (range) => call.hf.timeline.history(row, range))
}

async function answerHistory(call: Call<unknown, z.output<typeof historyQuery>>, kind: string, id: string): Promise<Response> {
  const row = await readable(call, kind, id)
  const { found, next } = await revisionsOf(call, row)
  const disclosure = await disclosureOf(call.hf, row)
  const revisions = []
  for (const one of found) revisions.push(await revisionBody(call.hf, row, one, disclosure))
  return json(200, { revisions, ...(next !== undefined && { next }) })
}

async function answerMoment(call: Call<{ moment: string }>, kind: string, id: string): Promise<Response> {
  const row = await readable(call, kind, id)
  const found = await stateAt(call.hf, row, toMoment(call.params.moment, 'moment'))
  const disclosure = await disclosureOf(call.hf, row)
  return json(200, { ...found, state: disclosure.state(found.state) })
}

async function answerDiff(call: Call<unknown, z.output<typeof diffQuery>>, kind: string, id: string): Promise<Response> {
  const row = await readable(call, kind, id)
  const { from, to } = call.query
  const before = await stateAt(call.hf, row, toMoment(from, 'from'))
  const later = await stateAt(call.hf, row, to === undefined ? row.revision : toMoment(to, 'to'))
  const disclosure = await disclosureOf(call.hf, row)
  const found = disclosure.differences(differences(before.state, later.state))
  return json(200, { from: before.revision, to: later.revision, differences: found })
}

const revisionPage = page('RevisionPage', 'revisions', revision)

const pastOf = (place: typeof inSession | typeof inEntity, root: string, noun: string, name: string) => ({
  history: {
    path: `${root}/history`,
    name: `${name}History`,
    tag: place.tag,
    summary: `The revisions of ${noun}`,
    answer: { status: 200, description: 'A page of revisions.', schema: revisionPage },
  } as const,
  at: {
    path: `${root}/at/{moment}`,
    name: `${name}At`,
    tag: place.tag,
    summary: `The state of ${noun} at a revision or time`,
    answer: { status: 200, description: 'The state as it was.', schema: snapshot },
  } as const,
  diff: {
    path: `${root}/diff`,
    name: `${name}Diff`,
    tag: place.tag,
    summary: `Where two moments of ${noun} differ`,
    answer: { status: 200, description: 'What was added, removed and changed.', schema: diff },
  } as const,
})

const ofSession = pastOf(inSession, '/v1/sessions/{id}', 'a session', 'session')
const ofEntity = pastOf(inEntity, '/v1/entities/{kind}/{id}', 'an entity', 'entity')

export const pastEndpoints = [
  endpoint({
    ...ofSession.history,
    method: 'get',
    params: sessionId,
    query: historyQuery,
    handle: (call) => answerHistory(call, SESSION_KIND, call.params.id),
  }),
  endpoint({
    ...ofSession.at,
    method: 'get',
    params: sessionId.extend(atMoment.shape),
    query: none,
    handle: (call) => answerMoment(call, SESSION_KIND, call.params.id),
  }),
  endpoint({
    ...ofSession.diff,
    method: 'get',
    params: sessionId,
    query: diffQuery,
    handle: (call) => answerDiff(call, SESSION_KIND, call.params.id),
  }),
  endpoint({
    ...ofEntity.history,
    method: 'get',
    params: entityId,
    query: historyQuery,
    handle: (call) => answerHistory(call, call.params.kind, call.params.id),
  }),
  endpoint({
    ...ofEntity.at,
    method: 'get',
    params: entityId.extend(atMoment.shape),
    query: none,
    handle: (call) => answerMoment(call, call.params.kind, call.params.id),
  }),
  endpoint({
    ...ofEntity.diff,
    method: 'get',
    params: entityId,
    query: diffQuery,
    handle: (call) => answerDiff(call, call.params.kind, call.params.id),
  }),
  endpoint({
    method: 'get',
    path: '/v1/sessions/{id}/log',
    name: 'sessionLog',
    tag: 'history',
    summary: 'The records of a session as the log keeps them, newest first',
    params: sessionId,
    query: z.object({ limit, after }),
    answer: { status: 200, description: 'A page of records.', schema: page('LogPage', 'revisions', logRecord) },
    async handle(call) {
      const row = await readable(call, SESSION_KIND, call.params.id)
      const { found, beyond, next } = await revisionsOf(call, row)
      const disclosure = await disclosureOf(call.hf, row)
      const revisions = []
      for (const [i, one] of found.entries()) {
        const prev = (found[i + 1] ?? beyond)?.seq ?? null
        revisions.push({ ...(await revisionBody(call.hf, row, one, disclosure)), keys: one.keys, num: row.num, prev })
      }
      return json(200, { revisions, ...(next !== undefined && { next }) })
    },
  }),
]
