import { z } from '@hono/zod-openapi'
import { summaryOf } from '../../machine/index.ts'
import { diagramOf, type Machine, toJson, toMermaid, toScxml } from '../../statechart/index.ts'
import { always, json, jsonText } from '../answer.ts'
import { type Endpoint, endpoint, none } from '../endpoint.ts'
import { machineOf } from '../machine-asked.ts'
import { after, findings, limit, machineId, machineSummaryFields, page, versionQuery } from '../shapes.ts'

/** Of definitions, with all their versions: most stores have fewer. */
const DEFAULT_LIMIT = 200

const formats = {
  json: {
    type: 'application/json',
    write: (machine: Machine) => JSON.stringify(toJson(machine), null, 2),
  },
  scxml: { type: 'application/scxml+xml', write: (machine: Machine) => toScxml(machine) },
  mermaid: { type: 'text/vnd.mermaid', write: toMermaid },
} as const

const count = z.number().int()
const names = z.array(z.string())

const summary = z
  .object({
    ...machineSummaryFields,
    created: count.optional().openapi({ description: 'When it was defined: milliseconds since 1970.' }),
    stored: z.boolean().openapi({ description: 'Its definition is kept in the store, not in the program.' }),
  })
  .openapi('MachineSummary')

const state = z
  .object({
    id: z.string(),
    kind: z.enum(['atomic', 'compound', 'parallel', 'final', 'shallow', 'deep', 'initial']),
    label: z.string(),
    ...{ tags: names, entry: names, exit: names },
    invokes: z.array(z.object({ id: z.string().optional(), src: z.string() })),
    description: z.string().optional(),
    instructions: z.string().optional(),
    tools: names.optional(),
    get children(): z.ZodArray<z.ZodType> {
      return z.array(state)
    },
  })
  .openapi('MachineState', { description: 'A state with all below it; `initial` is the dot a compound state begins at.' })

const transition = z
  .object({
    ...{ id: z.string(), source: z.string(), targets: names, events: names },
    trigger: z.string().openapi({ description: 'What it waits for, in short: `order.paid`, `after 5m`, `done`.' }),
    guard: z.string().optional(),
    actions: names,
    delay: z.string().optional(),
    description: z.string().optional(),
    self: z.boolean().openapi({ description: 'It ends where it began.' }),
    internal: z.boolean().openapi({ description: 'The source is not left.' }),
  })
  .openapi('MachineTransition')

const machine = z.object({ ...machineSummaryFields, root: state, arrows: z.array(transition) }).openapi('Machine')

const rectangle = { x: z.number(), y: z.number(), width: z.number(), height: z.number() }

const drawing = z
  .object({
    ...{ id: z.string(), version: z.string(), tag: z.string(), width: z.number(), height: z.number() },
    states: z.array(
      z.object({
        ...{ id: z.string(), label: z.string(), label_width: z.number(), ...rectangle },
        rows: z.array(z.object({ word: z.enum(['entry', 'exit', 'invoke', 'on']), text: z.string() })),
      }),
    ),
    transitions: z.array(
      z.object({
        id: z.string(),
        routes: z.array(z.array(z.object({ x: z.number(), y: z.number() }))),
        label: z
          .object({ trigger: z.string(), guard: z.string().optional(), actions: z.string().optional(), ...rectangle })
          .optional(),
      }),
    ),
  })
  .openapi('MachineDrawing', { description: 'Places in pixels from the top left corner; texts as far as they have room.' })

const coverage = z
  .object({
    ...{ instances: count, revisions: count },
    complete: z
      .boolean()
      .openapi({ description: 'False when there are more than the 1,000 instances and 10,000 revisions looked at.' }),
    states: z.array(z.object({ id: z.string(), entered: count, now: count })),
    transitions: z.array(z.object({ id: z.string(), taken: count })),
  })
  .openapi('MachineCoverage')

const listMachines = endpoint({
  method: 'get',
  path: '/v1/machines',
  name: 'listMachines',
  tag: 'machines',
  summary: 'Statecharts there are, all versions: those of the program, then those that were defined, page by page',
  params: none,
  query: z.object({ limit, after }),
  answer: { status: 200, description: 'A page of machines.', schema: page('MachinePage', 'machines', summary) },
  async handle(call) {
    const { limit: most = DEFAULT_LIMIT, after: behind } = call.query
    const { statecharts, next } = await call.bot.statecharts.list({ limit: most, after: behind })
    const ours = behind === undefined ? call.services.machines.list() : []
    const machines = [...ours.map((one) => ({ ...one, stored: false })), ...statecharts.map((one) => ({ ...one, stored: true }))]
    return json(200, { machines, ...(next !== undefined && { next }) })
  },
})

const getMachine = endpoint({
  method: 'get',
  path: '/v1/machines/{id}',
  name: 'getMachine',
  tag: 'machines',
  summary: 'One statechart: its states as a tree, and its transitions',
  ...{ params: machineId, query: versionQuery },
  answer: { status: 200, description: 'The machine.', schema: machine },
  async handle(call) {
    const diagram = diagramOf(await machineOf(call, call.query.version))
    return json(200, { ...summaryOf(diagram), root: diagram.root, arrows: diagram.transitions })
  },
})

const drawMachine = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/diagram',
  name: 'drawMachine',
  tag: 'machines',
  summary: 'One statechart laid out: boxes, routes and labels',
  ...{ params: machineId, query: versionQuery },
  answer: { status: 200, description: 'The drawing; the same machine is always drawn the same.', schema: drawing },
  async handle(call) {
    const diagram = diagramOf(await machineOf(call, call.query.version))
    const { id, version, tag } = diagram
    return json(200, { ...{ id, version, tag }, ...(await call.services.drawings.of(diagram)) })
  },
})

const machineFindings = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/findings',
  name: 'machineFindings',
  tag: 'machines',
  summary: 'What is wrong with a statechart, found without running it',
  ...{ params: machineId, query: versionQuery },
  answer: { status: 200, description: 'The findings.', schema: findings },
  async handle(call) {
    return jsonText(200, await call.services.laboratory.examine(await machineOf(call, call.query.version), { ask: 'check' }))
  },
})

const machineCoverage = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/coverage',
  name: 'machineCoverage',
  tag: 'machines',
  summary: 'How often the states and transitions of a statechart were visited, by the histories of its instances',
  ...{ params: machineId, query: versionQuery },
  answer: { status: 200, description: 'All states and transitions, also those that were never visited.', schema: coverage },
  async handle(call) {
    return json(200, await call.bot.instances.coverage(await machineOf(call, call.query.version)))
  },
})

const machineExport = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/export',
  name: 'exportMachine',
  tag: 'machines',
  summary: 'One statechart in the words of others',
  description:
    'One statechart in the words of others: as JSON, SCXML 1.0 or Mermaid. What a form has no words for is refused, all of it at once.',
  params: machineId,
  query: versionQuery.extend({
    format: z.enum(['json', 'scxml', 'mermaid']).optional().openapi({ description: 'Default: `json`.' }),
  }),
  answer: { status: 200, description: 'The document.', schema: z.string(), type: Object.values(formats).map(({ type }) => type) },
  async handle(call) {
    const { format = 'json', version } = call.query
    const machine = await machineOf(call, version)
    const { type, write } = formats[format]
    const name = encodeURIComponent(`${machine.id}-${machine.version}.${format === 'mermaid' ? 'mmd' : format}`)
    const headers = {
      'content-type': `${type}; charset=UTF-8`,
      'content-disposition': `attachment; filename="${name}"`,
      ...always,
    }
    return new Response(write(machine), { headers })
  },
})

/** Statecharts as they are. */
export const machineEndpoints: readonly Endpoint[] = [
  listMachines,
  getMachine,
  drawMachine,
  machineFindings,
  machineCoverage,
  machineExport,
]
