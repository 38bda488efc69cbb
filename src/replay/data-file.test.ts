import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseRuns, readRuns } from './index.ts'

const chat = (messages: unknown, more: object = {}) =>
  JSON.stringify([{ task_id: 3, trial: 0, user_id: 'ann', messages, ...more }])
const dialogue = (turns: unknown, more: object = {}) => JSON.stringify([{ id: '7_1', services: ['Rooms_1'], turns, ...more }])

function refusal(text: string): string {
  try {
    parseRuns(text, 'runs.json')
  } catch (error) {
    return `${(error as { code: string }).code}: ${(error as Error).message}`
  }
  return 'accepted'
}

describe('recorded runs', () => {
  it('D1 are told apart by what they hold', () => {
    const [one] = parseRuns(chat([{ role: 'user', content: 'Hi' }]), 'runs.json')
    expect(one).toMatchObject({ id: 'ann/3-0', format: 'chat', user: 'ann' })
    const [other] = parseRuns(dialogue([{ speaker: 'USER', text: 'Hi', frames: [] }]), 'runs.json')
    expect(other).toMatchObject({ id: '7_1', format: 'dialogue', user: undefined, tags: ['Rooms_1'] })
    expect(parseRuns('[]', 'runs.json')).toEqual([])
  })

  it('D2 have the id they were recorded under, however long a session id may be', () => {
    const long = `${'y'.repeat(150)}-a`
    const text = JSON.stringify([long, `${'y'.repeat(150)}-b`, '', 'ü'.repeat(400)].map((id) => ({ id, turns: [] })))
    const ids = parseRuns(text, 'runs.json').map((run) => run.id)
    expect(ids).toEqual([long, `${'y'.repeat(150)}-b`, 'dialogue-2', 'ü'.repeat(200)])
  })

  it('D2 have ids of their own, the same at every reading', () => {
    const run = { messages: [] }
    const runs = parseRuns(
      JSON.stringify([run, { ...run, task_id: 1 }, { ...run, task_id: 1 }, { ...run, user_id: '' }]),
      'runs.json',
    )
    expect(runs.map(({ id }) => id)).toEqual(['run-0', 'run-1', 'run-1~2', 'run-3'])
    const odd = parseRuns('[{"user_id":"a\\u0000\\ud800","task_id":1,"messages":[]}]', 'runs.json')
    expect(odd[0]?.id).toBe('a\ufffd\ufffd/1')
  })

  it('D3 keep messages that are only half there', () => {
    const messages = [
      {},
      { role: 'assistant', content: null },
      { role: 'assistant', content: '', tool_calls: null },
      { role: 'assistant', tool_calls: [{ id: 'a', function: { arguments: '{"broken' } }, { function: null }, {}] },
      { role: 'tool', tool_call_id: 'a' },
      { role: 'tool', name: null, content: '👋 žluťoučký \ud800' },
      { role: 'developer', content: [{ type: 'text', text: 'x' }] },
    ]
    const [run] = parseRuns(chat(messages), 'runs.json')
    expect(run?.steps.map(({ event }) => event)).toEqual([
      'message',
      'message.assistant',
      'message.assistant',
      'tool.call',
      'tool.result',
      'tool.result',
      'message.developer',
    ])
    expect(run?.steps.map(({ data }) => data)).toEqual(messages)
  })

  it('D4 tell only what a turn of the user has changed', () => {
    const frame = (slots: object, intent = 'Book') => [{ service: 'Rooms_1', intent, slots }]
    const turns = [
      { speaker: 'USER', text: 'a', frames: frame({ city: ['Brno'] }) },
      { speaker: 'SYSTEM', text: 'b', frames: [{ service: 'Rooms_1', call: { method: 'Find' }, results: [{ n: 1 }] }] },
      { speaker: 'USER', text: 'c', frames: frame({ city: ['Brno'] }) },
      { speaker: 'USER', text: 'd', frames: frame({ nights: ['2'] }, 'Pay') },
    ]
    const [run] = parseRuns(dialogue(turns), 'runs.json')
    expect(run?.steps.map(({ event }) => event)).toEqual(['turn.user', 'turn.system', 'turn.user', 'turn.user'])
    expect(run?.steps.map(({ data }) => data)).toEqual([
      { text: 'a', changes: { Rooms_1: { intent: 'Book', set: { city: ['Brno'] } } } },
      { text: 'b', frames: [{ service: 'Rooms_1', call: { method: 'Find' }, results: [{ n: 1 }] }] },
      { text: 'c' },
      { text: 'd', changes: { Rooms_1: { intent: 'Pay', set: { nights: ['2'] }, unset: ['city'] } } },
    ])
  })

  it.each([
    ['not a list', '{"messages":[]}', 'a list of runs', 'at runs.json, got an object with messages'],
    [
      'a run of neither kind',
      '[{"id":1,"text":"x"}]',
      'messages (OpenAI chat format) or turns',
      'at [0] in runs.json, got an object with id, text',
    ],
    ['a run that is none', '[null]', 'a run with', 'at [0] in runs.json, got null'],
    ['messages that are no list', '[{"messages":"x"}]', 'a list of messages', 'at [0].messages in runs.json, got the text "x"'],
    ['a message that is text', chat(['x']), 'a message such as', 'at [0].messages[0] in runs.json'],
    [
      'a role that is a number',
      chat([{ role: 5 }]),
      'a role such as "user"',
      'at [0].messages[0].role in runs.json, got the number 5',
    ],
    ['content that is a number', chat([{ role: 'user', content: 5 }]), 'text, a list of parts, or null', '.content in runs.json'],
    [
      'tool calls that are no list',
      chat([{ tool_calls: {} }]),
      'a list of tool calls',
      '.tool_calls in runs.json, got an empty object',
    ],
    ['a tool call that is text', chat([{ tool_calls: ['x'] }]), 'a tool call such as', 'tool_calls[0] in runs.json'],
    ['turns that are no list', '[{"turns":{}}]', 'a list of turns', 'at [0].turns in runs.json'],
    ['a turn that is none', dialogue([7]), 'a turn such as', 'at [0].turns[0] in runs.json, got the number 7'],
    [
      'a frame without service',
      dialogue([{ frames: [{}] }]),
      'the name of a service',
      'turns[0].frames[0].service in runs.json, got nothing',
    ],
    ['slots that are a list', dialogue([{ frames: [{ service: 'a', slots: [] }] }]), 'values by slot', 'got a list of 0'],
  ])('D5 are refused with the place: %s', (_, text, expected, where) => {
    const message = refusal(text)
    expect(message).toMatch(/^invalid: Expected /)
    expect(message).toContain(expected)
    expect(message).toContain(where)
    expect(message).toContain('Nothing was replayed')
  })

  it('D6 that are no JSON are refused with line and column', () => {
    const cut = chat([{ role: 'user', content: 'Hi' }]).slice(0, -4)
    expect(refusal(cut)).toContain(
      `line 1, column ${cut.length + 1}: it ends in the middle, after ${cut.length} characters. Get the file again`,
    )
    expect(refusal('[\n  {"messages": [}\n]')).toContain('line 2, column 17: "}" cannot stand there. Mend the file')
    expect(refusal(`[{"messages": [{"content": "${'x'.repeat(100)}", "role" "user"}]}]`)).toContain('line 1, column 139')
    expect(refusal('[{"messages": []},,]')).toContain('line 1, column 19')
    expect(refusal('[{"messages": [1.')).toContain('it ends in the middle')
    expect(refusal('<html>\n</html>')).toContain('line 1, column 1: "<" cannot stand there')
    expect(refusal('[{"messages": []}] tail')).toContain('line 1, column 20')
    expect(refusal('')).toContain('it ends in the middle')
    expect(refusal('\ufeff[]')).toBe('accepted')
  })

  it('D6 in a file that is not there are not_found', async () => {
    await expect(readRuns('no-such-file.json')).rejects.toMatchObject({
      code: 'not_found',
      details: { file: 'no-such-file.json' },
    })
    await expect(readRuns('.')).rejects.toMatchObject({ code: 'invalid' })
  })

  it('D6 that are no UTF-8 are refused, for their texts would become others', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-runs-'))
    const file = join(folder, 'latin.json')
    writeFileSync(file, Buffer.from(chat([{ role: 'user', content: 'caf\u00e9' }]), 'latin1'))
    await expect(readRuns(file)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('no UTF-8') })
    rmSync(folder, { recursive: true })
  })
})
