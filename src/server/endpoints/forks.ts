import { z } from '@hono/zod-openapi'
import { json } from '../answer.ts'
import { replayHeader } from '../call.ts'
import { etag } from '../conditions.ts'
import { endpoint, none } from '../endpoint.ts'
import { toMoment } from '../past.ts'
import { bodyOf, sessionOf } from '../session-body.ts'
import { forkedSession, sessionId } from '../shapes.ts'
import { effectBodies } from './happened.ts'

const body = z
  .strictObject({
    id: z.string().min(1).openapi({ description: 'Id of the fork.' }),
    at: z
      .union([z.number().int().min(1), z.string().max(40)])
      .optional()
      .openapi({ description: 'A revision, or a time in ISO 8601; default: now.' }),
  })
  .openapi('Fork')

export const forkSession = endpoint({
  method: 'post',
  path: '/v1/sessions/{id}/fork',
  name: 'forkSession',
  tag: 'sessions',
  summary: 'Make a session that starts as this one is, or was',
  description:
    'Make a session that starts as this one is, or was. Effects that have happened since are not undone: `warnings` names them.',
  params: sessionId,
  query: none,
  body,
  answer: { status: 201, description: 'The fork.', schema: forkedSession },
  async handle(call) {
    const { params, body: asked } = call
    const at = asked.at === undefined ? undefined : toMoment(String(asked.at), 'at')
    const replayed = await call.isRepeated()
    const origin = await sessionOf(call, params.id)
    const fork = await origin.fork(asked.id, { ...call.commitOptions, ...(at !== undefined && { at }) })
    const found = await fork.inspect()
    const happened = at === undefined ? { effects: [], more: false } : await origin.effectsSince(at)
    const warnings = { warnings: effectBodies(happened), more_warnings: happened.more }
    const headers = { etag: etag(found.revision), location: call.location(`/v1/sessions/${encodeURIComponent(asked.id)}`) }
    return json(201, { ...bodyOf(found), ...warnings }, { ...headers, ...replayHeader(replayed) })
  },
})
