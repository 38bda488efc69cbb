import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineTask, type RunContext } from '../index.ts'
import { openSite, type Site, until } from './site.testing.ts'

const order = defineTask(
  'order',
  { input: z.object({ amount: z.number(), due: z.date().optional() }) },
  async (ctx, { amount }) => {
    await ctx.step('look up', () => ({ at: new Date(0) }))
    await ctx.step('check', () => Promise.reject(new RangeError('no')), { retry: { attempts: 1 } }).catch(() => {})
    const paid = await ctx.event<{ by: string }>('paid', { timeout: '2d' })
    await ctx.approval({ title: `Send ${amount}?`, data: { amount }, expires: '1d' })
    return { paid }
  },
)
let isBroken = true
const broken = defineTask('broken', { retry: { attempts: 1 } }, async (_: RunContext, __: unknown) => {
  if (isBroken) throw new Error('out of paper')
  return 'printed'
})
const store = { tasks: [order, broken], worker: true }
const place = (id: string) => `/v1/runs/${encodeURIComponent(id)}`

const start = (site: Site, session: string, body: object, headers = {}) =>
  site.ask('POST', `/v1/sessions/${encodeURIComponent(session)}/runs`, { body, headers })

async function standsAt(site: Site, id: string, status: string): Promise<void> {
  await until(`${id} to be ${status}`, async () => (await site.hf.run(id).inspect()).status === status)
}

describe('runs over HTTP', () => {
  it('H45 shows a run with its steps, what it waits for, and how its code goes', async () => {
    const site = await openSite({}, store)
    await start(site, 'a/b', { task: 'order', input: { amount: 7, due: { $date: '2026-01-01T00:00:00.000Z' } }, key: 'k' })
    await standsAt(site, 'a/b/order.k', 'waiting')
    const { status, body } = await site.get(place('a/b/order.k'))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      ...{ id: 'a/b/order.k', session: 'a/b', task: 'order', status: 'waiting', by: 'local', finished: null, error: null },
      input: { amount: 7, due: { $date: '2026-01-01T00:00:00.000Z' } },
      ...{ output: null, tries: 1, epoch: 1, streams: [] },
      steps: [
        { name: 'look up', order: 1, status: 'done', value: { at: { $date: '1970-01-01T00:00:00.000Z' } } },
        { name: 'check', order: 2, status: 'failed', error: { name: 'RangeError', message: 'no' } },
        { name: 'paid', order: 3, status: 'waiting', wait: { for: 'event', event: 'paid', until: expect.any(Number) } },
      ],
      waits: [{ step: 'paid', for: 'event', event: 'paid', until: expect.any(Number) }],
    })
    expect((await site.get(place('a/b/order.other'))).body).toMatchObject({ status: 404, code: 'not_found' })
  })

  it('H45 lists runs by status, task and session, newest change first, with how many steps each has and what it waits for', async () => {
    const site = await openSite({}, store)
    for (const session of ['a', 'b']) await start(site, session, { task: 'order', input: { amount: 1 }, key: 'k' })
    await start(site, 'b', { task: 'broken', key: 'k' })
    await standsAt(site, 'b/broken.k', 'failed')
    for (const id of ['a/order.k', 'b/order.k']) await standsAt(site, id, 'waiting')
    await site.hf.run('a/order.k').send('paid', { by: 'ann' })
    await until('it to ask', async () => (await site.hf.approvals.list()).length === 1)
    await standsAt(site, 'a/order.k', 'waiting')
    const list = async (query = '') => (await site.get(`/v1/runs${query}`)).body.runs as { id: string }[]
    expect((await list()).map(({ id }) => id).at(0)).toBe('a/order.k')
    expect((await list('?session=b')).map(({ id }) => id).toSorted()).toEqual(['b/broken.k', 'b/order.k'])
    expect(await list('?status=failed')).toMatchObject([
      { id: 'b/broken.k', error: { message: 'out of paper' }, steps: 0, waits: [] },
    ])
    expect(await list('?task=order&limit=1')).toMatchObject([
      { id: 'a/order.k', status: 'waiting', steps: 4, waits: [{ step: 'approval', for: 'approval', title: 'Send 1?' }] },
    ])
    expect(await list('?task=order&status=done')).toEqual([])
    expect((await site.get('/v1/runs?status=gone')).status).toBe(400)
  })

  it('H46 starts a run, once for each key; what is not known or does not fit is refused with what would', async () => {
    const site = await openSite({}, store)
    const order7 = { task: 'order', input: { amount: 7 }, key: 'k' }
    const first = await start(site, 'a', order7)
    expect([first.status, first.headers.get('location')]).toEqual([201, '/v1/runs/a%2Forder.k'])
    expect(first.body).toMatchObject({ id: 'a/order.k', input: { amount: 7 } })
    expect((await start(site, 'a', order7)).status).toBe(200)
    expect((await start(site, 'a', { ...order7, input: { amount: 8 } })).body).toMatchObject({ status: 409, code: 'conflict' })
    expect((await start(site, 'a', { ...order7, task: 'ordr' })).body).toMatchObject({
      ...{ status: 400, path: 'task' },
      detail: expect.stringContaining('order, broken'),
    })
    expect((await start(site, 'a', { task: 'order', input: { amount: 'x' } })).body).toMatchObject({
      status: 400,
      issues: [{ path: 'amount' }],
    })
    expect(await site.hf.runs.list()).toHaveLength(1)
  })

  it('H46 a request sent again under its idempotency key starts no second run', async () => {
    const site = await openSite({}, store)
    const again = () => start(site, 'a', { task: 'order', input: { amount: 7 } }, { 'idempotency-key': 'i-1' })
    const [one, two] = [await again(), await again()]
    expect([one.status, two.status, two.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true'])
    expect(two.body.id).toBe(one.body.id)
    expect(await site.hf.runs.list()).toHaveLength(1)
  })

  it('H47 brings a run what it waits for, once for each key', async () => {
    const site = await openSite({}, store)
    await start(site, 'a', { task: 'order', input: { amount: 7 }, key: 'k' })
    const send = () =>
      site.ask('POST', `${place('a/order.k')}/events`, {
        body: { event: 'paid', data: { on: { $date: '2026-01-01T00:00:00.000Z' } } },
        headers: { 'idempotency-key': 'e-1' },
      })
    const [one, two] = [await send(), await send()]
    expect([one.status, two.status, two.headers.get('idempotent-replayed')]).toEqual([204, 204, 'true'])
    await until('it to ask', async () => (await site.hf.approvals.list()).length === 1)
    const { steps } = await site.hf.run('a/order.k').inspect()
    expect(steps.find(({ name }) => name === 'paid')?.value).toEqual({ on: new Date('2026-01-01') })
    expect((await site.ask('POST', `${place('a/none')}/events`, { body: { event: 'x' } })).status).toBe(404)
  })

  it('H47 cancels what runs and retries what failed; what stands otherwise is a conflict', async () => {
    const site = await openSite({}, store)
    await start(site, 'a', { task: 'order', input: { amount: 7 }, key: 'k' })
    await start(site, 'a', { task: 'broken', key: 'k' })
    await standsAt(site, 'a/broken.k', 'failed')
    const post = async (id: string, verb: string) => (await site.ask('POST', `${place(id)}/${verb}`)).status
    expect(await post('a/order.k', 'retry')).toBe(409)
    expect([await post('a/order.k', 'cancel'), await post('a/order.k', 'cancel')]).toEqual([204, 204])
    isBroken = false
    expect(await post('a/broken.k', 'retry')).toBe(204)
    await standsAt(site, 'a/broken.k', 'done')
    expect(await post('a/broken.k', 'cancel')).toBe(409)
    const list = await site.get('/v1/runs?session=a')
    expect(list.body.runs).toMatchObject([
      { id: 'a/broken.k', status: 'done', finished: expect.any(Number) },
      { id: 'a/order.k', status: 'cancelled', waits: [] },
    ])
  })
})
