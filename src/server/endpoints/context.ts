import { z } from '@hono/zod-openapi'
import { toTagged } from '../../core/index.ts'
import { SESSION_KIND, type SessionContext } from '../../session/index.ts'
import { json } from '../answer.ts'
import { endpoint } from '../endpoint.ts'
import { toMoment } from '../past.ts'
import { sessionOf } from '../session-body.ts'
import { noSession } from '../session-write.ts'
import { moment, sessionId, value, whole } from '../shapes.ts'

const chosen = z
  .object({
    path: z.string(),
    value,
    line: z.string().openapi({ description: 'What a model is told: `path: text`.' }),
    tokens: z.number().int(),
    score: z.number(),
    reason: z.string(),
  })
  .openapi('ContextVariable')

const candidate = z
  .object({
    path: z.string(),
    tokens: z.number().int(),
    score: z.number(),
    parts: z
      .record(z.string(), z.number())
      .openapi({ description: 'What the score is the sum of, before it is divided by cost.' }),
    changed: z.number().int().openapi({ description: 'Revision of the last change; 0 for long ago.' }),
    changes: z.number().int(),
    verdict: z.enum(['pinned', 'chosen', 'too long', 'no room']),
  })
  .openapi('ContextCandidate')

const context = z
  .object({
    revision: z.number().int(),
    budget: z.number().int(),
    tokens: z.number().int(),
    variables: z.array(chosen),
    left_out: z.number().int(),
    ranking: z.array(candidate).optional(),
  })
  .openapi('Context')

/** Candidates shown with `explain`. */
const MOST_SHOWN = 500

export const getContext = endpoint({
  method: 'get',
  path: '/v1/sessions/{id}/context',
  name: 'sessionContext',
  tag: 'sessions',
  summary: 'What of a session to tell a model, within a budget of tokens',
  params: sessionId,
  query: z.object({
    query: z.string().max(2000).optional().openapi({ description: 'What the model is about to be asked.' }),
    tokens: whole(1, 1_000_000, 'The budget. Default 2,000.').optional(),
    at: moment.optional(),
    explain: z
      .enum(['true', 'false'])
      .optional()
      .openapi({ description: `Also the ranking: the best ${MOST_SHOWN} candidates and what became of each.` }),
  }),
  answer: { status: 200, description: 'The variables that fit: pinned first, then the best.', schema: context },
  async handle(call) {
    const { id } = call.params
    const { query = '', tokens = 2000, at, explain } = call.query
    call.allow('read', call.ref(SESSION_KIND, id))
    const row = await call.hf.timeline.row(call.ref(SESSION_KIND, id))
    if (row.deleted) throw noSession(id)
    const session = await sessionOf(call, id)
    const past = at === undefined ? {} : { at: toMoment(at, 'at') }
    return json(200, bodyOf(await session.context({ query, tokens, ...past, explain: explain === 'true' })))
  },
})

function bodyOf({ revision, budget, tokens, variables, candidates, ranking }: SessionContext): object {
  return {
    ...{ revision, budget, tokens },
    variables: variables.map((one) => ({ ...one, value: toTagged(one.value).json })),
    left_out: candidates - variables.length,
    ...(ranking !== undefined && { ranking: ranking.slice(0, MOST_SHOWN) }),
  }
}
