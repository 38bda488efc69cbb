import { describe, expect, it } from 'vitest'
import { openSite } from './site.testing.ts'

const at = '/v1/sessions/s'
const MANY = 40_000

/** Bodies, and the status each is refused with. */
const bodies: readonly (readonly [name: string, raw: string | Uint8Array<ArrayBuffer>, status: number, type?: string])[] = [
  ['no JSON', '{"set":', 400],
  ['nothing but a comma', ',', 400],
  ['an array', '[]', 400],
  ['a number', '1', 400],
  ['arrays beyond the depth', `{"set":{"a":${'['.repeat(MANY)}${']'.repeat(MANY)}}}`, 400],
  ['objects beyond the depth', `{"set":{"a":${'{"a":'.repeat(MANY)}1${'}'.repeat(MANY)}}}`, 400],
  ['an unclosed depth bomb', '['.repeat(MANY), 400],
  ['the prototype as key', '{"set":{"a":{"__proto__":{"admin":true}}}}', 400],
  ['the prototype as path', '{"set":{"__proto__":{"admin":true}}}', 400],
  ['the prototype behind an escape', '{"set":{"a":{"\\u005f_proto__":{"admin":true}}}}', 400],
  ['bytes that are no UTF-8', new Uint8Array([123, 34, 255, 254, 34, 58, 49, 125]), 400],
  ['UTF-16', new Uint8Array(Buffer.from('{"set":{}}', 'utf16le')), 400],
  ['a field nobody knows', '{"sets":{}}', 400],
  ['a wrong type', '{"set":[1]}', 400],
  ['an unknown tag', '{"set":{"a":{"$evil":1}}}', 400],
  ['a malformed tag', '{"set":{"a":{"$bigint":"1e9"}}}', 400],
  ['a lone surrogate in a path', '{"set":{"\\ud800":1}}', 400],
  ['an event without name', '{"event":{}}', 400],
  ['a ttl below zero', '{"ttl":-1}', 400],
  ['another content type', '{"set":{}}', 415, 'text/plain'],
  ['a form', 'set=1', 415, 'application/x-www-form-urlencoded'],
  ['another charset', '{"set":{}}', 415, 'application/json; charset=utf-16'],
  ['more than the limit', `{"set":{"a":"${'x'.repeat(1024 * 1024)}"}}`, 413],
]

describe('hostile requests', () => {
  it.each(bodies.map(([name, raw, status, type = 'application/json']) => ({ name, raw, status, type })))(
    'H15 refuses $name',
    async ({ raw, status, type }) => {
      const site = await openSite()
      await site.make('s', { state: { n: 1 } })
      const answer = await site.ask('PATCH', at, { raw, headers: { 'if-match': '*', 'content-type': type } })
      expect(answer.status).toBe(status)
      expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
      expect(answer.body).toMatchObject({ status, type: expect.stringContaining('/errors/'), detail: expect.any(String) })
      expect((await site.get(at)).body).toMatchObject({ revision: 1, state: { n: 1 } })
      expect(Object.getPrototypeOf({}).admin).toBeUndefined()
    },
  )

  it('H15 refuses a body that says it is larger than it may be before it reads it', async () => {
    const site = await openSite({ limits: { maxBodyBytes: 100 } })
    await site.make('s')
    let pulled = 0
    const body = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(60))
      },
    })
    const init: RequestInit & { duplex: 'half' } = {
      method: 'PATCH',
      body,
      duplex: 'half',
      headers: { 'if-match': '*', 'content-type': 'application/json' },
    }
    const endless = await site.server.fetch(new Request(`http://localhost${at}`, init))
    expect(endless.status).toBe(413)
    expect(pulled).toBeLessThan(10)
  })

  it('H15 keeps the last of two equal keys, and takes names of Object for names', async () => {
    const site = await openSite()
    await site.make('s')
    const raw = '{"set":{"a":1,"a":2,"constructor":{"prototype":{"x":1}},"hasOwnProperty":3}}'
    const { status, body } = await site.ask('PATCH', at, { raw, headers: { 'if-match': '*' } })
    expect([status, body.state]).toEqual([200, { a: 2, constructor: { prototype: { x: 1 } }, hasOwnProperty: 3 }])
    expect(Reflect.get({}, 'x')).toBeUndefined()
    expect((await site.write('PUT', `${at}/variables/${encodeURIComponent('__proto__.x')}`, { value: 1 })).status).toBeLessThan(
      500,
    )
    expect(Reflect.get({}, 'x')).toBeUndefined()
  })

  it.each([
    '/v1/sessions/%ff%fe',
    '/v1/sessions/%00',
    '/v1/sessions/%',
    `/v1/sessions/${'x'.repeat(5000)}`,
    '/v1/sessions/..%2f..%2fetc%2fpasswd',
    '/v1/sessions/%2e%2e/%2e%2e',
    '/v1/sessions?after=%ff',
    '/v1/sessions?after=bnVsbA',
    '/v1/sessions?after=W1siYSJdXQ',
    '/v1/sessions?term=tag&value=%00',
    '/v1/sessions?user=%F0%9F%92%A9&tag=%00',
    '/v1/effects?after=W10',
    '/v1/entities?after=W10',
    '/v1/entities?kind=%00',
    '/v1/sessions/s/at/999999999999999999999',
    '/v1/sessions/s/at/2026-99-99',
    '/v1/sessions/s/at/-1',
    '/v1/sessions/s/diff?from=1&to=1e3',
    '/v1/sessions/s/history?from=5&to=1',
    '/v1/sessions/s/variables/%5B%22%22%5D',
    '/v1/sessions/s/variables/a%5B99999999999999999999%5D',
    '/v1/sessions/s/context?tokens=99999999999',
    '//v1/sessions',
    '/v1/./sessions',
  ])('H2 answers %s with no fault of its own', async (path) => {
    const site = await openSite()
    await site.make('s', { state: { a: [1] } })
    const { status, text } = await site.get(path)
    expect(status).toBeLessThan(500)
    expect(text).not.toMatch(/\bat .*:\d+:\d+/)
  })

  it.each([
    { 'if-match': '"1", x' },
    { 'if-match': '' },
    { 'if-match': '"\u00ff"' },
    { 'if-match': '*', 'idempotency-key': 'x'.repeat(300) },
    { 'if-match': '*', 'idempotency-key': 'a b' },
    { 'if-match': '*', 'if-none-match': '"1"', 'content-encoding': 'gzip' },
    { 'if-match': '"999999999999999999999"' },
  ] as readonly Record<string, string>[])('H2 refuses the headers %j', async (headers) => {
    const site = await openSite()
    await site.make('s')
    const { status } = await site.ask('PATCH', at, { body: { set: { a: 1 } }, headers })
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(500)
  })

  it('H4 tells unknown paths from other methods', async () => {
    const site = await openSite()
    expect((await site.get('/v1/nothing')).status).toBe(404)
    expect((await site.get('/v1')).status).toBe(404)
    const other = await site.ask('POST', '/v1/sessions')
    expect([other.status, other.headers.get('allow')]).toEqual([405, 'GET'])
    expect((await site.ask('DELETE', '/livez')).status).toBe(405)
  })

  it('H2 answers what nobody foresaw without telling of it', async () => {
    const site = await openSite({
      principal() {
        throw new TypeError('a secret of the machine')
      },
    })
    const { status, text } = await site.get(at)
    expect([status, text.includes('secret of the machine')]).toEqual([500, false])
  })

  it('H16 answers within its time', async () => {
    const site = await openSite({ limits: { requestMs: 30 } })
    await site.make('s')
    const body = new ReadableStream({ pull: () => new Promise(() => {}) })
    const init: RequestInit & { duplex: 'half' } = {
      method: 'PATCH',
      body,
      duplex: 'half',
      headers: { 'if-match': '*', 'content-type': 'application/json' },
    }
    expect((await site.server.fetch(new Request(`http://localhost${at}`, init))).status).toBe(504)
  })
})
