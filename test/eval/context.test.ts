import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'

const run = promisify(execFile)
const main = join(import.meta.dirname, '../../eval/context/main.ts')
const folder = mkdtempSync(join(tmpdir(), 'holdfast-eval-'))
afterAll(() => rmSync(folder, { recursive: true }))

const call = (id: string, name: string, args: unknown) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id, type: 'function', function: { name, arguments: JSON.stringify(args) } }],
})

/** A run whose last call asks for an order. */
const recorded = (order: string) => ({
  task_id: 3,
  trial: 1,
  messages: [
    { role: 'system', content: 'You sell tea.' },
    { role: 'user', content: 'I am ann_7. Where is my green tea of May 20?' },
    call('c1', 'orders_of', { user: 'ann_7' }),
    {
      role: 'tool',
      tool_call_id: 'c1',
      name: 'orders_of',
      content: JSON.stringify([
        { id: 'T100', what: 'black tea', date: '2026-05-02' },
        { id: 'T200', what: 'green tea', date: '2026-05-20' },
      ]),
    },
    call('c2', 'track', { order }),
    { role: 'tool', tool_call_id: 'c2', name: 'track', content: 'Error: none' },
    { role: 'assistant', content: [{ type: 'text', text: 'odd' }] },
  ],
})

async function evaluate(name: string, ...runs: unknown[]) {
  const [file, predictions] = [join(folder, `${name}.json`), join(folder, `${name}.jsonl`)]
  writeFileSync(file, JSON.stringify(runs))
  const { stdout } = await run(process.execPath, [main, '--file', file, '--predictions', predictions, '--json'])
  const lines = readFileSync(predictions, 'utf8').trimEnd().split('\n')
  return { figures: JSON.parse(stdout).figures, lines: lines.map((line) => JSON.parse(line)) }
}

test('the evaluation gives figures and one prediction for each tool call, and never looks at the call itself', async () => {
  const [one, other] = [await evaluate('one', recorded('T200')), await evaluate('other', recorded('nothing known'))]
  expect(one.figures[0]).toMatchObject({
    name: 'context_recall_25',
    unit: '%',
    bound: expect.stringMatching(/^>= /),
    ok: expect.any(Boolean),
  })
  expect(one.lines.map(({ id }: { id: string }) => id)).toEqual(['3/1/2', '3/1/4'])
  expect(one.lines[1].chosen.length).toBeGreaterThan(1)
  expect(other.lines).toEqual(one.lines)
  expect(other.figures).not.toEqual(one.figures)
})
