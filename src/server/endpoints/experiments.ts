import { z } from '@hono/zod-openapi'
import { jsonText } from '../answer.ts'
import { type Endpoint, endpoint, none } from '../endpoint.ts'
import { machineOf } from '../machine-asked.ts'
import { machineId, value } from '../shapes.ts'

const MOST_HAPPENINGS = 1000
const MOST_PATHS = 200

const id = z.string().min(1).max(512)
const event = z.looseObject({ type: z.string().min(1).max(512) })
const version = z.string().max(500).optional().openapi({ description: 'Default: the last one.' })
const samples = {
  events: z
    .record(z.string(), z.array(event).max(100))
    .optional()
    .openapi({ description: 'Events to try, by type; a type without any is tried with nothing but its type.' }),
  answers: z
    .record(z.string(), z.array(z.unknown()).max(100))
    .optional()
    .openapi({ description: 'What children may answer, by their id.' }),
}

const happening = z
  .union([
    z.strictObject({ send: event, to: id.optional() }),
    z.strictObject({ wait: z.number().min(0).max(Number.MAX_SAFE_INTEGER) }),
    z.strictObject({ done: id, output: value.optional() }),
    z.strictObject({ fail: id, error: value.optional() }),
  ])
  .openapi('Happening', { description: 'An event sent, milliseconds that pass, a child that is done or has failed.' })

const question = z
  .strictObject({
    version,
    input: value.optional(),
    now: z.number().int().optional().openapi({ description: 'Milliseconds since 1970 to begin at; 0 unless said.' }),
    script: z
      .array(happening)
      .max(MOST_HAPPENINGS)
      .optional()
      .openapi({ description: 'What happens. Otherwise `seed` and `steps`.' }),
    seed: z.number().int().optional().openapi({ description: 'The same seed gives the same run.' }),
    steps: z.number().int().min(0).max(MOST_HAPPENINGS).optional().openapi({ description: 'How many things happen by chance.' }),
    ...samples,
    outcomes: z
      .record(
        z.string(),
        z.strictObject({ output: value.optional(), error: value.optional(), after: z.number().min(0).optional() }),
      )
      .optional()
      .openapi({
        description:
          'How children that are no machines end by themselves, by what they are (`src`), after how many milliseconds.',
      }),
  })
  .openapi('SimulationQuestion')

const names = z.array(z.string())
const didFields = { states: names, transitions: names, taken: names, entered: names, effects: z.array(z.unknown()) }
const simulation = z
  .object({
    script: z.array(happening).openapi({ description: 'What was done, also by chance: gives this run again.' }),
    steps: z.array(
      z.object({
        at: z.number().openapi({ description: 'Milliseconds of the virtual clock.' }),
        actor: z.string().openapi({ description: 'Empty for the machine itself, else the child.' }),
        event: event.nullable().openapi({ description: 'Null for what a machine begins with.' }),
        handled: z.boolean(),
        ...didFields,
      }),
    ),
    unhandled: z.number().int().openapi({ description: 'How many events changed nothing.' }),
    now: z.number(),
    end: z
      .object({ states: names, status: z.string(), context: value, output: value })
      .nullable()
      .openapi({ description: 'Where it stands at the end; null when it could not begin.' }),
    failure: z
      .object({ code: z.string().nullable(), message: z.string() })
      .nullable()
      .openapi({ description: 'Why it ended early.' }),
  })
  .openapi('Simulation')

const simulateMachine = endpoint({
  method: 'post',
  path: '/v1/machines/{id}/simulate',
  name: 'simulateMachine',
  tag: 'machines',
  summary: 'Run a machine with its children and timers under a virtual clock; nothing is stored, nothing is done outside',
  params: machineId,
  query: none,
  body: question,
  answer: { status: 200, description: 'What happened.', schema: simulation },
  async handle(call) {
    const { version: wanted, ...asked } = call.body
    return jsonText(200, await call.services.laboratory.examine(await machineOf(call, wanted), { ask: 'simulate', ...asked }))
  },
})

const wanted = z
  .strictObject({
    version,
    input: value.optional(),
    kind: z.enum(['shortest', 'simple', 'transitions']).openapi({
      description:
        'To every set of states; all that come to no moment twice; as many as take every transition that can be taken.',
    }),
    to: z.string().min(1).max(1024).optional().openapi({ description: 'Only paths that end in this state.' }),
    most: z
      .number()
      .int()
      .min(1)
      .max(MOST_PATHS)
      .optional()
      .openapi({ description: 'Moments looked at, and paths; default 100.' }),
    ...samples,
  })
  .openapi('PathsQuestion')

const share = z.object({ covered: names, missed: names })
const found = z
  .object({
    paths: z.array(
      z.object({
        title: z.string().openapi({ example: 'paid via PAY, SHIP' }),
        start: z.object(didFields),
        steps: z.array(z.object({ event, ...didFields })),
      }),
    ),
    coverage: z
      .object({ states: share, transitions: share })
      .openapi({ description: 'Of these paths together, by places in the definition.' }),
    complete: z.boolean().openapi({ description: 'False when there is more than `most`.' }),
  })
  .openapi('MachinePaths')

const findPaths = endpoint({
  method: 'post',
  path: '/v1/machines/{id}/paths',
  name: 'findPaths',
  tag: 'machines',
  summary: 'Ways through a machine, found by real steps with the events given',
  params: machineId,
  query: none,
  body: wanted,
  answer: { status: 200, description: 'The paths.', schema: found },
  async handle(call) {
    const { version: of, most = 100, ...asked } = call.body
    return jsonText(200, await call.services.laboratory.examine(await machineOf(call, of), { ask: 'paths', most, ...asked }))
  },
})

/** What is asked of machines without running them for real. */
export const experimentEndpoints: readonly Endpoint[] = [simulateMachine, findPaths]
