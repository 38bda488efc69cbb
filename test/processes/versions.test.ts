import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { removeTemporaryFiles, temporaryDatabase } from '../../src/store/engines.testing.ts'
import { checkOut, previousVersion } from './previous.ts'
import { Served } from './served.ts'

const previous = previousVersion()
const why = 'absent' in previous ? previous.absent : ''

/** Goes through four states by timers, whichever node rings them, and counts them. */
const relay = {
  id: 'relay',
  context: { laps: 0 },
  initial: 'first',
  states: {
    first: { after: { 300: { target: 'second', actions: { assign: { laps: 'context.laps + 1' } } } } },
    second: { after: { 300: { target: 'third', actions: { assign: { laps: 'context.laps + 1' } } } } },
    third: { on: { GO: { target: 'last', actions: { assign: { laps: 'context.laps + 1' } } } } },
    last: { type: 'final' },
  },
}

interface Session {
  readonly revision: number
  readonly state: { readonly n: number; readonly by: readonly string[] }
}

interface Instance {
  readonly status: string
  readonly context: { readonly laps: number }
  readonly states: readonly string[]
}

interface Report {
  readonly nodes: readonly { readonly pid: number; readonly state: string }[]
  readonly claims: readonly unknown[]
}

describe.skipIf('absent' in previous)(`two versions on one database${why && ` (${why})`}`, () => {
  const served: Served[] = []
  const old = 'ref' in previous ? checkOut(previous.ref) : undefined
  afterEach(async () => {
    for (const each of served.splice(0)) await each.end('SIGKILL')
  })
  afterAll(async () => {
    old?.remove()
    await removeTemporaryFiles()
  })

  async function start(store: string, home?: string): Promise<Served> {
    const one = await Served.start(store, home === undefined ? {} : { home })
    served.push(one)
    return one
  }

  test.each(['the older', 'the newer'])(
    'sessions and machines are read and written by both; %s began the store',
    async (first) => {
      const store = await temporaryDatabase()
      const homes = first === 'the older' ? [old?.home, undefined] : [undefined, old?.home]
      const both = [await start(store, homes[0]), await start(store, homes[1])] as const
      await countUp(both)
      await runMachines(both)
      const { nodes } = await both[0].ask<Report>('GET', '/v1/nodes')
      expect(nodes.map(({ pid, state }) => [pid, state]).toSorted()).toEqual(both.map(({ pid }) => [pid, 'up']).toSorted())
      expect(await both[0].end('SIGTERM')).toBe(0)
      const left = await both[1].ask<Report>('GET', '/v1/nodes')
      expect(left).toMatchObject({ nodes: [{ pid: both[1].pid, state: 'up' }], claims: [] })
      expect((await both[1].ask<Session>('GET', '/v1/sessions/s')).state.n).toBe(40)
    },
    90_000,
  )

  /** Forty steps, turn by turn, each on what the other has written. */
  async function countUp(both: readonly [Served, Served]): Promise<void> {
    await both[0].ask('PUT', '/v1/sessions/s', { state: { n: 0, by: [] } })
    for (let step = 0; step < 40; step++) {
      const writer = both[step % 2] ?? both[0]
      const { revision, state } = await writer.ask<Session>('GET', '/v1/sessions/s')
      expect(state.n).toBe(step)
      const set = { n: step + 1, by: [...state.by, String(step % 2)] }
      await writer.ask('PATCH', '/v1/sessions/s', { set }, { 'if-match': `"${revision}"` })
    }
    const places = ['/v1/sessions/s', '/v1/sessions/s/history?limit=100', '/v1/sessions/s/at/7', '/v1/entities/session/s']
    for (const place of places) expect(await both[1].ask('GET', place)).toEqual(await both[0].ask('GET', place))
  }

  /** A machine defined by one, instances started by both; timers ring in either, events come through the other. */
  async function runMachines(both: readonly [Served, Served]): Promise<void> {
    await both[0].ask('POST', '/v1/machines', relay)
    const paths = Array.from({ length: 12 }, (_, i) => `/v1/instances/s%2Frelay-${i}`)
    await Promise.all(paths.map((path, i) => both[i % 2]?.ask('PUT', path, { machine: 'relay' })))
    const all = () => Promise.all(paths.map((path, i) => both[(i + 1) % 2]?.ask<Instance>('GET', path)))
    await expect.poll(async () => (await all()).every((one) => one?.states.includes('third')), { timeout: 20_000 }).toBe(true)
    await Promise.all(paths.map((path, i) => both[(i + 1) % 2]?.ask('POST', `${path}/events`, { type: 'GO' })))
    for (const one of await all()) expect(one).toMatchObject({ status: 'done', context: { laps: 3 } })
    for (const path of paths)
      expect(await both[1].ask('GET', `${path}/history`)).toEqual(await both[0].ask('GET', `${path}/history`))
  }
})
