import { join } from 'node:path'
import { randomId } from '../../src/core/index.ts'
import { Holdfast } from '../../src/holdfast.ts'
import { assign, setup } from '../../src/statechart/index.ts'
import { type Commit, createSqliteEngine, type Engine, Store } from '../../src/store/index.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave, perSecond } from '../interleave.ts'
import { median, medianRatio } from '../percentile.ts'

const Ticket = setup({
  types: {} as { context: { count: number; text: string }; events: { type: 'TOGGLE'; note: string } },
  actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
}).defineMachine({
  id: 'ticket',
  context: { count: 1_000_000, text: 'x'.repeat(400) },
  initial: 'open',
  states: {
    open: {
      tags: 'busy',
      initial: 'one',
      states: {
        one: { on: { TOGGLE: { target: 'two', actions: 'count' } } },
        two: { on: { TOGGLE: { target: 'one', actions: 'count' } } },
      },
    },
  },
})

/** An event to a durable machine, beside the engine alone, given the very commits that events came to, on a file of its own. */
export const durable: Family<'durable_send_vs_commit'> = {
  figures: ['durable_send_vs_commit'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const [rounds, ms] = quick ? [3, 300] : [9, 1000]
      const recorder = new Recorder(createSqliteEngine({ file: join(folder, 'machine.db'), durability: 'full' }))
      const hf = new Holdfast(new Store(recorder.engine), { machines: [Ticket] })
      const ticket = hf.machine(Ticket, 'session', 'ticket')
      await ticket.start()
      const event = { type: 'TOGGLE', note: 'a short note' } as const
      for (let i = 0; i < 10; i++) await ticket.send(event)
      const replayed = recorder.stop()
      const raw = createSqliteEngine({ file: join(folder, 'raw.db'), durability: 'full' })
      const first = replayed[0]
      if (first !== undefined) await raw.commit([again(first)])
      const { sends, commits } = await interleave(rounds, {
        sends: () => perSecond(ms, 100_000, () => ticket.send(event)),
        commits: () => perSecond(ms, 100_000, (n) => commit(raw, replayed[1 + (n % 10)])),
      })
      await hf.close()
      await raw.close()
      const note = `send: ${count(median(sends))}/s; the engine alone with the same commits: ${count(median(commits))}/s; one after the other, FULL`
      return { durable_send_vs_commit: { value: medianRatio(sends, commits), note } }
    }),
}

/** Keeps what an engine is asked to commit, until it is stopped. */
class Recorder {
  readonly engine: Engine
  #commits: Commit[] | undefined = []

  constructor(inner: Engine) {
    this.engine = {
      ...inner,
      commit: (batch) => {
        this.#commits?.push(...batch)
        return inner.commit(batch)
      },
    }
  }

  stop(): readonly Commit[] {
    const commits = this.#commits ?? []
    this.#commits = undefined
    return commits
  }
}

async function commit(engine: Engine, recorded: Commit | undefined): Promise<void> {
  if (recorded === undefined) throw new TypeError('There is no recorded commit to give to the engine')
  const [receipt] = await engine.commit([again(recorded)])
  if (receipt?.status !== 'ok') throw new TypeError(`The engine has refused the commit: ${JSON.stringify(receipt)}`)
}

/** The same commit as another one, on whatever revision is there. */
function again(recorded: Commit): Commit {
  return { ...recorded, id: randomId(), at: Date.now(), expect: [] }
}
