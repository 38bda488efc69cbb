import { expect, it } from 'vitest'
import { defineSession } from '../index.ts'
import { openSite } from './site.testing.ts'

const SECRET = '4242-4242-4242'
const turns = '/v1/sessions/a%2Fb/conversations/main/turns'

it('H50 what is said over HTTP is there page by page, the newest first', async () => {
  const site = await openSite()
  expect((await site.get(turns)).body).toEqual({ turns: [], more: false, before: null })
  for (let i = 0; i < 5; i++) {
    const said = await site.ask('POST', turns, { body: { role: 'user', content: `${i}`, id: `m${i}`, speaker: 'ann' } })
    expect([said.status, said.body.id]).toEqual([201, `m${i}`])
  }
  const last = await site.get(`${turns}?limit=3`)
  expect(last.body).toMatchObject({
    turns: [{ id: 'm2', speaker: 'ann', parent: 'm1' }, { id: 'm3' }, { id: 'm4' }],
    more: true,
    before: 'm2',
  })
  expect((await site.get(`${turns}?limit=3&before=m2`)).body).toMatchObject({
    turns: [{ id: 'm0', content: [{ type: 'text', text: '0' }], status: 'done', parent: null, branch: 0 }, { id: 'm1' }],
    more: false,
    before: null,
  })
  const { conversations } = (await site.get('/v1/sessions/a%2Fb/conversations')).body as { conversations: object[] }
  expect(conversations).toEqual([{ name: 'main', turns: 5, head: 'm4', branches: 1, updated: expect.any(Number) }])
})

it('H51 the same turn again is 200, another under its id 409; a request that is repeated is answered as before', async () => {
  const site = await openSite()
  const hello = { body: { role: 'user', content: 'hello', id: 'm' } }
  expect((await site.ask('POST', turns, hello)).status).toBe(201)
  expect((await site.ask('POST', turns, hello)).status).toBe(200)
  expect((await site.ask('POST', turns, { body: { ...hello.body, content: 'other' } })).status).toBe(409)
  const keyed = { body: { role: 'user', content: 'more' }, headers: { 'idempotency-key': 'k' } }
  const first = await site.ask('POST', turns, keyed)
  const again = await site.ask('POST', turns, keyed)
  expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, first.body, 'true'])
  const call = { type: 'tool-call', toolCallId: 'c', toolName: 't', input: { due: { $date: '2026-01-01T00:00:00.000Z' } } }
  const said = await site.ask('POST', turns, { body: { role: 'assistant', content: [call] } })
  expect(said.body).toMatchObject({ role: 'assistant', content: [call] })
  expect((await site.hf.conversation('a/b').list()).turns.at(-1)?.content).toMatchObject([
    { input: { due: new Date(Date.UTC(2026, 0)) } },
  ])
  const bad = await site.ask('POST', turns, { body: { role: 'assistant', content: [{ ...call, toolCallId: 7 }] } })
  expect(bad.body).toMatchObject({ status: 400, path: 'content[0].toolCallId' })
})

it('H52 an edit begins a branch; every branch can be read', async () => {
  const site = await openSite()
  for (const id of ['a', 'b', 'c']) await site.ask('POST', turns, { body: { role: 'user', content: id, id } })
  await site.ask('POST', turns, { body: { role: 'user', content: 'b2', id: 'b2', after: 'a' } })
  const { branches } = (await site.get('/v1/sessions/a%2Fb/conversations/main/branches')).body as { branches: object[] }
  expect(branches).toEqual([
    { branch: 0, from: null, first: 'a', last: 'c', active: false },
    { branch: 1, from: 'a', first: 'b2', last: 'b2', active: true },
  ])
  const ids = async (query: string) =>
    ((await site.get(turns + query)).body as { turns: { id: string }[] }).turns.map(({ id }) => id)
  expect(await ids('')).toEqual(['a', 'b2'])
  expect(await ids('?branch=0')).toEqual(['a', 'b', 'c'])
  expect((await site.get(`${turns}?branch=9`)).status).toBe(404)
  expect((await site.ask('POST', turns, { body: { role: 'user', content: 'x', after: 'z' } })).status).toBe(404)
  expect((await site.get('/v1/sessions/s/conversations/a%2Fb/turns')).status).toBe(400)
})

it('H53 (H3) what a turn repeats of a secret of its session, now or earlier, is masked', async () => {
  const site = await openSite()
  const session = site.hf.session(defineSession('shop', { secret: ['card'] }), 'a/b')
  await session.set('card', '1111-1111-1111')
  await session.set('card', SECRET)
  await session.conversation().add({ role: 'user', content: `my card is ${SECRET}, was 1111-1111-1111` })
  const said = await site.ask('POST', turns, {
    body: { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'pay', input: { card: SECRET } }] },
  })
  const { text } = await site.get(turns)
  for (const shown of [text, said.text]) {
    expect(shown).toContain('[secret]')
    expect(shown).not.toMatch(/4242|1111/)
  }
  expect(text).toContain('my card is [secret], was [secret]')
})
