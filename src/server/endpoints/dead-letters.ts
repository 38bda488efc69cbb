import { z } from '@hono/zod-openapi'
import { fromTagged, type Json } from '../../core/index.ts'
import { nothing } from '../answer.ts'
import { replayHeader } from '../call.ts'
import { endpoint, none } from '../endpoint.ts'
import { answerRun } from '../run-body.ts'
import { forkedRun, runId, value } from '../shapes.ts'

const at = { method: 'post', tag: 'runs', params: runId, query: none } as const

const input = value
  .optional()
  .openapi({ description: 'What it is given in place of what it was. Its task must take it, and be known to this server.' })

/** What a body brings as input, if it brings one. */
function inputOf(given: unknown): { readonly input?: unknown } {
  return given === undefined ? {} : { input: fromTagged(given as Json) }
}

const retryRun = endpoint({
  ...at,
  path: '/v1/runs/{id}/retry',
  name: 'retryRun',
  summary: 'Make another attempt of a run that failed, or whose code has been mended',
  description:
    'Make another attempt of a run that failed or needs_migration, also of the step it failed of; any other is 409. What is recorded besides stays.',
  body: z.strictObject({ input }).openapi('RunRetry').optional(),
  answer: { status: 204, description: 'It runs again, as soon as a process has its task.' },
  async handle(call) {
    const replayed = await call.bot.run(call.params.id).retry({ ...inputOf(call.body?.input), ...call.commitOptions })
    return nothing(replayHeader(replayed))
  },
})

const skipStep = endpoint({
  ...at,
  path: '/v1/runs/{id}/skip',
  name: 'skipStep',
  summary: 'Let a run that failed go on as if the step it failed of had come to a value',
  description: 'Let a run that failed of a step go on as if that had come to `value`; any other is 409.',
  body: z
    .strictObject({ value: value.optional().openapi({ description: 'What the step has come to. Default: null.' }) })
    .openapi('StepSkip')
    .optional(),
  answer: { status: 204, description: 'It runs again, as soon as a process has its task.' },
  async handle(call) {
    const given = call.body?.value
    const to = given === undefined ? null : fromTagged(given as Json)
    return nothing(replayHeader(await call.bot.run(call.params.id).skip(to, call.commitOptions)))
  },
})

const forkRun = endpoint({
  ...at,
  path: '/v1/runs/{id}/fork',
  name: 'forkRun',
  summary: 'Start another run from a step of this one',
  description:
    'Start another run in the same session that has what this one had recorded before `step`; the rest is done anew. `warnings` names the steps whose effects have happened already and will happen again.',
  body: z
    .strictObject({
      step: z.string().min(1).max(1000).openapi({ description: 'The first step that is done anew.', example: 'pay' }),
      key: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .openapi({ description: 'The new run’s key in its session. Default: a new one.' }),
      input,
    })
    .openapi('RunFork'),
  answer: { status: 201, description: 'The new run.', schema: forkedRun },
  async handle(call) {
    const { step, key, input: given } = call.body
    const options = { step, ...(key !== undefined && { key }), ...inputOf(given) }
    const { run, warnings } = await call.bot.run(call.params.id).fork(options, call.commitOptions)
    const location = call.location(`/v1/runs/${encodeURIComponent(run.id)}`)
    return answerRun(call, run.id, 201, { location }, { warnings })
  },
})

export const deadLetterEndpoints = [retryRun, skipStep, forkRun]
