import { z } from '@hono/zod-openapi'
import { HoldfastError } from '../../core/index.ts'
import { stateOf } from '../../session/index.ts'
import type { EntityQuery, EntityRow } from '../../store/index.ts'
import { json } from '../answer.ts'
import { etag } from '../conditions.ts'
import { makeCursor, readCursor } from '../cursor.ts'
import { disclosureOf } from '../disclosure.ts'
import { endpoint, none } from '../endpoint.ts'
import { invalid } from '../refusal.ts'
import { after, entity, entitySummary, limit, page } from '../shapes.ts'

const listEntities = endpoint({
  method: 'get',
  path: '/v1/entities',
  name: 'listEntities',
  tag: 'entities',
  summary: 'Everything that is kept: sessions, what users and all share, and entities of kinds of your own',
  params: none,
  query: z.object({
    kind: z.string().min(1).max(64).optional().openapi({ description: 'Only of this kind.' }),
    order: z
      .enum(['updated', 'id'])
      .optional()
      .openapi({ description: 'By kind and id (default), or newest change first, which needs `kind`.' }),
    limit,
    after,
  }),
  answer: { status: 200, description: 'A page of entities.', schema: page('EntityPage', 'entities', entitySummary) },
  async handle(call) {
    const { kind, order = 'id', limit: most = 50, after: behind } = call.query
    call.hf.runtime.ports.gate.check({ principal: call.principal, action: 'list', kind: kind ?? '*' })
    if (order === 'updated' && kind === undefined) throw invalid('Expected `kind` beside order=updated, got none', 'kind')
    const place = behind === undefined ? undefined : readPlace(behind)
    const query: EntityQuery = { tenant: call.principal.tenant, kind, order, after: place, deleted: false, limit: most + 1 }
    const rows = await call.hf.store.engine.entities(query)
    const last = rows.length > most ? rows[most - 1] : undefined
    const entities = rows.slice(0, most).map(summaryOf)
    return json(200, {
      entities,
      ...(last && { next: makeCursor('entities', JSON.stringify([last.kind, last.id, last.updated, last.num])) }),
    })
  },
})

const place = z.tuple([z.string(), z.string(), z.number(), z.number()])

function readPlace(cursor: string): EntityQuery['after'] {
  try {
    const [kind, id, updated, num] = place.parse(JSON.parse(readCursor('entities', 'string', cursor)))
    return { kind, id, updated, num }
  } catch {
    throw invalid('Expected the cursor that a page of entities came with as `next`, got another text', 'after')
  }
}

const getEntity = endpoint({
  method: 'get',
  path: '/v1/entities/{kind}/{id}',
  name: 'getEntity',
  tag: 'entities',
  summary: 'One entity of any kind, read only',
  params: z.object({
    kind: z.string().min(1).openapi({ description: 'The kind of entity.', example: 'session' }),
    id: z.string().min(1).openapi({ description: 'The id of the entity, percent-encoded.', example: 'alice/42' }),
  }),
  query: none,
  answer: { status: 200, description: 'The entity.', schema: entity },
  async handle(call) {
    const ref = call.ref(call.params.kind, call.params.id)
    call.allow('read', ref)
    const row = await call.hf.timeline.row(ref)
    if (row.deleted)
      throw new HoldfastError('not_found', `${row.kind} ${row.id} was deleted at revision ${row.revision}`, { entity: row.id })
    const disclosure = await disclosureOf(call.hf, row)
    // As of the row, not what is current by now: somebody may have written in between.
    const state = stateOf(await call.hf.store.reader.below(row, '/', row.seq))
    return json(200, { ...summaryOf(row), state: disclosure.state(state) }, { etag: etag(row.revision) })
  },
})

function summaryOf({ kind, id, revision, created, updated, expires, root, schema, deleted }: EntityRow): object {
  return { kind, id, revision, created, updated, expires, root, schema, deleted }
}

export const entityEndpoints = [listEntities, getEntity]
