import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { createMemoryEngine, type Engine, type NodeBeat } from '../store/index.ts'
import { openSite, until } from './site.testing.ts'

describe('nodes', () => {
  it('H42 a store of one machine tells this process alone, what it holds, and what waits', async () => {
    const end = Promise.withResolvers<void>()
    const site = await openSite({}, { worker: true, effects: { mail: { run: () => end.promise } } })
    expect((await site.get('/v1/nodes')).body).toMatchObject({ registered: false, claims: [], queues: [] })
    await site.hf.commit((tx) => {
      tx.entity('doc', 'a').effect('mail', 1)
      tx.entity('doc', 'a').effect('fax', 1)
    })
    await until('it to run', async () => (await site.hf.effects.tally(9)).running === 1)
    const { nodes, claims, queues } = (await site.get('/v1/nodes')).body
    const id = site.hf.dispatcher.owner
    expect(nodes).toMatchObject([
      { id, state: 'up', self: true, address: null, pid: process.pid, lease_ms: 15_000, load: { running: 1 } },
    ])
    expect(claims).toMatchObject([{ owner: id, queue: 'mail', count: 1, lapsed: 0 }])
    expect(queues).toMatchObject([{ queue: 'fax', due: 1, dead: 0 }])
    end.resolve()
  })

  it('H42 a node that was silent for longer than its lease is dead, whatever it said last', async () => {
    const told: NodeBeat = {
      ...{ id: 'n', name: 'host', pid: 1, version: '0.9.0', address: null, started: 5, state: 'draining', lease: 2000 },
      load: { running: 2, delay: 1.5 },
    }
    const rows = [1999, 2001].map((silent) => ({ ...told, id: `n${silent}`, seen: 7, silent }))
    const nodes = { beat: () => 0, list: () => rows, leave() {} }
    const site = await openSite({}, {}, (engine) => ({ ...engine, nodes }))
    const { body } = await site.get('/v1/nodes')
    expect(body).toMatchObject({
      registered: true,
      nodes: [
        {
          id: 'n1999',
          state: 'draining',
          self: false,
          version: '0.9.0',
          silent_ms: 1999,
          load: { running: 2, loop_delay_p99_ms: 1.5 },
        },
        { id: 'n2001', state: 'dead' },
      ],
    })
  })
})

describe('readiness', () => {
  it('H21 is denied while draining, with the reason, and all else goes on', async () => {
    const site = await openSite({}, { worker: true })
    expect((await site.get('/readyz')).status).toBe(200)
    await site.hf.drain()
    const { status, body, headers } = await site.get('/readyz')
    expect({ status, retry: headers.get('retry-after') }).toEqual({ status: 503, retry: '1' })
    expect(body).toMatchObject({ code: 'unavailable', reason: 'closed', detail: expect.stringContaining('draining') })
    expect((await site.make('s')).status).toBe(201)
    expect((await site.get('/livez')).status).toBe(200)
  })

  it('H21 is denied while the store only reads, cannot be reached, or says nothing', async () => {
    const memory = createMemoryEngine()
    let probe: Engine['probe']
    const site = await openSite({}, {}, () => ({ ...memory, probe: () => probe?.() }))
    expect((await site.get('/readyz')).status).toBe(200)
    for (const reason of ['read_only', 'io'] as const) {
      probe = () => Promise.reject(new HoldfastError('unavailable', 'not now', { reason }))
      const { status, body } = await site.get('/readyz')
      expect({ status, reason: body.reason }).toEqual({ status: 503, reason })
    }
    probe = () => new Promise(() => {})
    const { status, body } = await site.get('/readyz')
    expect({ status, reason: body.reason, detail: body.detail }).toMatchObject({ status: 503, reason: 'io' })
    probe = () => {}
    expect((await site.get('/readyz')).status).toBe(200)
  })
})
