import { z } from '@hono/zod-openapi'
import { fromTagged, HoldfastError, type Json } from '../../core/index.ts'
import { json, nothing } from '../answer.ts'
import { type Call, replayHeader } from '../call.ts'
import { etag } from '../conditions.ts'
import { disclosureOf } from '../disclosure.ts'
import { endpoint, none } from '../endpoint.ts'
import { freshnessQuery, readOptions } from '../freshness.ts'
import { changeSession, noSession, type Written } from '../session-write.ts'
import { sessionId, value, variable } from '../shapes.ts'

const params = sessionId.extend({
  path: z.string().min(1).max(4096).openapi({ description: 'The path, percent-encoded.', example: 'cart.items[0].qty' }),
})
const at = { path: '/v1/sessions/{id}/variables/{path}', tag: 'variables', params, query: none } as const

const getVariable = endpoint({
  ...at,
  query: freshnessQuery,
  method: 'get',
  name: 'getVariable',
  summary: 'One variable of a session',
  answer: { status: 200, description: 'The variable and the revision of its session.', schema: variable },
  async handle(call) {
    const { id, path } = call.params
    const { value: found, row } = await call.bot
      .session(id)
      .look(path, readOptions(call.query))
      .catch((error: unknown) => {
        throw HoldfastError.is(error, 'not_found') && call.query.revision === undefined ? noSession(id) : error
      })
    if (found === undefined) throw new HoldfastError('not_found', `Session ${id} has nothing at ${path}`, { entity: id, path })
    const disclosure = await disclosureOf(call.hf, row)
    return json(200, { path, value: disclosure.value(path, found), revision: row.revision }, { etag: etag(row.revision) })
  },
})

const putVariable = endpoint({
  ...at,
  method: 'put',
  name: 'setVariable',
  summary: 'Set one variable of a session',
  body: z.strictObject({ value }).openapi('NewValue'),
  needs: 'if-match',
  answer: {
    status: 200,
    description: 'The variable as this request left it, and the revision of its session then.',
    schema: variable,
  },
  async handle(call) {
    const { id, path } = call.params
    const next = fromTagged(call.body.value as Json)
    const written = await changeSession(call, id, (changed) => changed.set(path, next))
    const stored = await storedValue(call, { id, path }, written, next)
    return json(200, { path, value: written.disclosure.value(path, stored), revision: written.revision }, headersOf(written))
  },
})

/** A schema may have given the value another form. */
function storedValue(call: Call, { id, path }: { id: string; path: string }, { definition, revision }: Written, next: unknown) {
  const isKept = definition.schema === undefined || /^(?:user|app|temp):/.test(path)
  return isKept ? next : call.bot.session(id).getAt(revision, path)
}

const deleteVariable = endpoint({
  ...at,
  method: 'delete',
  name: 'deleteVariable',
  summary: 'Delete one variable of a session',
  needs: 'if-match',
  answer: { status: 204, description: 'It is gone; `ETag` is the revision of its session now.' },
  async handle(call) {
    return nothing(headersOf(await changeSession(call, call.params.id, (changed) => changed.delete(call.params.path))))
  },
})

function headersOf({ revision, replayed }: Written) {
  return { etag: etag(revision), ...replayHeader(replayed) }
}

export const variableEndpoints = [getVariable, putVariable, deleteVariable]
