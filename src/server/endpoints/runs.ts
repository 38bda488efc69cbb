import { z } from '@hono/zod-openapi'
import { fromTagged, type Json, randomId } from '../../core/index.ts'
import { RUN_KIND, runId as runIdOf, startRun } from '../../task/index.ts'
import { json, nothing } from '../answer.ts'
import { replayHeader } from '../call.ts'
import { endpoint, none } from '../endpoint.ts'
import { answerRun, summaryBodies } from '../run-body.ts'
import { limit, run, runId, runStatus, runSummary, sessionId, value } from '../shapes.ts'
import { deadLetterEndpoints } from './dead-letters.ts'

const at = { path: '/v1/runs/{id}', tag: 'runs', params: runId, query: none } as const

const listRuns = endpoint({
  path: '/v1/runs',
  tag: 'runs',
  method: 'get',
  name: 'listRuns',
  summary: 'The runs there are, or those that fit, newest change first',
  description:
    'The runs that fit, newest change first, of 5,000 of the status, task or session at most. Those that `failed` are tried no more.',
  params: none,
  query: z.object({
    status: runStatus.optional().openapi({ description: 'Only those that stand so.' }),
    task: z.string().min(1).max(100).optional().openapi({ description: 'Only of the task of this name.' }),
    session: z.string().min(1).max(1024).optional().openapi({ description: 'Only in the tree of this session.' }),
    limit,
  }),
  answer: { status: 200, description: 'The runs.', schema: z.object({ runs: z.array(runSummary) }).openapi('Runs') },
  handle: async (call) => json(200, { runs: await summaryBodies(call, await call.bot.runs.list(call.query)) }),
})

const getRun = endpoint({
  ...at,
  method: 'get',
  name: 'getRun',
  summary: 'Where a run stands: its steps, what it waits for, what it streams',
  answer: { status: 200, description: 'The run.', schema: run },
  handle: (call) => answerRun(call, call.params.id),
})

const start = endpoint({
  path: '/v1/sessions/{id}/runs',
  tag: 'runs',
  method: 'post',
  name: 'startRun',
  summary: 'Start a run of a task in the tree of a session',
  description: 'Start a run of a task that the server has. One that was started with the same `key` before is answered with 200.',
  params: sessionId,
  query: none,
  body: z
    .strictObject({
      task: z.string().min(1).max(100).openapi({ description: 'The name of the task.', example: 'refund' }),
      input: value.optional().openapi({ description: 'Default: null.' }),
      key: z
        .string()
        .min(1)
        .max(255)
        .optional()
        .openapi({ description: 'The same key in the same session is the same run. Default: a new one.', example: 'm1' }),
    })
    .openapi('NewRun'),
  answer: { status: 201, description: 'The run.', schema: run },
  async handle(call) {
    const { hf, principal, params } = call
    const { task, input = null, key = randomId() } = call.body
    call.allow('create', call.ref(RUN_KIND, runIdOf(params.id, task, key)))
    const what = { session: params.id, input: fromTagged(input as Json), key }
    const { id, isNew, replayed } = await startRun(hf.runtime, principal, hf.tasks.named(task), what, call.commitOptions)
    const location = call.location(`/v1/runs/${encodeURIComponent(id)}`)
    return answerRun(call, id, isNew ? 201 : 200, { location, ...replayHeader(replayed) })
  },
})

const sendToRun = endpoint({
  ...at,
  path: '/v1/runs/{id}/events',
  method: 'post',
  name: 'sendToRun',
  summary: 'Bring what a run waits for, now or later',
  body: z
    .strictObject({
      event: z.string().min(1).max(200).openapi({ description: 'What `ctx.event` names.', example: 'paid' }),
      data: value.optional().openapi({ description: 'What it is given. Default: null.' }),
    })
    .openapi('RunEvent'),
  answer: { status: 204, description: 'It has it.' },
  async handle(call) {
    const { event, data = null } = call.body
    return nothing(replayHeader(await call.bot.run(call.params.id).send(event, fromTagged(data as Json), call.commitOptions)))
  },
})

const cancelRun = endpoint({
  ...at,
  path: '/v1/runs/{id}/cancel',
  method: 'post',
  name: 'cancelRun',
  summary: 'End a run and those it has started, or put a dead letter away',
  description:
    'End a run and those it has started: what they do is aborted, what they wait for forgotten. One that failed is put away; one that was cancelled before stays so; one that is done is 409.',
  answer: { status: 204, description: 'It is cancelled.' },
  handle: async (call) => nothing(replayHeader(await call.bot.run(call.params.id).cancel(call.commitOptions))),
})

export const runEndpoints = [listRuns, getRun, start, sendToRun, cancelRun, ...deadLetterEndpoints]
