import { expect, it } from 'vitest'
import { defineSession, defineTask, type RunContext } from '../index.ts'
import { openSite, type Site, until } from './site.testing.ts'

const SECRET = 'tok_4242_4242'
const OLDER = 'tok_1111_1111'
const Account = defineSession('account', { secret: ['card'] })

/** Repeats what it is given wherever a run can. */
const repeat = defineTask('repeat', { session: Account, retry: { attempts: 1 } }, async (ctx, secret: string) => {
  const said = `it is ${secret}`
  async function* chunks() {
    yield { type: 'text-delta', delta: said }
    yield { deep: [new Map([['card', secret]])] }
  }
  await ctx.stream(chunks())
  await ctx.stream(chunks(), { name: `of ${secret}` })
  await ctx.step('value', () => ({ said }))
  await ctx.step(`name ${secret}`, () => 1)
  await ctx.step('error', () => Promise.reject(new Error(said)), { retry: { attempts: 1 } }).catch(() => {})
  await ctx.event('never', { timeout: 1 })
  await ctx.event('told')
  await ctx.approval({ title: said, data: { said } })
  await ctx.event('end')
  return { said }
})
const fail = defineTask('fail', { session: Account, retry: { attempts: 1 } }, async (_: RunContext, secret: string) => {
  throw new Error(`no use: ${secret}`)
})

/** Everything the server says of the runs. */
async function all(site: Site): Promise<readonly (readonly [path: string, text: string])[]> {
  const paths = ['repeat.new', 'repeat.old', 'fail.k'].flatMap((name) => {
    const id = `s%2F${name}`
    const entity = `/v1/entities/run/${id}`
    return [`/v1/runs/${id}`, entity, `${entity}/history`, `${entity}/at/3`, `${entity}/diff?from=1`]
  })
  paths.push('/v1/runs', '/v1/runs?session=s', '/v1/runs?status=failed', '/v1/approvals', '/v1/effects', '/v1/overview')
  return Promise.all(paths.map(async (path) => [path, (await site.get(path)).text] as const))
}

it('H49 secrets of a session leave nowhere in what its runs repeat, earlier ones neither', async () => {
  const site = await openSite({}, { tasks: [repeat, fail], worker: true })
  const session = site.hf.session(Account, 's')
  for (const card of [OLDER, SECRET]) await session.set('card', card)
  const feed = await site.server.fetch(new Request('http://localhost/v1/feed?kind=run'))
  const reader = feed.body?.pipeThrough(new TextDecoderStream()).getReader()
  const started = await Promise.all([
    site.ask('POST', '/v1/sessions/s/runs', { body: { task: 'repeat', input: SECRET, key: 'new' } }),
    site.ask('POST', '/v1/sessions/s/runs', { body: { task: 'repeat', input: OLDER, key: 'old' } }),
    site.ask('POST', '/v1/sessions/s/runs', { body: { task: 'fail', input: SECRET, key: 'k' } }),
  ])
  for (const name of ['new', 'old']) await site.hf.run(`s/repeat.${name}`).send('told', { card: SECRET })
  await until('both to ask', async () => (await site.hf.approvals.list()).length === 2)
  await until('one to fail', async () => (await site.hf.runs.list({ status: 'failed' })).length === 1)
  const waiting = await all(site)
  for (const { id } of await site.hf.approvals.list()) await site.hf.approvals.decide(id, { approved: true, reason: SECRET })
  for (const name of ['new', 'old']) {
    await site.hf.run(`s/repeat.${name}`).send('end', OLDER)
    await until('it to end', async () => (await site.hf.run(`s/repeat.${name}`).inspect()).status === 'done')
  }
  const streams = await Promise.all(
    ['new', 'old'].flatMap((name, i) =>
      ['out', `of ${i === 0 ? SECRET : OLDER}`].map(async (stream) => {
        const { text } = await site.get(`/v1/runs/s%2Frepeat.${name}/stream?name=${encodeURIComponent(stream)}`)
        expect(text).toContain('it is [secret]')
        return [stream, text] as const
      }),
    ),
  )
  let told = ''
  await until('the feed', async () => {
    told += (await reader?.read())?.value ?? ''
    return told.includes('"done"')
  })
  const texts = [...waiting, ...(await all(site)), ...streams, ['the feed', told] as const]
  for (const [where, text] of [...texts, ...started.map(({ text }) => ['the start', text] as const)])
    for (const secret of [SECRET, OLDER]) expect(text, where).not.toContain(secret)
  const { body } = await site.get('/v1/runs/s%2Frepeat.new')
  expect(body).toMatchObject({ input: '[secret]', output: { said: 'it is [secret]' } })
  expect(waiting.find(([path]) => path === '/v1/approvals')?.[1]).toContain('"title":"it is [secret]"')
  expect((await site.hf.run('s/repeat.new').inspect()).output).toEqual({ said: `it is ${SECRET}` })
})

it('H49 a secret that the session gets while a stream is read is hidden in what comes then', async () => {
  const go = Promise.withResolvers<void>()
  const late = defineTask('late', { session: Account }, async (ctx, _: null) => {
    async function* chunks() {
      yield 'begun'
      await go.promise
      yield `then ${SECRET}`
    }
    await ctx.stream(chunks())
  })
  const site = await openSite({}, { tasks: [late], worker: true })
  const session = site.hf.session(Account, 's')
  await session.set('card', OLDER)
  const { id } = await session.start(late, null)
  const response = await site.server.fetch(new Request(`http://localhost/v1/runs/${encodeURIComponent(id)}/stream`))
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader?.read())?.value).toContain('begun')
  await session.set('card', SECRET)
  go.resolve()
  expect((await reader?.read())?.value).toContain('data: "then [secret]"')
  await reader?.cancel()
})
