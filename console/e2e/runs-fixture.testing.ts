import { type Answers, Chunks } from './stand-in.testing.ts'

const NOW = Date.now()
const ago = (seconds: number) => NOW - seconds * 1000

const approvals = [
  {
    ...{ id: 'ses_8f2k/refund.m1:approval', run: 'ses_8f2k/refund.m1', session: 'ses_8f2k' },
    title: 'Refund 249.90 EUR for order 8812',
    data: { order: '8812', amount: 249.9, customer: { name: 'Mara Lindqvist', card: '[secret]' } },
    ...{ asked: ago(300), expires: NOW + 1_500_000 },
  },
  {
    ...{ id: 'ses_8f2k/mailing.autumn:approval#2', run: 'ses_8f2k/mailing.autumn', session: 'ses_8f2k' },
    title: 'Send the autumn letter to 12,480 customers, among them those who have not answered since the letter of last spring',
    data: `Dear customer,\n\n${'the leaves are falling, and so are our prices. '.repeat(120)}`,
    ...{ asked: ago(86_000), expires: NOW + 100_800_000 },
  },
  {
    ...{ id: 'ses_0q2m/publish.1:approval', run: 'ses_0q2m/publish.1', session: 'ses_0q2m' },
    ...{ title: 'Publish', data: null, asked: ago(200_000), expires: null },
  },
]

const step = (order: number, name: string, rest: object) => ({ order, name, status: 'done', ...rest })

const waits = [
  { step: 'approval', for: 'approval', until: NOW + 1_500_000, title: 'Refund 249.90 EUR for order 8812' },
  { step: 'parcel', for: 'event', until: NOW + 900_000_000, event: 'parcel.arrived' },
  { step: 'nap', for: 'sleep', until: NOW + 134_000 },
]

const steps = [
  step(0, 'heard', { value: { $undefined: true } }),
  step(1, 'model', { value: { role: 'assistant', text: 'Let me look at 8812.', call: { tool: 'look_up', order: '8812' } } }),
  step(2, 'look up', { value: { amount: 249.9, currency: 'EUR', at: { $date: '2026-04-18T09:12:00.000Z' }, card: '[secret]' } }),
  step(3, 'policy', { value: 'A refund above 200 euros is for a person to allow.\n'.repeat(200) }),
  step(4, 'count', { value: 3 }),
  step(5, 'pay', { status: 'failed', error: { name: 'TypeError', message: 'card_declined: the issuer has no such card' } }),
  ...waits.map(({ step: name, ...wait }, i) =>
    step(6 + i, name, { status: 'waiting', wait: { ...wait, data: { amount: 249.9 } } }),
  ),
]

const run = (id: string, rest: object) => ({
  ...{
    id,
    session: 'ses_8f2k',
    task: id.replace(/^.*\/(.*)\..*$/, '$1'),
    by: 'system',
    created: ago(600),
    finished: null,
    error: null,
  },
  ...{ steps: 9, waits: [], status: 'running', ...rest },
})

const declined = { name: 'StepError', message: 'pay failed: card_declined: the issuer has no such card', code: 'failed' }
const changed = {
  name: 'HoldfastError',
  message: 'The code asked for "pay twice" while "pay" is recorded',
  code: 'needs_migration',
}

const runs = [
  run('ses_8f2k/refund.m1', { status: 'waiting', waits }),
  run('ses_8f2k/answer.m2', {}),
  run('ses_8f2k/refund.m0', { status: 'failed', error: declined, finished: ago(400) }),
  run('ses_8f2k/mailing.autumn-of-a-year-with-a-name-that-does-not-fit', { status: 'needs_migration', error: changed }),
  run('ses_8f2k/answer.m1', { status: 'done', finished: ago(540) }),
  run('ses_8f2k/answer.m3', { status: 'cancelled', finished: ago(30), steps: 12_480 }),
]

const delta = (type: string, id: string, text: string) => ({ type: `${type}-delta`, id, delta: text })

const said = [
  { type: 'start', messageId: 'm' },
  { type: 'start-step' },
  delta('reasoning', 'r', 'The customer wants the money back. The order is young enough, the amount is above the limit.'),
  delta('text', 't', 'Let me look at your order. '),
  { type: 'tool-input-start', toolCallId: 'c', toolName: 'look_up' },
  { type: 'tool-input-available', toolCallId: 'c', toolName: 'look_up', input: { order: '8812' } },
  { type: 'tool-output-available', toolCallId: 'c', output: { amount: 249.9, currency: 'EUR' } },
  { type: 'tool-input-available', toolCallId: 'd', toolName: 'refund', input: { order: '8812' } },
  { type: 'tool-output-error', toolCallId: 'd', errorText: 'card_declined' },
  { type: 'start-step' },
  delta('text', 't2', 'I have asked a colleague. '.repeat(12)),
  { type: 'file', mediaType: 'image/png', url: 'https://pictures.example/grinder.png' },
  { type: 'data-progress', data: { share: 0.4 } },
  { type: 'error', errorText: 'The model is overloaded.' },
]

/** Runs in every state, one that waits for all there is to wait for, and what they have asked. */
export const runAnswers: Answers = (path, search) => {
  if (path === '/v1/approvals') return { approvals }
  if (path === '/v1/runs') return { runs: listed(search) }
  const [, id, what] = /^\/v1\/runs\/([^/]*)(?:\/(.*))?$/.exec(path) ?? []
  const found = runs.find((each) => each.id === decodeURIComponent(id ?? ''))
  if (!found) return undefined
  if (what === 'stream') return new Chunks(said)
  const streams = [{ name: 'out', chunks: said.length, bytes: 2048, ended: false }]
  const whole = { input: { text: 'My order 8812 arrived broken.' }, output: { refunded: 249.9 }, tries: 1, epoch: 3, streams }
  return { ...found, ...whole, steps: stepsOf(found.id) }
}

function stepsOf(id: string) {
  if (id === 'ses_8f2k/answer.m2') return []
  if (id !== 'ses_8f2k/answer.m3') return steps
  return Array.from({ length: 12_480 }, (_, i) => step(i, `word#${i + 1}`, { value: { number: i, text: `word ${i}` } }))
}

function listed(search: URLSearchParams) {
  const fits = (name: 'status' | 'task' | 'session', value: string) => (search.get(name) ?? value) === value
  return runs.filter(
    (each) => fits('status', String(Reflect.get(each, 'status'))) && fits('task', each.task) && fits('session', each.session),
  )
}
