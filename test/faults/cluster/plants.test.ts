import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Clients } from './clients.ts'
import { type Cluster, startCluster } from './cluster.ts'
import { type Plant, plants } from './plants.ts'
import { judgeDeeds, judgeHistories } from './verdict.ts'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster('sqlite', 1)
}, 60_000)
afterAll(() => cluster[Symbol.asyncDispose]())

/** What the judge says of clients of nodes that nothing disturbs but what was planted in them. */
async function judged(
  seed: number,
  plant: Plant,
): Promise<{ violations: readonly string[]; stale: number; findings: readonly string[] }> {
  const clients = new Clients({ served: cluster.served.map(plant), library: cluster.library.map(plant) }, seed)
  const stop = new AbortController()
  const working = clients.run(6, stop.signal)
  while (clients.history.length < 500) await setTimeout(20)
  stop.abort()
  await working
  const { violations, stale } = judgeHistories(clients.history)
  return { violations, stale, findings: clients.findings }
}

/** The same, with new clients, until something is found: chance may keep a fault from showing for a while. */
async function found(seed: number, plant: Plant): ReturnType<typeof judged> {
  for (let round = 0; ; round++) {
    const verdict = await judged(seed + 100 * round, plant)
    if (verdict.violations.length > 0 || round >= MOST_ROUNDS) return verdict
  }
}

const MOST_ROUNDS = 8

describe('the judge', () => {
  test('finds nothing in nodes without a fault', async () => {
    expect(await judged(1, (node) => node)).toEqual({ violations: [], stale: 0, findings: [] })
  }, 60_000)

  test.each(Object.entries(plants))(
    'finds %s',
    async (name, plant) => {
      const { violations, stale } = await found(2 + Object.values(plants).indexOf(plant), plant)
      expect(violations).not.toEqual([])
      if (name === 'stale_read') expect(stale).toBeGreaterThan(0)
      expect(violations[0]).toMatch(/can be put in an order, then > fits nowhere\n(.*\n)*> /)
    },
    60_000,
  )

  const at = (invoked: number, input: object, output: unknown) => ({
    object: '1/session',
    input,
    invoked,
    answer: { at: invoked + 1, output },
  })
  const writes = [1, 2].map((value) => at(value * 10, { do: 'write', value }, null))
  test('tells a state that was no more from a write that is gone', () => {
    const stale = at(30, { do: 'read' }, 1)
    const good = at(40, { do: 'read' }, 2)
    expect(judgeHistories([...writes, stale, good])).toMatchObject({ violations: [expect.anything()], stale: 1 })
    expect(judgeHistories([...writes, stale])).toMatchObject({ violations: [expect.anything()], stale: 0 })
  })

  const promised = new Map([['a', true]])
  const run = (epoch: number) => ({ id: 'a', epoch })
  const end = (epoch: number, ok = true) => ({ id: 'a', epoch, ok })
  test.each([
    ['an effect that was recorded twice', [run(1), run(2)], [end(1), end(2)]],
    ['an effect that was never done', [], []],
    ["a zombie's result that was taken", [run(1), run(2)], [end(1)]],
    ['an effect that was given up', [run(1)], [end(1, false)]],
    ['an effect nobody has asked for', [run(1)], [end(1), { ...end(1), id: 'b' }]],
  ])('finds %s', (_name, runs, recorded) => {
    expect(judgeDeeds({ promised, runs, recorded })).not.toEqual([])
  })

  test('takes an effect that was run twice and recorded once', () => {
    expect(judgeDeeds({ promised, runs: [run(1), run(2)], recorded: [end(2)] })).toEqual([])
    expect(judgeDeeds({ promised: new Map([['a', false]]), runs: [], recorded: [] })).toEqual([])
  })
})
