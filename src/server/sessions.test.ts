import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineSession } from '../session/index.ts'
import { openSite, type Read, type Site } from './site.testing.ts'

const at = '/v1/sessions/alice%2F42'

async function withAlice(): Promise<Site> {
  const site = await openSite()
  await site.make('alice/42', { user: 'alice', tags: ['vip'], state: { cart: { items: [1] }, 'odd.name': 1 } })
  return site
}

describe('sessions over HTTP', () => {
  it('H23 tells what a model should be told, now and then, and why', async () => {
    const site = await withAlice()
    await site.write('PATCH', at, { set: { flight: { id: 'TP201', date: '2026-05-20' }, hotel: 'Alfama Inn' } })
    const ask = `${at}/context?query=${encodeURIComponent('move my flight TP201')}&tokens=12`
    const { body } = await site.get(`${ask}&explain=true`)
    expect(body.variables).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'flight.id', value: 'TP201' })]))
    expect(body.tokens).toBeLessThanOrEqual(12)
    const verdicts = (body.ranking as { path: string; verdict: string }[]).map(({ path, verdict }) => [path, verdict])
    expect(verdicts).toContainEqual(['flight.id', 'chosen'])
    expect(body.left_out).toBe(verdicts.filter(([, verdict]) => verdict !== 'chosen').length)
    const before = (await site.get(`${ask}&at=1&explain=true`)).body
    expect([before.revision, JSON.stringify(before).includes('flight')]).toEqual([1, false])
    expect((await site.get(`${at}/context?tokens=0`)).status).toBe(400)
    expect((await site.get('/v1/sessions/nobody/context')).status).toBe(404)
  })

  it('H5 makes a session once, and says where it is', async () => {
    const site = await openSite()
    const made = await site.ask('PUT', at, {
      body: { user: 'alice', state: { n: 1, 'user:lang': 'en' }, ttl: 60_000 },
      headers: { 'if-none-match': '*' },
    })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'alice/42', revision: 1, user: 'alice', state: { n: 1 }, invalid: [], origin: null },
    })
    expect([made.headers.get('etag'), made.headers.get('location')]).toEqual(['"1"', at])
    expect((await site.make('alice/42')).status).toBe(409)
    expect((await site.ask('PUT', at, { body: {}, headers: { 'if-none-match': '*' } })).status).toBe(412)
    expect((await site.get(`${at}/variables/user%3Alang`)).body).toEqual({ path: 'user:lang', value: 'en', revision: 1 })
  })

  it('H5 takes a write only on the revision it names', async () => {
    const site = await withAlice()
    const body = { set: { n: 1 } }
    expect((await site.ask('PATCH', at, { body })).status).toBe(428)
    expect((await site.ask('PATCH', at, { body, headers: { 'if-match': '"7"' } })).body).toMatchObject({
      status: 412,
      code: 'conflict',
      current: 1,
    })
    expect((await site.ask('PATCH', at, { body, headers: { 'if-match': 'W/"1"' } })).status).toBe(412)
    expect((await site.ask('PATCH', at, { body, headers: { 'if-match': '1' } })).status).toBe(400)
    expect((await site.ask('PATCH', at, { body, headers: { 'if-match': '"9", "1"' } })).headers.get('etag')).toBe('"2"')
    expect((await site.get(at, { 'if-none-match': '"2"' })).status).toBe(304)
    expect((await site.get(at, { 'if-none-match': '"1"' })).status).toBe(200)
    for (const method of ['DELETE', 'PATCH'])
      expect((await site.write(method, '/v1/sessions/nobody', method === 'PATCH' ? {} : undefined)).status).toBe(404)
  })

  it('H6 answers a repeated request as the first, and refuses the key for another', async () => {
    const site = await withAlice()
    const first = {
      body: { set: { n: 1 }, tag: ['a'], event: { name: 'one' } },
      headers: { 'if-match': '"1"', 'idempotency-key': 'k' },
    }
    const one = await site.ask('PATCH', at, first)
    await site.write('PATCH', at, { set: { n: 2 }, untag: ['a'] })
    const again = await site.ask('PATCH', at, first)
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(again.body).toEqual(one.body)
    expect((await site.get(at)).body).toMatchObject({ revision: 3, state: { n: 2 } })
    expect((await site.ask('PATCH', at, { ...first, body: { set: { n: 9 } } })).status).toBe(422)
    const made = { body: { id: 'fork' }, headers: { 'idempotency-key': 'f' } }
    expect((await site.ask('POST', `${at}/fork`, made)).status).toBe(201)
    const twice = await site.ask('POST', `${at}/fork`, made)
    expect([twice.status, twice.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    const gone = { headers: { 'if-match': '*', 'idempotency-key': 'd' } }
    expect([(await site.ask('DELETE', at, gone)).status, (await site.ask('DELETE', at, gone)).status]).toEqual([204, 204])
  })

  it('H7 changes all or nothing', async () => {
    const site = await withAlice()
    const body = { set: { 'cart.items[0]': 9, 'cart.items[7]': 1 }, tag: ['x'] }
    expect(await site.write('PATCH', at, body)).toMatchObject({ status: 400, body: { path: 'cart.items[7]' } })
    expect((await site.get(at)).body).toMatchObject({ revision: 1, tags: ['vip'], state: { cart: { items: [1] } } })
    const done = await site.write('PATCH', at, {
      set: { 'cart.items[1]': { $date: '2026-01-01T00:00:00.000Z' } },
      delete: ['["odd.name"]'],
      ttl: 5000,
    })
    expect(done.body).toMatchObject({ revision: 2, state: { cart: { items: [1, { $date: '2026-01-01T00:00:00.000Z' }] } } })
    expect(done.body.state).not.toHaveProperty('odd.name')
  })

  it('H5 reads, sets and deletes one variable', async () => {
    const site = await withAlice()
    expect((await site.get(`${at}/variables/cart.items%5B0%5D`)).body).toEqual({ path: 'cart.items[0]', value: 1, revision: 1 })
    const set = await site.write('PUT', `${at}/variables/cart.items%5B0%5D`, { value: 5 })
    expect(set.body).toEqual({ path: 'cart.items[0]', value: 5, revision: 2 })
    expect(set.headers.get('etag')).toBe('"2"')
    const gone = await site.write('DELETE', `${at}/variables/cart`)
    expect({ status: gone.status, etag: gone.headers.get('etag') }).toEqual({ status: 204, etag: '"3"' })
    expect((await site.get(`${at}/variables/cart`)).status).toBe(404)
    expect((await site.get(`${at}/variables/a%5B`)).status).toBe(400)
    expect((await site.write('PUT', `${at}/variables/x`, {})).status).toBe(400)
  })

  it.each([
    ['a variable', `${at}/variables/n`, ({ value }: Read['body']) => ({ n: value })],
    ['an entity', '/v1/entities/session/alice%2F42', ({ state }: Read['body']) => state],
  ])('H5 tells %s and a revision of one moment, whoever writes between its looks at the store', async (_name, path, stateIn) => {
    let meanwhile: (() => Promise<unknown>) | undefined
    const disturbed = async <Found>(found: Found): Promise<Found> => {
      const work = meanwhile
      meanwhile = undefined
      await work?.()
      return found
    }
    const site = await openSite({}, { cacheBytes: 0 }, (engine) => ({
      ...engine,
      entity: async (ref) => disturbed(await engine.entity(ref)),
      entry: async (num, key) => disturbed(await engine.entry(num, key)),
    }))
    await site.make('alice/42', { state: { n: 1 } })
    for (let n = 2; n < 6; n++) {
      meanwhile = () => site.write('PUT', `${at}/variables/n`, { value: n })
      const { body, headers } = await site.get(path)
      expect(meanwhile).toBeUndefined()
      expect((await site.get(`${at}/at/${body.revision}`)).body.state).toEqual(stateIn(body))
      expect(headers.get('etag')).toBe(`"${body.revision}"`)
    }
  })

  it('H5 answers with the variable as this request left it, whoever writes beside it', async () => {
    const site = await withAlice()
    const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => site.write('PUT', `${at}/variables/n`, { value: n })))
    const told = answers.map(({ body }) => [body.revision, body.value])
    expect(new Set(told.map(([revision]) => revision)).size).toBe(5)
    for (const [revision, value] of told)
      expect((await site.get(`${at}/at/${revision}`)).body).toMatchObject({ revision, state: { n: value } })
    expect((await site.write('PUT', `${at}/variables/n`, { value: 5 })).body).toEqual({ path: 'n', value: 5, revision: 6 })
    expect((await site.write('PUT', `${at}/variables/user%3Alang`, { value: 'de' })).body).toMatchObject({
      value: 'de',
      revision: 6,
    })
    const key = { 'idempotency-key': 'once' }
    const first = await site.write('PUT', `${at}/variables/n`, { value: 9 }, key)
    await site.write('PUT', `${at}/variables/n`, { value: 10 })
    const again = await site.write('PUT', `${at}/variables/n`, { value: 9 }, key)
    expect({ body: again.body, etag: again.headers.get('etag') }).toEqual({ body: first.body, etag: '"7"' })
    expect((await site.get(`${at}/variables/n`)).body).toMatchObject({ value: 10, revision: 8 })
  })

  it('H5 answers with the form a schema gives a variable, without its secrets', async () => {
    const trimmed = z.string().transform((text) => text.trim())
    const definition = defineSession('note', { schema: { title: trimmed, card: z.string().optional() }, secret: ['card'] })
    const site = await openSite({ definitions: [definition] })
    await site.make('n', { definition: 'note', state: { title: 'a' } })
    expect((await site.write('PUT', '/v1/sessions/n/variables/title', { value: '  b ' })).body).toMatchObject({ value: 'b' })
    expect((await site.write('PUT', '/v1/sessions/n/variables/card', { value: '4111111111111111' })).body).toEqual({
      path: 'card',
      value: '[secret]',
      revision: 3,
    })
  })

  it('H5 closes, reopens and deletes', async () => {
    const site = await withAlice()
    expect((await site.write('POST', `${at}/close`)).body).toMatchObject({ status: 'closed', revision: 2 })
    expect((await site.write('PATCH', at, { set: { n: 1 } })).status).toBe(409)
    expect((await site.write('POST', `${at}/reopen`)).body).toMatchObject({ status: 'open', revision: 3 })
    expect((await site.write('DELETE', at)).status).toBe(204)
    expect((await site.get(at)).status).toBe(404)
    expect((await site.get(`${at}/history`)).body.revisions).toHaveLength(4)
  })

  it('H8 lists in pages that hold everything once', async () => {
    const site = await openSite()
    for (let i = 0; i < 7; i++) await site.make(`s/${i}`, { tags: [i % 2 === 0 ? 'even' : 'odd'], state: { text: `Word${i}` } })
    const seen: string[] = []
    for (let after = ''; ; ) {
      const { body } = await site.get(`/v1/sessions?limit=3${after}`)
      for (const { id } of body.sessions as { id: string }[]) seen.push(id)
      if (body.next === undefined) break
      after = `&after=${body.next}`
    }
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, i) => `s/${i}`))
    const ids = async (query: string) =>
      ((await site.get(`/v1/sessions?${query}`)).body.sessions as { id: string }[]).map(({ id }) => id)
    expect(await ids('tag=odd&order=id')).toEqual(expect.arrayContaining(['s/1', 's/3', 's/5']))
    expect(await ids('contains=word4')).toEqual(['s/4'])
    expect(await ids('prefix=s%2F6')).toEqual(['s/6'])
    expect((await site.get('/v1/sessions')).body.estimate).toBe(7)
    for (const query of ['after=xyz', 'limit=0', 'limit=1001', 'limit=1&limit=2', 'value=1', 'term=x', 'order=up'])
      expect({ query, status: (await site.get(`/v1/sessions?${query}`)).status }).toEqual({ query, status: 400 })
  })

  it('H9 tells history, moments, differences and the log', async () => {
    const site = await withAlice()
    for (let n = 1; n <= 4; n++) await site.write('PATCH', at, { set: { n }, event: { name: 'count', data: { n } } })
    const { body } = await site.get(`${at}/history?limit=2`)
    expect(body.revisions).toMatchObject([
      { revision: 5, op: 'write', source: 'http', actor: 'local', event: { name: 'count', data: { n: 4 } }, paths: ['n'] },
      { revision: 4 },
    ])
    const revisions = async (query: string) =>
      ((await site.get(`${at}/${query}`)).body.revisions as { revision: number }[]).map(({ revision }) => revision)
    expect(await revisions(`history?limit=2&after=${body.next}`)).toEqual([3, 2])
    expect(await revisions('history?order=oldest&from=2&to=3')).toEqual([2, 3])
    expect((await site.get(`${at}/log?limit=1`)).body.revisions).toMatchObject([{ revision: 5, keys: ['/n'], prev: 4 }])
    expect((await site.get(`${at}/at/3`)).body).toMatchObject({ revision: 3, state: { n: 2 } })
    expect((await site.get(`${at}/at/${new Date(Date.now() + 1000).toISOString()}`)).body).toMatchObject({ revision: 5 })
    expect((await site.get(`${at}/diff?from=2&to=4`)).body).toEqual({
      from: 2,
      to: 4,
      differences: [{ path: 'n', op: 'change', before: 1, after: 3 }],
    })
    for (const [path, status] of [
      ['at/0', 400],
      ['at/soon', 400],
      ['at/99', 404],
      ['diff', 400],
      ['history?from=0', 400],
      ['history?after=x', 400],
    ] as const)
      expect({ path, status: (await site.get(`${at}/${path}`)).status }).toEqual({ path, status })
  })

  it('H5 a session is made where there is none: whoever asks for one that is there is told no', async () => {
    const site = await openSite()
    await site.make('there', { state: { n: 1 } })
    const put = async (id: string, tag?: string) =>
      (await site.ask('PUT', `/v1/sessions/${id}`, { body: {}, ...(tag !== undefined && { headers: { 'if-match': tag } }) }))
        .status
    expect([await put('a', '*'), await put('b', '"7"'), await put('c', 'garbage')]).toEqual([412, 412, 400])
    expect([await put('there'), await put('there', '"7"'), await put('there', '"1"'), await put('there', '*')]).toEqual([
      409, 412, 409, 409,
    ])
    expect((await site.get('/v1/sessions/a')).status).toBe(404)
  })

  it('H9 forks, and names the effects that have happened since', async () => {
    const effects = { mail: { run: () => 'sent' } }
    const site = await openSite({}, { effects, worker: true })
    await site.make('a', { state: { n: 1 } })
    await new Promise((resolve) => setTimeout(resolve, 5))
    await site.hf.session('a').update((_, tx) => {
      tx.entity.effect('mail', {}, { id: 'm' })
    })
    for (let looks = 0; (await site.hf.effects.get('m')).state !== 'settled' && looks < 200; looks++)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const fork = await site.ask('POST', '/v1/sessions/a/fork', { body: { id: 'b', at: 1 } })
    expect(fork).toMatchObject({
      status: 201,
      body: { id: 'b', origin: { id: 'a', revision: 1 }, warnings: [{ effect: 'm', name: 'mail' }], more_warnings: false },
    })
    const since = (moment: string) => site.get(`/v1/sessions/a/effects?since=${moment}`)
    expect((await since('1')).body).toMatchObject({ effects: [{ effect: 'm', name: 'mail' }], more: false })
    expect((await since('2')).body).toEqual({ effects: [], more: false })
    expect([(await since('soon')).status, (await since('99')).status]).toEqual([400, 404])
    expect((await site.get('/v1/sessions/none/effects?since=1')).status).toBe(404)
    expect((await site.ask('POST', '/v1/sessions/a/fork', { body: { id: 'b' } })).status).toBe(409)
  })

  it('H5 makes sessions by the definitions it knows, and tells what does not fit', async () => {
    const loose = defineSession('order')
    const strict = defineSession('order', { schema: z.object({ qty: z.number() }) })
    const site = await openSite({ definitions: [strict] })
    expect((await site.make('bad', { definition: 'order', state: { qty: 'x' } })).status).toBe(400)
    expect((await site.make('good', { definition: 'order', state: { qty: 1 } })).status).toBe(201)
    await site.hf.session(loose, 'old').set('qty', 'many')
    expect((await site.get('/v1/sessions/old')).body.invalid).toMatchObject([{ path: 'qty' }])
    expect((await site.get('/v1/overview')).body.attention).toMatchObject([{ what: 'invalid', session: 'old' }])
  })

  it('H12 reads entities of any kind', async () => {
    const site = await withAlice()
    await site.hf.session('alice/42').set('user:lang', 'en')
    expect((await site.get('/v1/entities?kind=user')).body.entities).toMatchObject([
      { kind: 'user', id: 'alice', deleted: false },
    ])
    expect((await site.get('/v1/entities/user/alice')).body).toMatchObject({ kind: 'user', state: { lang: 'en' }, revision: 1 })
    expect((await site.get('/v1/entities/user/alice/at/1')).body).toMatchObject({ state: { lang: 'en' } })
    expect((await site.get('/v1/entities/user/alice/history')).body.revisions).toHaveLength(1)
    expect((await site.get('/v1/entities/user/alice/diff?from=1')).body.differences).toEqual([])
    expect((await site.get('/v1/entities/user/bob')).status).toBe(404)
    const { body } = await site.get('/v1/entities?limit=1')
    expect((await site.get(`/v1/entities?limit=1&after=${body.next}`)).body.entities).toMatchObject([{ kind: 'user' }])
    expect((await site.get('/v1/entities?order=updated')).status).toBe(400)
  })

  it('H3 never shows a secret, wherever it stands', async () => {
    const secret = 'tok_4242_top'
    const definition = defineSession('support', { secret: ['card', 'keys.api'] })
    const effects = { pay: { retry: { attempts: 1 }, run: () => Promise.reject(new TypeError(`no card ${secret}`)) } }
    const site = await openSite({ definitions: [definition] }, { effects, worker: true })
    await site.make('s', { definition: 'support', state: { card: secret, keys: { api: secret, id: 1 }, note: 'n' } })
    await site.write('PATCH', '/v1/sessions/s', { event: { name: 'charged', data: { with: `card ${secret}` } }, set: { n: 1 } })
    await site.hf.session(definition, 's').update((_, tx) => {
      tx.entity.effect('pay', {}, { id: 'p' })
    })
    for (let looks = 0; (await site.hf.effects.get('p')).state !== 'dead' && looks < 200; looks++)
      await new Promise((resolve) => setTimeout(resolve, 5))
    const of = '/v1/sessions/s'
    const pages = [
      of,
      `${of}/history`,
      `${of}/log`,
      `${of}/at/1`,
      `${of}/diff?from=1`,
      `${of}/variables/card`,
      `${of}/variables/keys`,
      `${of}/context?query=card`,
    ]
    pages.push(
      '/v1/effects',
      '/v1/overview',
      '/v1/entities/session/s',
      '/v1/entities/session/s/history',
      '/v1/entities/session/s/at/1',
      `${of}/variables/keys.api`,
    )
    for (const page of pages) {
      const { status, text } = await site.get(page)
      expect({ page, status, leaks: text.includes(secret) }).toEqual({ page, status: 200, leaks: false })
    }
    expect((await site.get(`/v1/sessions?contains=${secret}`)).body.sessions).toEqual([])
    expect((await site.write('PUT', `${of}/variables/n`, { value: 2 })).text).not.toContain(secret)
    expect((await site.ask('POST', `${of}/fork`, { body: { id: 'f', at: 1 } })).text).not.toContain(secret)
  })

  it('H3 masks a secret of many revisions ago in the words of a later event', async () => {
    const definition = defineSession('support', { secret: ['card'] })
    const site = await openSite({ definitions: [definition] })
    const session = site.hf.session(definition, 's')
    await session.set('card', 'tok_first')
    for (const card of ['tok_second', 'tok_third']) await session.set('card', card)
    for (let n = 0; n < 5; n++) await session.set('n', n)
    const reader = new AbortController()
    const feed = await site.server.fetch(new Request('http://localhost/v1/feed', { signal: reader.signal }))
    await session.set('n', 9, { event: { name: 'said', data: { text: 'the card was tok_first, then tok_second' } } })
    const pages = ['/v1/sessions/s/history', '/v1/sessions/s/log', '/v1/entities/session/s/history']
    const said = { text: 'the card was [secret], then [secret]' }
    for (const page of pages)
      expect((await site.get(page)).body.revisions).toMatchObject([{ event: { data: said } }, ...Array(8).fill({})])
    let told = ''
    for await (const chunk of feed.body ?? []) {
      told += Buffer.from(chunk).toString()
      if (told.includes('event: change')) break
    }
    reader.abort()
    expect(told).toContain(JSON.stringify(said))
    expect(told).not.toContain('tok_')
  })

  it('H11 lists effects by state, retries and cancels them', async () => {
    const site = await openSite()
    await site.make('s')
    await site.hf.session('s').update((_, tx) => {
      for (const id of ['a', 'b', 'c']) tx.entity.effect('mail', {}, { id })
    })
    const { body } = await site.get('/v1/effects?state=due&limit=2')
    expect(body.effects).toMatchObject([
      { id: 'a', state: 'due', queue: 'mail', entity: { kind: 'session', id: 's' } },
      { id: 'b' },
    ])
    expect((await site.get(`/v1/effects?state=due&limit=2&after=${body.next}`)).body).toMatchObject({ effects: [{ id: 'c' }] })
    const key = { 'idempotency-key': 'x' }
    expect((await site.ask('POST', '/v1/effects/a/cancel', { headers: key })).body).toMatchObject({ state: 'done' })
    expect((await site.ask('POST', '/v1/effects/a/cancel', { headers: key })).headers.get('idempotent-replayed')).toBe('true')
    expect((await site.get('/v1/effects?state=done')).body.effects).toHaveLength(1)
    expect((await site.ask('POST', '/v1/effects/a/retry')).body).toMatchObject({ state: 'due' })
    expect((await site.ask('POST', '/v1/effects/b/retry')).status).toBe(409)
    expect((await site.ask('POST', '/v1/effects/none/cancel')).status).toBe(404)
  })

  it('H10 gives an overview of what needs attention', async () => {
    let now = Date.UTC(2026, 0, 1)
    const clock = { now: () => now, after: () => () => {} }
    const site = await openSite({}, { clock })
    await site.make('w', { tags: ['waiting'] })
    await site.hf.session('w').update((_, tx) => {
      tx.entity.effect('mail', {}, { id: 'm' })
    })
    expect((await site.get('/v1/overview')).body.attention).toMatchObject([{ what: 'waiting', session: 'w' }])
    now += 120_000
    await site.make('x')
    const { body } = await site.get('/v1/overview')
    expect(body.attention).toMatchObject([{ what: 'stuck', effect: 'm', session: 'w' }, { what: 'waiting' }])
    expect(body).toMatchObject({
      load: { outbox: { due: 1, running: 0, dead: 0 }, queue_depth: 0 },
      sessions: { estimate: 2 },
      store: { name: 'memory' },
    })
  })
})
