import { expect, it } from 'vitest'
import { defineTask, type RunContext } from '../index.ts'
import { openSite, type Site, until } from './site.testing.ts'

interface Talk {
  readonly count: number
  /** Text beside each chunk. */
  readonly long?: string
  /** Waits behind the chunks for an event. */
  readonly waits?: boolean
}

const talk = defineTask('talk', async (ctx: RunContext, { count, long = '', waits = false }: Talk) => {
  async function* chunks() {
    for (let i = 0; i < count; i++) yield { type: 'text-delta', delta: `word ${i}${long}` }
  }
  await ctx.stream(chunks(), { name: waits ? 'early' : 'out' })
  if (waits) await ctx.event('go')
})

async function started(site: Site, input: Talk, status: string): Promise<string> {
  const { id } = await site.hf.session('s').start(talk, input, { key: 'k' })
  await until(`it to be ${status}`, async () => (await site.hf.run(id).inspect()).status === status)
  return `/v1/runs/${encodeURIComponent(id)}/stream`
}

const open = (site: Site, path: string, headers = {}) => site.server.fetch(new Request(`http://localhost${path}`, { headers }))
const store = { tasks: [talk], worker: true }
const words = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({ type: 'text-delta', delta: `word ${from + i}` }))

/** Ids and data of a stream's events. */
function eventsIn(text: string): { ids: number[]; data: unknown[]; isDone: boolean } {
  const of = (field: string) => [...text.matchAll(new RegExp(`^${field}: (.*)$`, 'gm'))].map(([, value = '']) => value)
  const data = of('data')
  const isDone = data.at(-1) === '[DONE]'
  return { ids: of('id').map(Number), data: (isDone ? data.slice(0, -1) : data).map((each) => JSON.parse(each)), isDone }
}

it('H48 tells every chunk once and in order, then the end, and says how a model’s stream is to be read', async () => {
  const site = await openSite({}, store)
  const answer = await site.get(await started(site, { count: 500 }, 'done'))
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=UTF-8'])
  expect(answer.headers.get('cache-control')).toBe('no-cache')
  expect(answer.headers.get('x-vercel-ai-ui-message-stream')).toBe('v1')
  const { ids, data, isDone } = eventsIn(answer.text)
  expect(data).toEqual(words(0, 500))
  expect(ids).toEqual(Array.from({ length: 500 }, (_, i) => i + 1))
  expect(isDone).toBe(true)
})

it('H48 goes on where a reader stopped; of a run that is over and streams nothing it ends at once', async () => {
  const site = await openSite({}, store)
  const path = await started(site, { count: 50 }, 'done')
  const after = async (query: string, headers = {}) => eventsIn((await site.get(`${path}${query}`, headers)).text)
  expect((await after('?after=20')).data).toEqual(words(20, 50))
  expect(await after('?after=20', { 'last-event-id': '48' })).toEqual({ ids: [49, 50], data: words(48, 50), isDone: true })
  for (const query of ['?after=50', '?after=5000', '?name=other'])
    expect(await after(query)).toEqual({ ids: [], data: [], isDone: true })
  expect((await site.get(path, { 'last-event-id': 'x' })).body).toMatchObject({ status: 400, path: 'last-event-id' })
  expect((await site.get('/v1/runs/s%2Fnone/stream')).status).toBe(404)
})

it('H48 stays open while the run goes on; when the server closes it ends, and does not say that this was all', async () => {
  const site = await openSite({}, store)
  const path = await started(site, { count: 5, waits: true }, 'waiting')
  const first = (await open(site, `${path}?name=early`)).text()
  expect(eventsIn(await first)).toMatchObject({ data: words(0, 5), isDone: true })
  const [waiting, closed] = [(await open(site, path)).text(), (await open(site, path)).body?.getReader()]
  await until('both to be open', () => site.server !== undefined)
  await closed?.cancel()
  await site.server.close()
  expect(eventsIn(await waiting)).toEqual({ ids: [], data: [], isDone: false })
  expect((await site.get(path)).status).toBe(503)
})

it('H48 a stream that waits ends with its run', async () => {
  const site = await openSite({}, store)
  const path = await started(site, { count: 5, waits: true }, 'waiting')
  const waiting = (await open(site, path)).text()
  await site.hf.run('s/talk.k').send('go')
  expect(eventsIn(await waiting)).toEqual({ ids: [], data: [], isDone: true })
})

it('H14 a reader that takes nothing of a stream is ended, buffers no more than its limit, and goes on later', async () => {
  const site = await openSite({ limits: { feedBufferBytes: 20_000, slowReaderMs: 50 } }, store)
  const path = await started(site, { count: 200, long: '.'.repeat(1000) }, 'done')
  const response = await open(site, path)
  const subscribers = async () => /^holdfast_feed_subscribers (\d+)/m.exec((await site.get('/metrics')).text)?.[1]
  expect(await subscribers()).toBe('1')
  await until('the end', async () => (await subscribers()) === '0')
  const text = await response.text()
  expect(text.length).toBeLessThan(60_000)
  const { ids, isDone } = eventsIn(text)
  expect(isDone).toBe(false)
  const rest = eventsIn((await site.get(path, { 'last-event-id': String(ids.length) })).text)
  expect([ids.length + rest.ids.length, rest.ids[0], rest.isDone]).toEqual([200, ids.length + 1, true])
})
