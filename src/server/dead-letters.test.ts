import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineTask } from '../index.ts'
import { openSite, type Site, until } from './site.testing.ts'

let isThere = false
const pay = defineTask('pay', { input: z.object({ order: z.string() }), retry: { attempts: 1 } }, async (ctx, { order }) => {
  await ctx.step('look up', () => order)
  return ctx.step('pay', () => (isThere ? `paid ${order}` : Promise.reject(new Error('no bank'))), { retry: { attempts: 1 } })
})

const place = (id: string, verb = '') => `/v1/runs/${encodeURIComponent(id)}${verb}`

async function failedRun(site: Site, session: string): Promise<string> {
  isThere = false
  await site.ask('POST', `/v1/sessions/${session}/runs`, { body: { task: 'pay', input: { order: 'A-1' }, key: 'k' } })
  await standsAt(site, `${session}/pay.k`, 'failed')
  return `${session}/pay.k`
}

async function standsAt(site: Site, id: string, status: string): Promise<void> {
  await until(`${id} to be ${status}`, async () => (await site.hf.run(id).inspect()).status === status)
}

it('H47 a dead letter is tried again with another input, which its task must take', async () => {
  const site = await openSite({}, { tasks: [pay], worker: true })
  const id = await failedRun(site, 'a')
  isThere = true
  expect((await site.ask('POST', place(id, '/retry'), { body: { input: { order: 7 } } })).body).toMatchObject({ status: 400 })
  expect((await site.ask('POST', place(id, '/retry'), { body: { input: { order: 'B-2' } } })).status).toBe(204)
  await standsAt(site, id, 'done')
  expect((await site.get(place(id))).body).toMatchObject({ output: 'paid B-2', input: { order: 'B-2' } })
})

it('H47 the step it failed of is skipped with a value in its place', async () => {
  const site = await openSite({}, { tasks: [pay], worker: true })
  const id = await failedRun(site, 'a')
  expect((await site.ask('POST', place(id, '/skip'), { body: { value: 'paid by hand' } })).status).toBe(204)
  await standsAt(site, id, 'done')
  expect((await site.get(place(id))).body.output).toBe('paid by hand')
  expect((await site.ask('POST', place(id, '/skip'), {})).body).toMatchObject({ status: 409 })
})

it('H47 a run is forked at a step, once for the same request, and says what happens again', async () => {
  const site = await openSite({}, { tasks: [pay], worker: true })
  const id = await failedRun(site, 'a')
  isThere = true
  await site.ask('POST', place(id, '/retry'), {})
  await standsAt(site, id, 'done')
  const ask = () => site.ask('POST', place(id, '/fork'), { body: { step: 'pay' }, headers: { 'idempotency-key': 'f1' } })
  const forked = await ask()
  expect(forked).toMatchObject({ status: 201, body: { origin: { run: id, step: 'pay' }, warnings: ['pay'] } })
  expect((await ask()).body.id).toBe(forked.body.id)
  await standsAt(site, String(forked.body.id), 'done')
  expect((await site.ask('POST', place(id, '/fork'), { body: { step: 'fly' } })).body).toMatchObject({ status: 404 })
})
