import { expect, onTestFinished, test } from 'vitest'
import { Holdfast, type OpenOptions } from '../holdfast.ts'
import { createMemoryEngine, type Engine, type NodeBeat, type NodeRegistry, Store } from '../store/index.ts'
import { rest, VirtualClock } from './virtual-clock.testing.ts'

/** A register that a test looks into, and can make fail or hang. */
class Register implements NodeRegistry {
  readonly beats: NodeBeat[] = []
  readonly left: string[] = []
  answer: () => number | Promise<number> = () => 0

  async beat(beat: NodeBeat): Promise<number> {
    this.beats.push(beat)
    return this.answer()
  }

  list() {
    return this.beats.slice(-1).map((beat) => ({ ...beat, seen: 0, silent: 0 }))
  }

  leave(id: string): void {
    this.left.push(id)
  }

  get last(): NodeBeat | undefined {
    return this.beats.at(-1)
  }
}

class Warnings {
  readonly warnings: string[] = []

  warn(message: string): void {
    this.warnings.push(message)
  }

  error(message: string): void {
    this.warnings.push(message)
  }
}

async function openNode(options: OpenOptions = {}, nodes = new Register()) {
  const [clock, logger] = [new VirtualClock(), new Warnings()]
  nodes.answer = () => clock.now()
  const engine: Engine = { ...createMemoryEngine(), nodes }
  const hf = new Holdfast(new Store(engine), { clock, logger, ...options })
  onTestFinished(() => hf.close())
  await rest()
  return { hf, clock, logger, nodes }
}

test('R70 a process that works tells so at once, three times a lease, at least every 3.6 s', async () => {
  for (const [lease, most, least] of [
    [15_000, 3600, 2400],
    [1500, 600, 400],
  ] as const) {
    const { clock, nodes } = await openNode({ lease })
    expect(nodes.beats).toHaveLength(1)
    const times: number[] = []
    nodes.answer = () => {
      times.push(clock.now())
      return clock.now()
    }
    const start = clock.now()
    await clock.turn(40 * most)
    const gaps = times.map((time, i) => time - (times[i - 1] ?? start))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(most)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(least)
    expect(new Set(gaps.map(Math.round)).size).toBeGreaterThan(5)
    expect(nodes.last?.lease).toBe(lease)
  }
})

test('R70 a process that neither works nor serves is no node; one that serves is', async () => {
  const { hf, nodes } = await openNode({ worker: false })
  expect(nodes.beats).toEqual([])
  hf.presence.serve('http://127.0.0.1:4600')
  await rest()
  expect(nodes.last).toMatchObject({ address: 'http://127.0.0.1:4600', state: 'up', pid: process.pid })
})

test('R70 a beat tells how it went since the last one', async () => {
  const { hf, clock, nodes } = await openNode()
  nodes.answer = () => clock.now() - 250
  for (let i = 0; i < 90; i++) hf.presence.answered()
  await clock.turn(3600)
  const { requests = 0, ...load } = nodes.last?.load ?? {}
  expect(requests).toBeGreaterThanOrEqual(25)
  expect(requests).toBeLessThanOrEqual(37.5)
  expect(load).toMatchObject({ running: 0, pending: 0, behind: 0, memory: expect.any(Number) })
  await clock.turn(3600)
  expect(nodes.last?.load).toMatchObject({ requests: 0, skew: 250 })
})

test('R70 a register that fails is complained of once, and beaten again until it takes it', async () => {
  const { hf, clock, logger, nodes } = await openNode()
  nodes.answer = () => {
    throw new Error('gone')
  }
  await clock.turn(20_000)
  expect(nodes.beats.length).toBeGreaterThan(5)
  expect(logger.warnings).toEqual([expect.stringContaining('register')])
  await hf.session('a').set('n', 1)
  nodes.answer = () => clock.now()
  await clock.turn(20_000)
  expect(logger.warnings).toHaveLength(1)
})

test('R70 a register that does not answer holds up no commit, no drain and no end', async () => {
  const { hf, clock, nodes } = await openNode()
  nodes.answer = () => new Promise(() => {})
  await clock.turn(4000)
  await hf.session('a').set('n', 1)
  const drained = hf.drain()
  await rest()
  await clock.turn(1000)
  await drained
  const closed = hf.close()
  await rest()
  await clock.turn(1000)
  await closed
})

test('R70 draining is told at once, and the end of a node forgets it; nothing is told later', async () => {
  const { hf, clock, nodes } = await openNode()
  await hf.drain()
  expect(nodes.last?.state).toBe('draining')
  const report = await hf.nodes.report()
  expect(report).toMatchObject({ registered: true, nodes: [{ state: 'draining', self: true, alive: true }] })
  await hf.close()
  const { id } = report.nodes[0] ?? { id: '' }
  expect(nodes.left).toEqual([id])
  const beats = nodes.beats.length
  await clock.turn(60_000)
  expect(nodes.beats).toHaveLength(beats)
  expect(clock.pending).toBe(0)
})

test('R69 the lease is what was asked for, and not too short', async () => {
  for (const lease of [999, 0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    await expect(openNode({ lease })).rejects.toMatchObject({ code: 'invalid', details: { path: 'lease' } })
  const end = Promise.withResolvers<void>()
  const { hf, clock } = await openNode({ lease: 2000, effects: { wait: { run: () => end.promise } } })
  await hf.commit((tx) => tx.entity('doc', 'a').effect('wait', 1))
  await rest()
  const { claims } = await hf.nodes.report()
  expect(claims).toMatchObject([{ queue: 'wait', count: 1, lapsed: 0, until: clock.now() + 2000 }])
  await clock.turn(10_000)
  const [renewed] = (await hf.nodes.report()).claims
  expect((renewed?.until ?? 0) - clock.now()).toBeGreaterThan(1300)
  end.resolve()
})

test('R71 a process that drains takes nothing new and goes on with all else', async () => {
  let runs = 0
  const { hf, clock } = await openNode({ effects: { count: { run: () => ++runs } } })
  await hf.commit((tx) => tx.entity('doc', 'a').effect('count', 1))
  await rest()
  expect(runs).toBe(1)
  await hf.drain()
  await hf.commit((tx) => tx.entity('doc', 'a').effect('count', 2))
  await clock.turn(30_000)
  expect(runs).toBe(1)
  expect((await hf.nodes.report()).queues).toMatchObject([{ queue: 'count', due: 1, lag: 30_000 }])
})
