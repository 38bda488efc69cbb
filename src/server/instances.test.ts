import { describe, expect, it } from 'vitest'
import { durable } from '../machine/index.ts'
import { setup } from '../statechart/index.ts'
import { createMemoryEngine } from '../store/index.ts'
import { openSite } from './site.testing.ts'

const refund = setup({
  types: {} as {
    context: { amount: number }
    events: { type: 'APPROVE'; by: string } | { type: 'REJECT' } | { type: 'ASK' }
    input: { amount: number }
  },
  guards: { isSmall: ({ context }) => context.amount < 100 },
}).defineMachine({
  id: 'refund',
  context: ({ input }) => ({ amount: input.amount }),
  initial: 'asking',
  states: {
    asking: {
      instructions: 'Ask for the order.',
      tools: ['lookup'],
      on: { APPROVE: { guard: 'isSmall', target: 'paid' }, REJECT: 'refused' },
      after: { 60000: 'refused' },
    },
    paid: { type: 'final' },
    refused: { on: { ASK: 'asking' } },
  },
})
const at = '/v1/instances/alice%2F42%2Frefund'

async function withRefund(amount = 50) {
  const site = await openSite({}, { machines: [durable(refund, { unhandled: 'reject' })] })
  const made = await site.ask('PUT', at, { body: { machine: 'refund', input: { amount } } })
  expect(made.status).toBe(201)
  return { site, made }
}

describe('machines over HTTP', () => {
  it('H26 starts an instance, and shows where it is and what may happen next', async () => {
    const { site, made } = await withRefund()
    expect(made.headers.get('location')).toBe(at)
    expect(made.body).toMatchObject({ handled: true, states: ['asking'], revision: 1 })
    const found = await site.get(at)
    expect(found.headers.get('etag')).toBe('"1"')
    expect(found.body).toMatchObject({
      ...{ id: 'alice/42/refund', session: 'alice/42', name: 'refund', status: 'active', states: ['asking'] },
      ...{ context: { amount: 50 }, next_events: ['APPROVE', 'REJECT'], instructions: 'Ask for the order.', tools: ['lookup'] },
    })
    expect(found.body.timers).toHaveLength(1)
    expect((await site.ask('PUT', at, { body: { machine: 'refund', input: { amount: 1 } } })).status).toBe(409)
    expect((await site.ask('PUT', `${at}2`, { body: { machine: 'refnd' } })).body).toMatchObject({ code: 'not_found' })
    expect((await site.get('/v1/instances/alice%2F42%2Fother')).status).toBe(404)
    expect((await site.get('/v1/machines')).body).toMatchObject({ machines: [{ id: 'refund', version: '1' }] })
  })

  it('H6 a start that was refused is refused again under its key, as the first was', async () => {
    const { site } = await withRefund()
    const start = () =>
      site.ask('PUT', at, { body: { machine: 'refund', input: { amount: 1 } }, headers: { 'idempotency-key': 's-1' } })
    const first = await start()
    await site.ask('POST', `${at}/events`, { body: { type: 'REJECT' } })
    const again = await start()
    expect([first.status, again.status, again.body]).toEqual([409, 409, first.body])
  })

  it('H27 an event is one commit, and the same request again does nothing twice', async () => {
    const { site } = await withRefund()
    const key = { 'idempotency-key': 'm-1' }
    const send = (body: object, headers = {}) => site.ask('POST', `${at}/events`, { body, headers })
    const first = await send({ type: 'REJECT' }, key)
    expect(first.body).toMatchObject({ handled: true, states: ['refused'], revision: 2 })
    const again = await send({ type: 'REJECT' }, key)
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true'])
    expect((await send({ type: 'APPROVE', by: 'ann' })).status).toBe(409)
    expect((await send({ by: 'ann' })).status).toBe(400)
    expect((await send({ type: 'done.invoke.x' })).status).toBe(400)
    expect((await site.get(at)).body).toMatchObject({ revision: 2 })
  })

  it('H28 tells what an event would do, how it came here, and where it was', async () => {
    const { site } = await withRefund(500)
    const can = async (type: string) => (await site.ask('POST', `${at}/can`, { body: { type } })).body
    expect([await can('APPROVE'), await can('REJECT')]).toEqual([{ can: false }, { can: true }])
    await site.ask('POST', `${at}/events`, { body: { type: 'REJECT' } })
    expect((await site.get(`${at}/at/1`)).body).toMatchObject({ states: ['asking'], revision: 1 })
    const { body } = await site.get('/v1/entities/machine/alice%2F42%2Frefund/history')
    expect(body.revisions).toMatchObject([{ revision: 2, event: { name: 'REJECT' } }, { revision: 1 }])
  })

  it('H30 lists instances by machine, state, status and session, page by page', async () => {
    const { site } = await withRefund()
    const start = (id: string) =>
      site.ask('PUT', `/v1/instances/${encodeURIComponent(id)}`, { body: { machine: 'refund', input: { amount: 1 } } })
    for (const id of ['alice/42/second', 'bob/1/refund']) expect((await start(id)).status).toBe(201)
    await site.ask('POST', `${at}/events`, { body: { type: 'REJECT' } })
    const list = async (query: string) => {
      const { body } = await site.get(`/v1/instances${query}`)
      return { ids: (body.instances as { id: string }[]).map(({ id }) => id), next: body.next as string | undefined }
    }
    expect((await site.get('/v1/instances?state=refused')).body.instances).toEqual([
      {
        ...{ id: 'alice/42/refund', session: 'alice/42', name: 'refund', machine: 'refund', version: '1', tag: refund.tag },
        ...{ status: 'active', states: ['refused'], revision: 2, created: expect.any(Number), updated: expect.any(Number) },
      },
    ])
    expect((await list('?session=alice%2F42')).ids).toEqual(['alice/42/refund', 'alice/42/second'])
    expect((await list('?machine=refund&status=active&state=asking')).ids).toEqual(['alice/42/second', 'bob/1/refund'])
    expect((await list('?machine=other')).ids).toEqual([])
    const first = await list('?limit=2')
    const second = await list(`?limit=2&after=${first.next}`)
    expect([...first.ids, ...second.ids]).toEqual(['alice/42/refund', 'alice/42/second', 'bob/1/refund'])
    for (const query of ['?limit=0', '?after=x', '?status=lost'])
      expect((await site.get(`/v1/instances${query}`)).status).toBe(400)
  })

  it('H31 tells each revision with what its events did, page by page, in either order', async () => {
    const { site } = await withRefund(500)
    for (const type of ['REJECT', 'ASK']) await site.ask('POST', `${at}/events`, { body: { type } })
    const first = await site.get(`${at}/history?limit=2`)
    expect(first.body.revisions).toMatchObject([
      { revision: 3, actor: 'local', cause: null, steps: [{ event: { type: 'ASK' }, states: ['asking'] }] },
      {
        ...{ revision: 2, at: expect.any(Number) },
        steps: [{ event: { type: 'REJECT' }, transitions: ['asking --REJECT--> refused'], taken: ['t2'], entered: ['refused'] }],
      },
    ])
    const second = await site.get(`${at}/history?limit=2&after=${first.body.next}`)
    expect(second.body).toMatchObject({ revisions: [{ revision: 1, steps: [{ event: { type: 'start' } }] }] })
    expect(second.body).not.toHaveProperty('next')
    expect((await site.get(`${at}/history?order=oldest&limit=1`)).body).toMatchObject({ revisions: [{ revision: 1 }] })
    const arrows = (await site.get('/v1/machines/refund')).body.arrows as { id: string; source: string; trigger: string }[]
    expect(arrows.find(({ id }) => id === 't2')).toMatchObject({ source: 'asking', trigger: 'REJECT' })
    expect((await site.get('/v1/instances/alice%2F42%2Fnone/history')).status).toBe(404)
  })

  it('H2 an instance whose definition is not known is shown, and an event for it is a conflict', async () => {
    const engine = { ...createMemoryEngine(), close() {} }
    const known = await openSite({}, { machines: [refund] }, () => ({ ...engine }))
    await known.ask('PUT', at, { body: { machine: 'refund', input: { amount: 1 } } })
    const stranger = await openSite({}, {}, () => ({ ...engine }))
    expect((await stranger.get(at)).body).toMatchObject({ status: 'needs_migration', states: ['asking'], next_events: [] })
    const sent = await stranger.ask('POST', `${at}/events`, { body: { type: 'REJECT' } })
    expect(sent).toMatchObject({ status: 409, body: { code: 'needs_migration', stored: refund.tag } })
  })

  it('H40 closing, forking and deleting a session reaches its machines', async () => {
    const { site } = await withRefund()
    const session = '/v1/sessions/alice%2F42'
    await site.make('alice/42', { state: { n: 1 } })
    const fork = await site.ask('POST', `${session}/fork`, { body: { id: 'alice/43' } })
    expect(fork.status).toBe(201)
    expect((await site.get('/v1/instances/alice%2F43%2Frefund')).body).toMatchObject({ states: ['asking'], timers: [] })
    expect((await site.write('POST', `${session}/close`)).status).toBe(200)
    expect((await site.get(at)).body).toMatchObject({ status: 'stopped', timers: [] })
    expect((await site.write('DELETE', session)).status).toBe(204)
    expect((await site.get(at)).status).toBe(404)
    expect((await site.get('/v1/instances')).body.instances).toMatchObject([{ id: 'alice/43/refund', status: 'active' }])
  })

  it('H29 forks without running anything twice, and stops', async () => {
    const { site } = await withRefund()
    await site.ask('POST', `${at}/events`, { body: { type: 'REJECT' } })
    const fork = await site.ask('POST', `${at}/fork`, { body: { name: 'what-if', at: 1 } })
    expect(fork).toMatchObject({ status: 201, body: { id: 'alice/42/what-if', states: ['asking'], timers: [] } })
    expect((await site.ask('POST', `${at}/fork`, { body: { name: 'what-if' } })).status).toBe(409)
    expect((await site.ask('POST', `${at}/stop`)).status).toBe(204)
    expect((await site.get(at)).body).toMatchObject({ status: 'stopped', next_events: [] })
  })
})
