import { z } from '@hono/zod-openapi'

/** A value in the tagged JSON form: plain JSON stays plain, richer values are objects with one `$` key. */
export const value = z
  .unknown()
  .openapi('Value', { description: 'A value: JSON, with tagged objects such as `{"$date": "..."}` for richer ones.' })

const time = z.number().int().openapi({ description: 'Milliseconds since 1970-01-01 UTC.', example: 1767225600000 })
const variables = z
  .record(z.string(), z.unknown())
  .openapi('Variables', { description: 'Variables by name; secrets are masked.' })

export const status = z.enum(['open', 'idle', 'closed', 'expired'])

const summaryFields = {
  id: z.string(),
  definition: z.string(),
  revision: z.number().int(),
  status,
  user: z.string().nullable(),
  tags: z.array(z.string()),
  created: time,
  updated: time,
  expires: time.nullable(),
}

export const sessionSummary = z.object(summaryFields).openapi('SessionSummary')

const issue = z.object({ path: z.string(), message: z.string() }).openapi('Issue')

const sessionFields = {
  ...summaryFields,
  state: variables,
  invalid: z.array(issue).openapi({ description: 'Stored values that do not fit the schema of today.' }),
  origin: z
    .object({ id: z.string(), revision: z.number().int() })
    .nullable()
    .openapi({ description: 'Where it was forked from.' }),
}

export const session = z.object(sessionFields).openapi('Session')

export const happenedEffect = z.object({ effect: z.string(), name: z.string(), at: time }).openapi('HappenedEffect')

export const forkedSession = z
  .object({
    ...sessionFields,
    warnings: z.array(happenedEffect),
    more_warnings: z.boolean().openapi({ description: 'More effects have happened than the 1,000 that are named.' }),
  })
  .openapi('ForkedSession', {
    description: 'The fork, and effects of its origin that have happened after the point it begins at.',
  })

const revisionFields = {
  revision: z.number().int(),
  seq: z.number().int(),
  at: time,
  actor: z.string().nullable(),
  cause: z.string().nullable(),
  source: z.string().nullable(),
  op: z.enum(['write', 'create', 'delete']),
  commit: z.string(),
  event: z.object({ name: z.string(), data: z.unknown().optional() }).nullable(),
  paths: z.array(z.string()),
}

export const revision = z.object(revisionFields).openapi('Revision')
export const logRecord = z
  .object({ ...revisionFields, keys: z.array(z.string()), num: z.number().int(), prev: z.number().int().nullable() })
  .openapi('LogRecord')

export const snapshot = z.object({ revision: z.number().int(), at: time, state: variables }).openapi('Snapshot')

const difference = z
  .object({ path: z.string(), op: z.enum(['add', 'remove', 'change']), before: value.optional(), after: value.optional() })
  .openapi('Difference')
export const diff = z.object({ from: z.number().int(), to: z.number().int(), differences: z.array(difference) }).openapi('Diff')

export const variable = z.object({ path: z.string(), value, revision: z.number().int() }).openapi('Variable')

const ref = z.object({ kind: z.string(), id: z.string() })

export const entitySummary = z
  .object({
    ...{ kind: z.string(), id: z.string(), revision: z.number().int(), created: time, updated: time, expires: time.nullable() },
    ...{ root: z.string().nullable(), schema: z.string().nullable(), deleted: z.boolean() },
  })
  .openapi('EntitySummary')
export const entity = entitySummary.extend({ state: variables }).openapi('Entity')

export const effect = z
  .object({
    ...{ id: z.string(), entity: ref, queue: z.string(), state: z.enum(['due', 'running', 'dead', 'done']) },
    ...{ attempts: z.number().int(), due: time, created: time, error: z.string().optional() },
  })
  .openapi('Effect')

export const approval = z
  .object({
    id: z.string(),
    run: z.string(),
    session: z.string(),
    title: z.string(),
    data: value.openapi({ description: 'What is to be known to decide.' }),
    asked: time,
    expires: time.nullable(),
  })
  .openapi('Approval')

export const runStatus = z.enum(['running', 'waiting', 'done', 'failed', 'cancelled', 'needs_migration'])

const described = z
  .object({ name: z.string(), message: z.string(), code: z.string().optional() })
  .openapi('RunError', { description: 'What was thrown, as it is recorded.' })

const waitFields = {
  for: z.enum(['sleep', 'event', 'approval']),
  until: time.nullable().openapi({ description: 'Null: as long as it takes.' }),
  event: z.string().optional().openapi({ description: 'The name of the event.' }),
  title: z.string().optional().openapi({ description: 'What a person was asked.' }),
}

const runOutline = {
  ...{ id: z.string(), session: z.string(), task: z.string(), status: runStatus },
  by: z.string().openapi({ description: 'The id of who started it.' }),
  ...{ created: time, finished: time.nullable(), error: described.nullable() },
  waits: z.array(z.object({ step: z.string(), ...waitFields })).openapi({ description: 'Nothing once it is over.' }),
}

export const runSummary = z
  .object({
    ...runOutline,
    steps: z.number().int().openapi({ description: 'How many were recorded when it last began, waited or ended.' }),
  })
  .openapi('RunSummary')

const runStep = z
  .object({
    ...{ name: z.string(), order: z.number().int(), status: z.enum(['done', 'failed', 'waiting']) },
    value: value.optional(),
    error: described.optional(),
    wait: z.object({ ...waitFields, data: value.optional(), asked: time.optional() }).optional(),
  })
  .openapi('RunStep', { description: 'What a step has come to, or waits for.' })

export const run = z
  .object({
    ...runOutline,
    origin: z
      .object({ run: z.string(), step: z.string() })
      .nullable()
      .openapi({ description: 'The run it was forked from, and the first step that was done anew.' }),
    ...{ input: value, output: value },
    tries: z.number().int().openapi({ description: 'Attempts begun since something was last recorded.' }),
    epoch: z.number().int().openapi({ description: 'Grows with every attempt.' }),
    steps: z.array(runStep).openapi({ description: 'In the order they were asked for.' }),
    streams: z.array(
      z
        .object({
          name: z.string(),
          chunks: z.number().int(),
          bytes: z.number().int(),
          ended: z.boolean(),
          cuts: z.array(z.number().int()).optional(),
        })
        .openapi('RunStream'),
    ),
  })
  .openapi('Run')

export const forkedRun = run
  .extend({
    warnings: z
      .array(z.string())
      .openapi({ description: 'Steps of the other run that are done anew, although they have happened.' }),
  })
  .openapi('ForkedRun')

export const runId = z.object({
  id: z.string().min(1).max(1024).openapi({ description: 'The id of the run, percent-encoded.', example: 'alice/42/refund.m1' }),
})

export const role = z.enum(['system', 'user', 'assistant', 'tool'])

const part = z.looseObject({ type: z.string() }).openapi('TurnPart', {
  description: 'A part as in messages of the AI SDK 7, or `data`.',
  example: { type: 'text', text: 'Hello' },
})

export const turn = z
  .object({
    id: z.string(),
    role,
    speaker: z.string().optional(),
    content: z.array(part),
    status: z.enum(['done', 'streaming', 'partial']).openapi({
      description: '`streaming`: still being written; `partial`: given up while it was.',
    }),
    at: time,
    parent: z.string().nullable().openapi({ description: 'The turn it follows.' }),
    branch: z.number().int(),
    providerOptions: z.unknown().optional(),
    metadata: value.optional(),
  })
  .openapi('Turn')

export const branch = z
  .object({
    branch: z.number().int(),
    from: z.string().nullable().openapi({ description: 'The turn of another branch that its first one follows.' }),
    first: z.string(),
    last: z.string(),
    active: z.boolean(),
  })
  .openapi('Branch')

export const conversationSummary = z
  .object({
    name: z.string(),
    turns: z.number().int().openapi({ description: 'Of all branches.' }),
    head: z.string().nullable().openapi({ description: 'The turn that the next one follows.' }),
    branches: z.number().int(),
    updated: time,
  })
  .openapi('ConversationSummary')

export const newTurn = z
  .strictObject({
    role,
    content: z.union([z.string(), z.array(part)]),
    id: z.string().min(1).max(200).optional(),
    speaker: z.string().min(1).max(200).optional(),
    providerOptions: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
    metadata: value.optional(),
    after: z.string().min(1).max(200).nullable().optional().openapi({
      description: 'The turn it follows; null to begin anew. Default: the head.',
    }),
  })
  .openapi('NewTurn')

export const instanceStatus = z.enum(['active', 'done', 'stopped', 'needs_migration'])

const instanceIdentity = {
  ...{ id: z.string(), session: z.string(), name: z.string() },
  ...{ machine: z.string().openapi({ description: 'Id of its machine.', example: 'refund' }), version: z.string() },
  tag: z.string().openapi({ description: '`id@version#hash` of the definition it was stored by.', example: 'refund@1#5d41402a' }),
  ...{ revision: z.number().int(), status: instanceStatus },
  states: z.array(z.string()).openapi({ description: 'The innermost active states.', example: ['confirming.waiting'] }),
}

export const instanceSummary = z.object({ ...instanceIdentity, created: time, updated: time }).openapi('InstanceSummary')

const step = z
  .object({
    event: z.looseObject({ type: z.string() }).openapi({ description: 'With its payload; of a large one only type and size.' }),
    from: z.string().optional().openapi({ description: 'The instance that sent it.' }),
    transitions: z.array(z.string()).optional().openapi({ description: '`source --event--> targets`, in the order taken.' }),
    taken: z.array(z.string()).optional().openapi({ description: 'The same by their ids in the machine.' }),
    entered: z.array(z.string()).optional().openapi({ description: 'The states it entered.' }),
    states: z.array(z.string()).optional().openapi({ description: 'The innermost active states after it.' }),
    emitted: z.array(z.unknown()).optional(),
    logged: z.array(z.object({ label: z.string().optional(), value })).optional(),
    timer: z.string().optional().openapi({ description: 'The timer it is about.' }),
    tool: z.string().optional().openapi({ description: 'The tool it is about.' }),
    unhandled: z.literal(true).optional().openapi({ description: 'No transition took it.' }),
    failed: z.unknown().openapi({ description: 'The step threw: nothing of it was kept.' }).optional(),
    adopted: z.string().optional().openapi({ description: 'Tag of the definition that what is stored was taken over from.' }),
  })
  .openapi('MachineStep', { description: 'What one event did to an instance.' })

export const instanceRevision = z
  .object({
    revision: z.number().int(),
    seq: z.number().int(),
    at: time,
    actor: z.string().nullable(),
    cause: z.string().nullable(),
  })
  .extend({ source: z.string().nullable(), commit: z.string(), steps: z.array(step) })
  .openapi('InstanceRevision')

const instanceFields = {
  ...instanceIdentity,
  context: value,
  output: value,
  timers: z.array(z.object({ id: z.string(), at: time })),
  children: z.record(z.string(), z.object({ src: z.string(), instance: z.string().optional() })),
}

export const instanceMoment = z.object(instanceFields).openapi('InstanceMoment')

export const sentInstance = z.object({ ...instanceFields, handled: z.boolean() }).openapi('SentInstance')

export const instance = z
  .object({
    ...instanceFields,
    next_events: z.array(z.string()).openapi({ description: 'Types of events the active states wait for.' }),
    instructions: z.string().openapi({ description: 'What an agent is told now.' }),
    tools: z
      .array(z.string())
      .nullable()
      .openapi({ description: 'The tools an agent may call now; null: nothing is said of tools.' }),
  })
  .openapi('Instance')

export const machineId = z.object({
  id: z.string().min(1).max(500).openapi({ description: 'The id of the machine, percent-encoded.', example: 'refund' }),
})

export const machineSummaryFields = {
  id: z.string(),
  version: z.string(),
  tag: z.string().openapi({ description: '`id@version#hash`: what stored snapshots name.' }),
  states: z.number().int(),
  transitions: z.number().int(),
  events: z.array(z.string()).openapi({ description: 'What it waits for, as definitions write it; the first 200.' }),
}

export const definedMachine = z.object(machineSummaryFields).openapi('DefinedMachine')

export const versionQuery = z.object({
  version: z.string().max(500).optional().openapi({ description: 'Default: the last one.' }),
})

const finding = z
  .object({
    kind: z.string().openapi({ description: 'What was found, e.g. `unreachable-state`.' }),
    severity: z.enum(['error', 'warning', 'info']),
    certainty: z.enum(['certain', 'possible']).openapi({ description: '`possible`: it depends on what guards say.' }),
    path: z.string().openapi({ description: 'Where in the definition.' }),
    message: z.string(),
    trace: z.array(z.string()).openapi({ description: 'Types of events that lead there, as few as possible.' }),
  })
  .openapi('MachineFinding')

export const findings = z
  .object({
    findings: z.array(finding).openapi({ description: 'Errors first.' }),
    complete: z.boolean().openapi({ description: 'False when there are more moments than were looked at.' }),
  })
  .openapi('MachineFindings')

/** A list and the cursor of its next page. */
export function page<Name extends string, Item extends z.ZodType>(title: string, name: Name, item: Item) {
  return z
    .object({ [name]: z.array(item), next: z.string().optional().openapi({ description: 'Pass as `after` for the next page.' }) })
    .openapi(title)
}

/** A whole number in a query. */
export function whole(least: number, most: number, description: string) {
  return z
    .string()
    .regex(/^\d{1,15}$/, `expected a whole number from ${least} to ${most}`)
    .transform(Number)
    .pipe(z.number().int().min(least).max(most))
    .openapi({ type: 'integer', minimum: least, maximum: most, description })
}

export const limit = whole(1, 1000, 'How many at most.').optional()
export const after = z.string().max(2000).optional().openapi({ description: 'The `next` of the page before.' })

/** A revision, or a time in ISO 8601. */
export const moment = z
  .string()
  .max(40)
  .openapi({ description: 'A revision, or a time such as 2026-01-31T12:00:00Z.', example: '7' })

export const sessionId = z.object({
  id: z.string().min(1).openapi({ description: 'The id of the session, percent-encoded.', example: 'alice/42' }),
})

const problem = z
  .object({
    ...{ type: z.string(), title: z.string(), status: z.number().int(), code: z.string(), detail: z.string() },
    instance: z.string().optional(),
  })
  .openapi('Problem', { description: 'RFC 9457: what was expected, what came, what to do.' })

const problemAnswer = (description: string) => ({ description, content: { 'application/problem+json': { schema: problem } } })

/** What may go wrong anywhere. */
export const problems = {
  '4XX': problemAnswer('The request was refused; nothing has changed.'),
  '5XX': problemAnswer('Not now; nothing has changed.'),
}
