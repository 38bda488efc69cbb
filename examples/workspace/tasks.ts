import { setTimeout } from 'node:timers/promises'
import { defineTask, type Holdfast, HoldfastError, type RunContext } from 'holdfast'
import { scripted } from '../refund/model.ts'
import { Case, refundAgent } from '../refund/task.ts'

/** What orders of the sample are worth. */
const amounts: Readonly<Record<string, number>> = { 'A-640': 640, 'A-89': 89 }

/** Asks a person above 200, as every refund of these examples does; pays nobody. */
const refund = refundAgent({
  model: scripted,
  lookUp: (order) => Promise.resolve({ amount: amounts[order] ?? 10 }),
  payments: { refund: (order) => Promise.resolve(`receipt-${order}`) },
})

interface Exchange {
  readonly order: string
  readonly item: string
}

/** Sends something again once the broken one has come back; what the agent says meanwhile is streamed to whoever looks. */
const exchange = defineTask<Exchange, unknown>(
  'exchange',
  { retry: { attempts: 1 } },
  async (ctx: RunContext, { order, item }) => {
    const label = await ctx.step('reserve', () => reserve(item), { retry: { attempts: 1 } })
    await ctx.stream(promising(order, item, label))
    const parcel = await ctx.event<{ readonly weight: number } | undefined>('parcel.arrived', { timeout: '14d' })
    if (!parcel) return { sent: false, reason: 'nothing came back' }
    const tracking = await ctx.step('send', ({ key }) => `track-${key.length}-${order}`)
    await ctx.stream(parting(item, tracking), { name: 'goodbye' })
    return { sent: true, tracking }
  },
)

function reserve(item: string): string {
  if (item === 'milk frother') throw new HoldfastError('not_found', `No ${item} is left in any warehouse`, { entity: item })
  return `label-${item.replaceAll(' ', '-')}`
}

/** What a model would stream: the chunks of an AI SDK UI message. */
async function* promising(order: string, item: string, label: string) {
  yield { type: 'start', messageId: `${order}-1` }
  yield { type: 'start-step' }
  yield* said('reasoning', 'The customer wants another one, not the money. It is in stock, so an exchange is what to offer.')
  const toolCallId = `call-${order}`
  yield { type: 'tool-input-available', toolCallId, toolName: 'make_label', input: { order, item } }
  yield { type: 'tool-output-available', toolCallId, output: { label, days: 14 } }
  yield { type: 'finish-step' }
  yield* said('text', `Here is a label for the broken ${item}. As soon as it has arrived, a new one is on its way to you.`)
  yield { type: 'finish' }
}

/** Word by word, so that it can be watched. */
async function* parting(item: string, tracking: string) {
  for (const chunk of said(
    'text',
    `Your ${item} has come back. The new one left our house a minute ago as ${tracking}. Goodbye!`,
  )) {
    await setTimeout(40)
    yield chunk
  }
}

function* said(type: 'text' | 'reasoning', text: string) {
  const id = `${type}-1`
  yield { type: `${type}-start`, id }
  for (const delta of text.match(/\S+\s*/g) ?? []) yield { type: `${type}-delta`, id, delta }
  yield { type: `${type}-end`, id }
}

/** The durable code of the sample workspace. */
export const tasks = [refund, exchange]

/** The sessions whose runs begin so many minutes before now. */
export const cases: readonly { readonly before: number; readonly tell: (hf: Holdfast) => Promise<void> }[] = [
  asked(71, 'A-89', 'ann', (hf, id) =>
    hf.session(Case, id).start(refund, { text: 'My order A-89 arrived broken.' }, { key: 'm1' }),
  ),
  asked(33, 'A-34', 'cleo', (hf, id) => hf.session(id).start(exchange, { order: 'A-34', item: 'milk frother' }, { key: 'm1' })),
  asked(24, 'A-512', 'dana', (hf, id) => hf.session(id).start(exchange, { order: 'A-512', item: 'hand grinder' }, { key: 'm1' })),
  asked(17, 'A-640', 'ben', (hf, id) =>
    hf.session(Case, id).start(refund, { text: 'I want my money back for A-640, please.' }, { key: 'm1' }),
  ),
]

function asked(before: number, order: string, user: string, start: (hf: Holdfast, id: string) => Promise<Started>) {
  const id = `case/${order}`
  const tell = async (hf: Holdfast): Promise<void> => {
    await hf.session(Case, id, { user }).set('messages', [], { event: { name: 'opened' } })
    await settled(await start(hf, id))
  }
  return { before, tell }
}

type Started = Pick<Awaited<ReturnType<Holdfast['run']>>, 'inspect'>

/** Time of the sample stands still until the run has done what it can do by itself. */
async function settled(run: Started): Promise<void> {
  while ((await run.inspect()).status === 'running') await setTimeout(5)
}
