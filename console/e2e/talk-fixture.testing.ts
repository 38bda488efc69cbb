import type { Answers } from './stand-in.testing.ts'

const NOW = Date.now()
const TURNS = 100_000
/** What was said last, in the order it was said. */
const said = [
  { role: 'system', content: [{ type: 'text', text: 'You are the support agent of a shop for coffee machines.' }] },
  {
    role: 'user',
    speaker: 'mara',
    content: [{ type: 'text', text: 'My order 8812 arrived broken.\nI would like my money back.' }],
  },
  {
    role: 'assistant',
    content: [
      { type: 'reasoning', text: 'She wants the money, not another one. First I need to know what was paid.' },
      { type: 'text', text: 'I am sorry to hear that. Let me look at your order.' },
      { type: 'tool-call', toolCallId: 'c1', toolName: 'look_up', input: { order: '8812' } },
      { type: 'tool-call', toolCallId: 'c2', toolName: 'refund', input: { order: '8812', amount: 249.9 } },
    ],
  },
  {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: 'c1',
        toolName: 'look_up',
        output: { type: 'json', value: { amount: 249.9, currency: 'EUR' } },
      },
      { type: 'tool-result', toolCallId: 'c2', toolName: 'refund', output: { type: 'error-text', value: 'card_declined' } },
    ],
  },
  {
    role: 'user',
    speaker: 'mara',
    content: [
      { type: 'file', mediaType: 'image/png', filename: 'broken-grinder-seen-from-the-side-and-from-above.png', data: 'AAAA' },
      { type: 'data', name: 'rating', data: { stars: 2, of: 5 } },
      { type: 'text', text: 'Here it is. '.repeat(600) },
    ],
  },
  { role: 'assistant', status: 'partial', content: [{ type: 'text', text: 'Thank you. I see that the' }] },
  {
    role: 'assistant',
    status: 'streaming',
    content: [{ type: 'text', text: 'Thank you for the picture. I have asked a colleague' }],
  },
]

function turn(index: number) {
  const last = said[index - (TURNS - said.length)]
  const role = index % 2 === 0 ? 'user' : 'assistant'
  return {
    ...{ id: `turn-${index + 1}`, role, status: 'done', at: NOW - (TURNS - index) * 60_000, branch: 0, speaker: null },
    content: [{ type: 'text', text: `This is turn ${index + 1}. ${'It says a little. '.repeat(index % 7)}` }],
    ...last,
  }
}

/** A conversation of 100,000 turns with two branches, and a small one. */
export const talkAnswers: Answers = (path, search) => {
  const [, what] = /^\/v1\/sessions\/ses_8f2k\/conversations(.*)$/.exec(path) ?? []
  if (what === '') return { conversations: [summary('main', TURNS, 2), summary('review', 0, 1)] }
  if (what?.endsWith('/branches'))
    return { branches: [branch(0, null, true), branch(1, `turn-${TURNS - said.length + 2}`, false)] }
  if (what !== '/main/turns') return what?.endsWith('/turns') ? { turns: [], more: false, before: null } : undefined
  const end = search.has('before') ? Number(search.get('before')?.slice('turn-'.length)) - 1 : TURNS
  const begin = Math.max(0, end - Number(search.get('limit') ?? 50))
  const turns = Array.from({ length: end - begin }, (_, i) => turn(begin + i))
  return { turns, more: begin > 0, before: begin > 0 ? turns[0]?.id : null }
}

const summary = (name: string, turns: number, branches: number) => ({ name, turns, branches, head: null, updated: NOW - 4000 })

const branch = (number: number, from: string | null, active: boolean) => ({
  branch: number,
  from,
  last: `last-${number}`,
  active,
})
