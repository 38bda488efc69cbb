import { z } from '@hono/zod-openapi'
import type { Happened } from '../../session/index.ts'
import { json } from '../answer.ts'
import { endpoint } from '../endpoint.ts'
import { toMoment } from '../past.ts'
import { happenedEffect, moment, sessionId } from '../shapes.ts'

const happened = z
  .object({
    effects: z.array(happenedEffect),
    more: z.boolean().openapi({ description: 'There are more than these 1,000.' }),
  })
  .openapi('Happened')

export const sessionEffects = endpoint({
  method: 'get',
  path: '/v1/sessions/{id}/effects',
  name: 'sessionEffects',
  tag: 'history',
  summary: 'Effects of a session that have happened since a moment',
  description: 'Effects that were promised after a moment and have happened, by id: what a fork from there would not undo.',
  params: sessionId,
  query: z.object({ since: moment }),
  answer: { status: 200, description: 'The effects.', schema: happened },
  async handle(call) {
    const found = await call.bot.session(call.params.id).effectsSince(toMoment(call.query.since, 'since'))
    return json(200, { effects: effectBodies(found), more: found.more })
  },
})

/** Effects that have happened, as answers name them. */
export function effectBodies({ effects }: Happened): object[] {
  return effects.map(({ id, name, at }) => ({ effect: id, name, at }))
}
