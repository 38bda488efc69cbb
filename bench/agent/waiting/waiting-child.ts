import { setTimeout } from 'node:timers/promises'
import { defineTask, type Holdfast, open } from '../../../src/index.ts'

/** What the process holds more, in MiB, for runs that wait. */
export interface Waiting {
  readonly mib: number
  readonly runs: number
}

const MIB = 1024 * 1024

// Starts runs of which half wait for an approval and half for a time, each with somebody who waits for its result.
const [file = '', runs = '1000'] = process.argv.slice(2)
const asking = defineTask('asking', async (ctx, order: number) => {
  const { amount } = await ctx.step('look up', () => ({ amount: order, text: 'x'.repeat(400) }))
  return ctx.approval({ title: `Refund ${amount}`, data: { order, amount } })
})
const sleeping = defineTask('sleeping', async (ctx, order: number) => {
  await ctx.step('look up', () => ({ amount: order, text: 'x'.repeat(400) }))
  await ctx.sleep('a month', '30d')
})
const hf = await open(`file:${file}`, { tasks: [asking, sleeping] })
// What grows once, the heap's room for what is young for instance, has grown before it is measured.
await begin(hf, 'warm', Number(runs))
const before = await resident()
await begin(hf, 'case', Number(runs))
const after = await resident()
process.stdout.write(JSON.stringify({ mib: (after - before) / MIB, runs: Number(runs) } satisfies Waiting))
await hf.close({ drainMs: 0 })
process.exit()

async function begin(store: Holdfast, name: string, count: number): Promise<void> {
  const one = async (i: number): Promise<void> => {
    const session = store.session(`${name}/${i}`)
    const run = i % 2 === 0 ? await session.start(asking, i) : await session.start(sleeping, i)
    run.result().catch(() => {})
  }
  for (let from = 0; from < count; from += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => one(from + i)))
  for (let looks = 0; (await store.runs.list({ status: 'running', limit: 1 })).length > 0; looks++) {
    if (looks > 600) throw new Error('Some runs do not come to wait')
    await setTimeout(50)
  }
  const waiting = await store.store.engine.find({ tenant: 'default', kind: 'run', name: 'status', value: 'waiting', limit: 5000 })
  if (waiting.length < count) throw new Error(`Expected ${count} runs to wait, ${waiting.length} do`)
}

/** What is held: a plain collection leaves the room of what it has collected with the process. */
async function resident(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error('Expected to be run with --expose-gc')
  for (let i = 0; i < 5; i++) {
    globalThis.gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    await setTimeout(50)
  }
  return process.memoryUsage.rss()
}
