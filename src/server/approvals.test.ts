import { expect, it } from 'vitest'
import { defineTask, type RunContext } from '../index.ts'
import { openSite, until } from './site.testing.ts'

const ask = defineTask('ask', (ctx: RunContext, due: Date) => ctx.approval({ title: 'May I?', data: { due }, expires: '2d' }))

it('H44 what runs ask is listed and decided once; a second decision is told what stands', async () => {
  const site = await openSite({}, { tasks: [ask], worker: true })
  expect((await site.get('/v1/approvals')).body).toEqual({ approvals: [] })
  const run = await site.hf.session('a/b').start(ask, new Date(0), { key: 'k' })
  await until('it to ask', async () => (await site.hf.approvals.list()).length === 1)
  const { approvals } = (await site.get('/v1/approvals')).body as { approvals: { id: string }[] }
  expect(approvals).toMatchObject([
    {
      id: 'a/b/ask.k:approval',
      run: run.id,
      session: 'a/b',
      title: 'May I?',
      data: { due: { $date: '1970-01-01T00:00:00.000Z' } },
    },
  ])
  const path = `/v1/approvals/${encodeURIComponent('a/b/ask.k:approval')}/decide`
  expect((await site.ask('POST', path, { body: { approved: 'yes' } })).body).toMatchObject({ status: 400, path: 'approved' })
  const decided = { body: { approved: true, reason: 'fair' }, headers: { 'idempotency-key': 'd1' } }
  expect((await site.ask('POST', path, decided)).status).toBe(204)
  const again = await site.ask('POST', path, decided)
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([204, 'true'])
  const late = await site.ask('POST', path, { body: { approved: false } })
  expect(late.body).toMatchObject({ status: 409, detail: expect.stringContaining('was approved by local') })
  expect(await run.result()).toEqual({ approved: true, reason: 'fair', by: 'local', data: { due: new Date(0) } })
  expect((await site.ask('POST', '/v1/approvals/nobody/decide', { body: { approved: true } })).status).toBe(404)
})
