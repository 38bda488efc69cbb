import { z } from '@hono/zod-openapi'
import { HoldfastError, type Json } from '../../core/index.ts'
import { STATECHART_KIND, summaryOf } from '../../machine/index.ts'
import { diagramOf } from '../../statechart/index.ts'
import { json, jsonText } from '../answer.ts'
import { type Call, replayHeader } from '../call.ts'
import { type Endpoint, endpoint, none } from '../endpoint.ts'
import { definedMachine, findings } from '../shapes.ts'

const definition = z
  .record(z.string(), z.unknown())
  .openapi('MachineDefinition', { description: 'A machine as plain JSON, in the form of `holdfast/machine-json`.' })

const defineMachine = endpoint({
  method: 'post',
  path: '/v1/machines',
  name: 'defineMachine',
  tag: 'machines',
  summary: 'Define a machine that is kept in the store',
  description:
    'Define a machine that is kept in the store. A version never changes: the same again is answered with 200, another definition under its id and version with 409.',
  params: none,
  query: none,
  body: definition,
  answer: { status: 201, description: 'It was stored.', schema: definedMachine },
  async handle(call) {
    const { machine, isNew, replayed } = await call.bot.statecharts.define(call.body, call.commitOptions)
    const location = call.location(
      `/v1/machines/${encodeURIComponent(machine.id)}?version=${encodeURIComponent(machine.version)}`,
    )
    return json(isNew ? 201 : 200, summaryOf(diagramOf(machine)), { location, ...replayHeader(replayed) })
  },
})

const checkDefinition = endpoint({
  method: 'post',
  path: '/v1/machines/check',
  name: 'checkDefinition',
  tag: 'machines',
  summary: 'What is wrong with a definition; nothing is stored',
  description:
    'What is wrong with a definition; nothing is stored. What makes it no machine at all are findings of the kind `illegal-definition`.',
  params: none,
  query: none,
  body: definition,
  answer: { status: 200, description: 'The findings.', schema: findings },
  handle: async (call) => jsonText(200, await checked(call)),
})

async function checked({ hf, services, principal, body }: Call<unknown, unknown, z.output<typeof definition>>): Promise<string> {
  hf.runtime.ports.gate.check({ principal, action: 'read', kind: STATECHART_KIND })
  try {
    return await services.laboratory.ask(body as Json, hf.machines.stored.limits, { ask: 'check' })
  } catch (error) {
    if (!HoldfastError.is(error, 'invalid')) throw error
    const { issues = [{ path: error.details.path ?? '', message: error.message }] } = error.details
    const illegal = { kind: 'illegal-definition', severity: 'error', certainty: 'certain', trace: [] }
    const found = issues.map((issue) => ({ ...illegal, path: issue.path, message: issue.message }))
    return JSON.stringify({ findings: found, complete: true })
  }
}

/** Definitions that come over HTTP. */
export const definitionEndpoints: readonly Endpoint[] = [defineMachine, checkDefinition]
