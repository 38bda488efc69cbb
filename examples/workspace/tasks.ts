import { setTimeout } from 'node:timers/promises'
import type { Holdfast } from 'holdfast'
import { scripted } from '../refund/model.ts'
import { Case, refundAgent } from '../refund/task.ts'
import { exchangeAgent } from './exchange.ts'

/** What orders of the sample are worth. */
const amounts: Readonly<Record<string, number>> = { 'A-640': 640, 'A-89': 89 }

/** Asks a person above 200, as every refund of these examples does; pays nobody. */
const refund = refundAgent({
  model: scripted,
  lookUp: (order) => Promise.resolve({ amount: amounts[order] ?? 10 }),
  payments: { refund: (order) => Promise.resolve(`receipt-${order}`) },
})

const exchange = exchangeAgent(['milk frother'])

/** The durable code of the sample workspace while it is made. */
export const tasksThen = [refund, exchange]

/** The same as it goes on. What was sold out has come since: who retries the run that failed of it sees it go on. */
export const tasks = [refund, exchangeAgent([])]

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

type Started = ReturnType<Holdfast['run']>

function asked(before: number, order: string, user: string, start: (hf: Holdfast, id: string) => Promise<Started>) {
  const id = `case/${order}`
  const tell = async (hf: Holdfast): Promise<void> => {
    await hf.session(Case, id, { user }).set('messages', [], { event: { name: 'opened' } })
    await settled(await start(hf, id))
  }
  return { before, tell }
}

/** Time of the sample stands still until the run has done what it can do by itself. */
async function settled(run: Pick<Started, 'inspect'>): Promise<void> {
  while ((await run.inspect()).status === 'running') await setTimeout(5)
}
