import { z } from '@hono/zod-openapi'
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
    const diagram = call.services.machines.get(id, call.query.version)
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
    const diagram = call.services.machines.get(id, call.query.version)
    const { version, tag } = diagram
    return json(200, { ...{ id, version, tag }, ...(await call.services.drawings.of(diagram)) })
  },
})

/** Statecharts. */
export const machineEndpoints: readonly Endpoint[] = [listMachines, getMachine, drawMachine]

/** @throws forbidden */
function check({ hf, principal }: Call, action: 'list' | 'read', id?: string): void {
  hf.runtime.ports.gate.check({ principal, action, kind: 'statechart', id })
}
