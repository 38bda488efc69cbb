import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { scripted } from '../../../examples/refund/model.ts'
import { paymentsAt } from '../../../examples/refund/payments.ts'
import { Case, refundAgent } from '../../../examples/refund/task.ts'
import { open } from '../../../src/index.ts'
import { UP } from './life.ts'
import { talk } from './talk.ts'
import { traced } from './traced.ts'

/** What the victim is told. */
export interface TaskVictim {
  readonly store: string
  readonly payments: string
  readonly runs: number
}

/** Starts the runs, or finds them, and goes on with them until all are over; says which steps it begins. */
const { store, payments, runs } = JSON.parse(process.argv[2] ?? '{}') as TaskVictim
const slowly = async <Value>(value: Value): Promise<Value> => setTimeout(15, value)
const agent = refundAgent({
  model: async (messages) => slowly(await scripted(messages)),
  payments: paymentsAt(payments),
  lookUp: (order) => slowly({ amount: Number(order.slice(2)) % 2 === 0 ? 300 : 100 }),
})
const hf = await open(store, {
  tasks: [talk, traced(agent, (step) => void writeSync(3, `${step}\n`))],
  lease: 1000,
  durability: 'os',
})
writeSync(3, `${UP}\n`)
const known = [...hf.tasks.all].find(({ name }) => name === 'refund')
const talking = await hf.session('talk').start(talk, null, { key: 'm1' })
await Promise.all(
  Array.from({ length: runs }, async (_, i) => {
    const run = await hf.session(Case, `case/${i}`).start(known as typeof agent, { text: `Refund A-${i}` }, { key: 'm1' })
    await run.result()
  }),
)
await talking.result()
await hf.close()
