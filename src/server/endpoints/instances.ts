import { z } from '@hono/zod-openapi'
import { fromTagged, HoldfastError, type Json } from '../../core/index.ts'
import { addressOf, instanceId, MACHINE_KIND, type Sent } from '../../machine/index.ts'
import type { EventObject } from '../../statechart/index.ts'
import { json, nothing } from '../answer.ts'
import { type Call, replayHeader } from '../call.ts'
import { endpoint, none } from '../endpoint.ts'
import { answerInstance, answerSent, disclosureOfInstance, instanceBody, summaryBody } from '../instance-body.ts'
import { historyQuery, pageOfHistory, toMoment } from '../past.ts'
import {
  after,
  instance,
  instanceMoment,
  instanceRevision,
  instanceStatus,
  instanceSummary,
  limit,
  moment,
  page,
  sentInstance,
  value,
} from '../shapes.ts'

const params = z.object({
  id: z.string().min(1).max(1024).openapi({ description: 'Session and name, percent-encoded.', example: 'alice/42/refund' }),
})
const text = (description: string) => z.string().min(1).max(1024).optional().openapi({ description })
const at = { path: '/v1/instances/{id}', tag: 'machines', params, query: none } as const
const event = z
  .looseObject({ type: z.string().min(1).max(512) })
  .openapi('MachineEvent', { description: 'An event: its type, and what goes with it.', example: { type: 'APPROVE', by: 'ann' } })

const listInstances = endpoint({
  path: '/v1/instances',
  tag: 'machines',
  method: 'get',
  name: 'listInstances',
  summary: 'The instances there are, or those that fit',
  description: 'The instances there are, or those that fit. A page may be short and still have `next`.',
  params: none,
  query: z.object({
    machine: text('Of the machine of this id.'),
    state: text('In this state, an outer one included.'),
    tag: text('In a state with this tag.'),
    status: instanceStatus.optional(),
    session: text('In the tree of this session.'),
    limit,
    after,
  }),
  answer: { status: 200, description: 'A page of instances.', schema: page('InstancePage', 'instances', instanceSummary) },
  async handle(call) {
    const { instances, next } = await call.bot.instances.list(call.query)
    return json(200, { instances: instances.map(summaryBody), ...(next !== undefined && { next }) })
  },
})

const getInstance = endpoint({
  ...at,
  method: 'get',
  name: 'getInstance',
  summary: 'Where a machine is: active states, context, timers, what may happen next',
  answer: { status: 200, description: 'The instance.', schema: instance },
  handle: (call) => answerInstance(call, call.params.id),
})

const startInstance = endpoint({
  ...at,
  method: 'put',
  name: 'startInstance',
  summary: 'Start a machine in the tree of a session',
  body: z
    .strictObject({
      machine: z.string().min(1).max(512).openapi({ description: 'Id of a machine.' }),
      version: z.string().min(1).max(500).optional().openapi({ description: 'Default: the last one.' }),
      input: value.optional(),
    })
    .openapi('NewInstance'),
  answer: { status: 201, description: 'The instance.', schema: sentInstance },
  async handle(call) {
    const { id } = call.params
    const { session, name } = addressOf(id)
    call.allow('create', call.ref(MACHINE_KIND, id))
    const { machine, version, input } = call.body
    const handle = call.bot.machine(version === undefined ? machine : `${machine}@${version}`, session, name)
    const sent = await handle.start(input === undefined ? undefined : fromTagged(input as Json), call.commitOptions)
    if (!sent.handled) throw exists(sent)
    return answerSent(call, sent, 201, { location: call.location(`/v1/instances/${encodeURIComponent(id)}`) })
  },
})

const sendEvent = endpoint({
  ...at,
  path: '/v1/instances/{id}/events',
  method: 'post',
  name: 'sendEvent',
  summary: 'Give a machine an event: one commit, with all it leads to',
  body: event,
  answer: {
    status: 200,
    description: 'Where the event led; `handled` is false when no transition took it.',
    schema: sentInstance,
  },
  handle: async (call) => answerSent(call, await call.bot.instance(call.params.id).send(eventOf(call), call.commitOptions), 200),
})

const canTake = endpoint({
  ...at,
  path: '/v1/instances/{id}/can',
  method: 'post',
  name: 'canTake',
  summary: 'Whether a machine would take an event now; nothing happens',
  body: event,
  answer: { status: 200, description: 'The answer.', schema: z.object({ can: z.boolean() }).openapi('CanTake') },
  handle: async (call) => json(200, { can: await call.bot.instance(call.params.id).can(eventOf(call)) }),
})

const instanceHistory = endpoint({
  ...at,
  path: '/v1/instances/{id}/history',
  method: 'get',
  name: 'instanceHistory',
  summary: 'The revisions of a machine, each with what its events did',
  query: historyQuery,
  answer: {
    status: 200,
    description: 'A page of revisions.',
    schema: page('InstanceRevisionPage', 'revisions', instanceRevision),
  },
  async handle(call) {
    const { found, next } = await pageOfHistory(call.query, (range) => call.bot.instance(call.params.id).history(range))
    const disclosure = await disclosureOfInstance(call, call.params.id)
    const revisions = []
    for (const { revision, seq, at: when, actor, cause, source, commit, steps } of found) {
      const shown = (await disclosure.data({ steps })) as { readonly steps: unknown }
      revisions.push({ ...{ revision, seq, at: when, actor, cause, source, commit }, ...shown })
    }
    return json(200, { revisions, ...(next !== undefined && { next }) })
  },
})

const instanceAt = endpoint({
  ...at,
  path: '/v1/instances/{id}/at/{moment}',
  method: 'get',
  name: 'instanceAt',
  summary: 'Where a machine was at a revision or time',
  params: params.extend({ moment }),
  answer: { status: 200, description: 'The instance as it was.', schema: instanceMoment },
  async handle(call) {
    const found = await call.bot.instance(call.params.id).at(toMoment(call.params.moment, 'moment'))
    return json(200, await instanceBody(call, found))
  },
})

const forkInstance = endpoint({
  ...at,
  path: '/v1/instances/{id}/fork',
  method: 'post',
  name: 'forkInstance',
  summary: 'Make an instance that starts as this one is, or was',
  body: z
    .strictObject({
      name: z.string().min(1).max(256).openapi({ description: 'Name of the fork in its session.' }),
      session: z.string().min(1).optional().openapi({ description: 'Default: the same session.' }),
      at: z
        .union([z.number().int().min(1), z.string().max(40)])
        .optional()
        .openapi({ description: 'A revision or time; default: now.' }),
      resume: z
        .boolean()
        .optional()
        .openapi({ description: 'Set its timers and begin its effects. Default: nothing runs by itself.' }),
    })
    .openapi('InstanceFork'),
  answer: { status: 201, description: 'The fork.', schema: instance },
  async handle(call) {
    const { name, session = addressOf(call.params.id).session, at: from, resume = false } = call.body
    const replayed = await call.isRepeated()
    const options = { ...call.commitOptions, session, resume, ...(from !== undefined && { at: toMoment(String(from), 'at') }) }
    await call.bot.instance(call.params.id).fork(name, options)
    const id = instanceId(session, name)
    const location = call.location(`/v1/instances/${encodeURIComponent(id)}`)
    return answerInstance(call, id, 201, { location, ...replayHeader(replayed) })
  },
})

const stopInstance = endpoint({
  ...at,
  path: '/v1/instances/{id}/stop',
  method: 'post',
  name: 'stopInstance',
  summary: 'Stop a machine and all it runs; its history stays',
  answer: { status: 204, description: 'It moves no more.' },
  async handle(call) {
    const replayed = await call.isRepeated()
    await call.bot.instance(call.params.id).stop(call.commitOptions)
    return nothing(replayHeader(replayed))
  },
})

function eventOf({ body }: Call<unknown, unknown, z.output<typeof event>>): EventObject {
  return fromTagged(body as Json) as EventObject
}

function exists({ id, revision }: Sent): HoldfastError<'conflict'> {
  const message = `There is an instance ${id} already, at revision ${revision}; send it events, or take another name`
  return new HoldfastError('conflict', message, { entity: id, expected: 0, current: revision })
}

export const instanceEndpoints = [
  listInstances,
  getInstance,
  startInstance,
  sendEvent,
  canTake,
  instanceHistory,
  instanceAt,
  forkInstance,
  stopInstance,
]
