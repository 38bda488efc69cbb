import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { localOwner } from '../runtime/index.ts'
import { Stage } from '../runtime/staged-engine.testing.ts'
import { openSite, until } from './site.testing.ts'

/** Sends bytes as they are; resolves with what came back until the other side closed. */
function raw(port: number, text: string, hold = false): Promise<string> {
  return new Promise((resolve) => {
    const socket: Socket = connect(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
      if (!hold && /\r\n\r\n/.test(answer)) socket.end()
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(answer))
  })
}

describe('over a socket', () => {
  it('H5 serves what fetch serves', async () => {
    const site = await openSite()
    const { url, port } = await site.server.listen({ port: 0 })
    const made = await fetch(`${url}/v1/sessions/a%2Fb`, {
      method: 'PUT',
      body: '{"state":{"n":1}}',
      headers: { 'content-type': 'application/json' },
    })
    expect([made.status, await made.json()]).toMatchObject([201, { id: 'a/b' }])
    const head = await fetch(`${url}/v1/sessions/a%2Fb`, { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, '"1"', ''])
    expect(port).toBeGreaterThan(0)
  })

  it('H17 listens on the loopback alone, and says so', async () => {
    const site = await openSite()
    for (const host of ['0.0.0.0', '::', '192.168.1.1', 'example.com'])
      await expect(site.server.listen({ host, port: 0 })).rejects.toMatchObject({ code: 'invalid', details: { path: 'host' } })
  })

  it('H17 says what to do when the port is taken', async () => {
    const [one, two] = [await openSite(), await openSite()]
    const { port } = await one.server.listen({ port: 0 })
    await expect(two.server.listen({ port })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`--port ${port + 1}`),
    })
  })

  it.each([
    ['two lengths', 'POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'length and chunks',
      'POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an obscure encoding', 'POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a header without colon', 'GET /v1/sessions HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n'],
    ['no host', 'GET /v1/sessions HTTP/1.1\r\n\r\n'],
    ['a space before the colon', 'GET /v1/sessions HTTP/1.1\r\nHost : localhost\r\n\r\n'],
    ['a host that is none', 'GET /v1/sessions HTTP/1.1\r\nHost: a b\r\n\r\n'],
    ['a whole address of elsewhere', 'GET http://evil.example/v1/sessions HTTP/1.1\r\nHost: evil.example\r\n\r\n'],
    ['no target', 'GET  HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['a backslash', 'GET /\\evil HTTP/1.1\r\nHost: localhost\r\n\r\n'],
    ['headers without end', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(40_000)}\r\n\r\n`],
  ])('H2 refuses %s', async (_, text) => {
    const site = await openSite()
    const { port } = await site.server.listen({ port: 0 })
    expect(await raw(port, text)).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await site.get('/livez')).status).toBe(200)
  })

  it('H15 closes on a body beyond the limit', async () => {
    const site = await openSite({ limits: { maxBodyBytes: 1000 } })
    const { url, port } = await site.server.listen({ port: 0 })
    const head = 'PUT /v1/sessions/s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n'
    expect(await raw(port, `${head}Content-Length: 99999999\r\n\r\n{`)).toMatch(/^HTTP\/1\.1 413 /)
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
    expect(await raw(port, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(3)}`)).toMatch(/^HTTP\/1\.1 413 /)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
  })

  it('H2 takes a body that breaks off for the client’s affair: the operator is not told', async () => {
    const told: unknown[] = []
    const logger = { warn() {}, error: (...words: unknown[]) => void told.push(words) }
    const site = await openSite({}, { logger })
    const { port } = await site.server.listen({ port: 0 })
    const head = 'PUT /v1/sessions/s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n'
    const socket = connect(port, '127.0.0.1', () => socket.write(`${head}Content-Length: 99\r\n\r\n`))
    await once(socket, 'data')
    socket.write('{"state":')
    socket.resetAndDestroy()
    await site.server.close({ drainMs: 5000 })
    expect(told).toEqual([])
    expect((await site.get('/v1/sessions/s')).status).toBe(404)
  })

  it('H16 lets go of connections that send slowly', async () => {
    const site = await openSite()
    const { url, port } = await site.server.listen({ port: 0 })
    const slow = Array.from({ length: 50 }, () => raw(port, 'GET /livez HTTP/1.1\r\nHost: localhost\r\nX-', true))
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    const answers = await Promise.all(slow)
    expect(answers.every((answer) => answer.startsWith('HTTP/1.1 408'))).toBe(true)
  })

  it('H19 finishes what is on its way, then closes', async () => {
    const stage = new Stage()
    let seen = 0
    const principal = () => {
      seen++
      return localOwner
    }
    const site = await openSite({ principal }, {}, stage.between)
    const { url } = await site.server.listen({ port: 0 })
    const feed = await fetch(`${url}/v1/feed`)
    stage.hold()
    const writes = Promise.all(Array.from({ length: 20 }, (_, i) => fetch(`${url}/v1/sessions/s${i}`, { method: 'PUT' })))
    await until('all requests', () => seen === 21)
    const closed = site.server.close({ drainMs: 5000 })
    stage.release()
    await closed
    expect((await writes).map(({ status }) => status)).toEqual(Array(20).fill(201))
    expect(await feed.text()).toContain('event: hello')
    await expect(fetch(`${url}/livez`)).rejects.toThrow()
  })
})
