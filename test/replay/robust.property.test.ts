import fc from 'fast-check'
import { type Holdfast, open } from 'holdfast'
import { parseRuns, replayRuns } from 'holdfast/replay'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import airline from '../../examples/airline-tracker.ts'

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', 'Error: no', '{"user_id":5}', '{"reservation_id":"A"}', 'A? B?'),
)
const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
const name = fc.constantFrom('book_reservation', 'get_user_details', '__proto__', 'constructor', '\u0000', '\ud800', '')
const call = fc.record(
  {
    id: fc.constantFrom('a', 'b', null),
    function: fc.option(
      fc.record({ name: fc.option(name), arguments: fc.oneof(text, fc.jsonValue({ maxDepth: 2 })) }, { requiredKeys: [] }),
    ),
  },
  { requiredKeys: [] },
)
const message = fc.record(
  {
    role: fc.constantFrom('user', 'assistant', 'tool', 'system', 'developer', ''),
    content: fc.oneof(text, fc.constant(null), fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 2 })),
    name: fc.option(name),
    tool_call_id: fc.constantFrom('a', 'b', 'c', null),
    tool_calls: fc.option(fc.array(call, { maxLength: 3 })),
    ['__proto__']: text,
  },
  { requiredKeys: [] },
)
const run = fc.record(
  {
    task_id: fc.oneof(fc.nat(3), text),
    trial: optional(fc.nat(1)),
    user_id: optional(text),
    messages: fc.array(message, { maxLength: 6 }),
  },
  { requiredKeys: ['messages'] },
)

describe('whatever a chat holds', () => {
  let hf: Holdfast
  let round = 0
  beforeAll(async () => {
    hf = await open('memory:', { worker: false })
  })
  afterAll(() => hf.close())

  it.each([
    ['without a tracker', undefined],
    ['with a tracker', airline],
  ])('D3 R1 it is replayed and can be rebuilt, %s', async (_, tracker) => {
    await fc.assert(
      fc.asyncProperty(fc.array(run, { maxLength: 3 }), async (recorded) => {
        const written = JSON.stringify(recorded)
        const runs = parseRuns(written, 'runs.json')
        const prefix = `${round++}/`
        await replayRuns(hf, runs, 'runs.json', { prefix, tracker })
        const wanted = JSON.parse(written) as { messages: unknown[] }[]
        for (const [i, { id }] of runs.entries()) {
          if (wanted[i]?.messages.length === 0) continue
          const rebuilt = await Array.fromAsync(hf.session(prefix + id).history({ order: 'oldest' }), (one) => one.event?.data)
          expect(rebuilt).toEqual(wanted[i]?.messages)
        }
      }),
      { numRuns: 150 },
    )
  })
})
