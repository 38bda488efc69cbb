import { z } from '@hono/zod-openapi'
import { diagramOf, type Finding, check as findingsOf } from '../../statechart/index.ts'
import { json } from '../answer.ts'
import type { Call } from '../call.ts'
import { type Endpoint, endpoint, none } from '../endpoint.ts'
import { summaryOf } from '../machines.ts'

const count = z.number().int()
const names = z.array(z.string())

const summaryFields = {
  id: z.string(),
  version: z.string(),
  tag: z.string().openapi({ description: '`id@version#hash`: what stored snapshots name.' }),
  states: count,
  transitions: count,
  events: names.openapi({ description: 'What it waits for, as definitions write it.' }),
}

const summary = z.object(summaryFields).openapi('MachineSummary')

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

const machine = z.object({ ...summaryFields, root: state, arrows: z.array(transition) }).openapi('Machine')

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

const params = z.object({ id: z.string().min(1).max(500) })
const query = z.object({ version: z.string().max(500).optional().openapi({ description: 'Default: the current one.' }) })

const finding = z
  .object({
    kind: z.string().openapi({ description: 'What was found, e.g. `unreachable-state`.' }),
    severity: z.enum(['error', 'warning', 'info']),
    certainty: z.enum(['certain', 'possible']).openapi({ description: '`possible`: it depends on what guards say.' }),
    path: z.string().openapi({ description: 'Where in the definition.' }),
    message: z.string(),
    trace: names.openapi({ description: 'Types of events that lead there, as few as possible.' }),
  })
  .openapi('MachineFinding')

const findings = z
  .object({
    findings: z.array(finding).openapi({ description: 'Errors first.' }),
    complete: z.boolean().openapi({ description: 'False when there are more moments than were looked at.' }),
  })
  .openapi('MachineFindings')

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
  summary: 'Statecharts this server knows, all versions',
  params: none,
  query: none,
  answer: { status: 200, description: 'The machines.', schema: z.object({ machines: z.array(summary) }).openapi('MachineList') },
  handle(call) {
    check(call, 'list')
    return json(200, { machines: call.services.machines.list() })
  },
})

const getMachine = endpoint({
  method: 'get',
  path: '/v1/machines/{id}',
  name: 'getMachine',
  tag: 'machines',
  summary: 'One statechart: its states as a tree, and its transitions',
  ...{ params, query },
  answer: { status: 200, description: 'The machine.', schema: machine },
  handle(call) {
    const { id } = call.params
    check(call, 'read', id)
    const diagram = diagramOf(call.services.machines.get(id, call.query.version))
    return json(200, { ...summaryOf(diagram), root: diagram.root, arrows: diagram.transitions })
  },
})

const drawMachine = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/diagram',
  name: 'drawMachine',
  tag: 'machines',
  summary: 'One statechart laid out: boxes, routes and labels',
  ...{ params, query },
  answer: { status: 200, description: 'The drawing; the same machine is always drawn the same.', schema: drawing },
  async handle(call) {
    const { id } = call.params
    check(call, 'read', id)
    const diagram = diagramOf(call.services.machines.get(id, call.query.version))
    const { version, tag } = diagram
    return json(200, { ...{ id, version, tag }, ...(await call.services.drawings.of(diagram)) })
  },
})

const findMachine = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/findings',
  name: 'checkMachine',
  tag: 'machines',
  summary: 'What is wrong with a statechart, found without running it',
  ...{ params, query },
  answer: { status: 200, description: 'The findings.', schema: findings },
  handle(call) {
    const { id } = call.params
    check(call, 'read', id)
    return json(200, findingsBody(findingsOf(call.services.machines.get(id, call.query.version))))
  },
})

const coverMachine = endpoint({
  method: 'get',
  path: '/v1/machines/{id}/coverage',
  name: 'machineCoverage',
  tag: 'machines',
  summary: 'How often the states and transitions of a statechart were visited, by the histories of its instances',
  ...{ params, query },
  answer: { status: 200, description: 'All states and transitions, also those that were never visited.', schema: coverage },
  async handle(call) {
    const { id } = call.params
    check(call, 'read', id)
    return json(200, await call.bot.instances.coverage(call.services.machines.get(id, call.query.version)))
  },
})

/** Statecharts. */
export const machineEndpoints: readonly Endpoint[] = [listMachines, getMachine, drawMachine, findMachine, coverMachine]

function findingsBody(found: readonly Finding[]): object {
  return { findings: found, complete: found.every(({ kind }) => kind !== 'bound-reached') }
}

/** @throws forbidden */
function check({ hf, principal }: Call, action: 'list' | 'read', id?: string): void {
  hf.runtime.ports.gate.check({ principal, action, kind: 'statechart', id })
}
