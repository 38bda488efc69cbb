import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, describe, expect, it } from 'vitest'
import { HoldfastError } from '../index.ts'
import { endpoints } from './endpoints/index.ts'
import { PrometheusMeter } from './index.ts'
import { openSite } from './site.testing.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-console-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('who is let in', () => {
  it.each(['evil.example', 'localhost.evil.example', '127.0.0.1.nip.io', '192.168.0.7:4600', '[::2]'])(
    'H17 refuses the host %s',
    async (host) => {
      const site = await openSite()
      const { status, body } = await site.get('/v1/sessions', { host })
      expect([status, body.code]).toEqual([403, 'forbidden'])
    },
  )

  it('H17 takes names of the loopback, and others that were named', async () => {
    const site = await openSite({ hosts: ['agents.example'] })
    for (const host of ['localhost:4600', '127.0.0.1:80', '[::1]:4600', 'LOCALHOST', 'agents.example'])
      expect({ host, status: (await site.get('/v1/sessions', { host })).status }).toEqual({ host, status: 200 })
  })

  it('H17 refuses writes from other origins', async () => {
    const site = await openSite()
    const write = async (headers: Record<string, string>) =>
      (await site.ask('PUT', '/v1/sessions/s', { body: {}, headers: { host: 'localhost:4600', ...headers } })).status
    expect(await write({ origin: 'https://evil.example' })).toBe(403)
    expect(await write({ origin: 'http://localhost:9999' })).toBe(403)
    expect(await write({ origin: 'null' })).toBe(403)
    expect(await write({ 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await write({ origin: 'http://localhost:4600', 'sec-fetch-site': 'same-origin' })).toBe(201)
  })

  it('H18 lets who may do nothing do nothing', async () => {
    let closed = false
    const gate = {
      check() {
        if (closed) throw new HoldfastError('forbidden', 'You may not', {})
      },
    }
    const site = await openSite({}, { gate })
    await site.make('s', { state: { a: 1 } })
    await site.hf.session('s').update((_, tx) => {
      tx.entity.effect('mail', {}, { id: 'm' })
    })
    closed = true
    const open = new Set(['livez', 'readyz', 'openapi', 'docs'])
    const filled = { id: 's', kind: 'session', path: 'a', moment: '1', name: 'main' } as Readonly<Record<string, string>>
    const bodies = {
      createSession: {},
      changeSession: { set: { a: 2 } },
      setVariable: { value: 2 },
      forkSession: { id: 'f' },
      startInstance: { machine: 'm' },
      sendEvent: { type: 'GO' },
      canTake: { type: 'GO' },
      forkInstance: { name: 'f' },
      defineMachine: { id: 'm' },
      checkDefinition: { id: 'm' },
      simulateMachine: { script: [] },
      findPaths: { kind: 'shortest' },
      startRun: { task: 't' },
      sendToRun: { event: 'e' },
      forkRun: { step: 's' },
      decideApproval: { approved: true },
      addTurn: { role: 'user', content: 'a' },
    } as Record<string, object>
    for (const { method, path, route } of endpoints) {
      const name = String(route.operationId)
      const place =
        path.replaceAll(/\{(\w+)\}/g, (_, of: string) => (path.startsWith('/v1/effects') ? 'm' : (filled[of] ?? ''))) +
        (name.endsWith('Diff') ? '?from=1' : name === 'sessionEffects' ? '?since=1' : '')
      const { status } = await site.write(method.toUpperCase(), place, bodies[name])
      expect({ name, status }).toEqual({ name, status: open.has(name) ? 200 : 403 })
    }
  })

  it('H18 asks on behalf of whoever the request is from', async () => {
    const gate = {
      check({ principal, action }: { principal: { id: string }; action: string }) {
        if (principal.id !== 'root' && action !== 'read') throw new HoldfastError('forbidden', 'You may not', {})
      },
    }
    const site = await openSite(
      { principal: (request) => ({ id: request.headers.get('x-user') ?? 'nobody', tenant: 'default' }) },
      { gate },
    )
    expect((await site.ask('PUT', '/v1/sessions/s', { body: {}, headers: { 'x-user': 'root' } })).status).toBe(201)
    expect((await site.ask('PUT', '/v1/sessions/t', { body: {} })).status).toBe(403)
    expect((await site.get('/v1/sessions/s')).status).toBe(200)
  })
})

describe('documents and files', () => {
  it.each(['', '/holdfast'])('H20 the document under %j fits the schema of OpenAPI 3.1', async (basePath) => {
    const site = await openSite({ basePath })
    const { text } = await site.get(`${basePath}/openapi.json`)
    const validator = new Validator()
    expect(await validator.validate(JSON.parse(text))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
  })

  it('H20 describes every path in one document', async () => {
    const site = await openSite()
    const { body } = await site.get('/openapi.json')
    const described = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(described.toSorted()).toEqual(endpoints.map(({ method, path }) => `${method} ${path}`).toSorted())
    expect(body.openapi).toBe('3.1.0')
  })

  it('H20 shows a page that loads nothing', async () => {
    const site = await openSite()
    const { text, headers } = await site.get('/docs')
    expect(text).not.toMatch(/<script|src=|<link|url\(/)
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    for (const { path } of endpoints) expect(text).toContain(path)
  })

  it('H21 tells how it goes', async () => {
    const meter = new PrometheusMeter()
    const site = await openSite({ meter }, { meter })
    await site.make('s')
    expect((await site.get('/livez')).body).toEqual({ status: 'ok' })
    expect((await site.get('/readyz')).body).toEqual({ status: 'ok' })
    const { text } = await site.get('/metrics')
    for (const name of [
      'commit_latency_seconds_bucket',
      'commit_queue_depth',
      'cache_bytes',
      'feed_subscribers',
      'feed_lag_seconds',
      'outbox_dead',
      'event_loop_delay_p99_seconds',
    ])
      expect(text).toMatch(new RegExp(`^holdfast_${name}[ {]`, 'm'))
    await site.server.close()
    expect((await site.get('/readyz')).status).toBe(503)
  })

  it('H22 serves the console, and its page for every place', async () => {
    mkdirSync(join(folder, 'assets'))
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>console</title>')
    writeFileSync(join(folder, 'assets/app-Ab12Cd34.js'), `console.log(${'1'.repeat(2000)})`)
    const site = await openSite({ console: folder })
    const page = { accept: 'text/html' }
    for (const path of ['/', '/sessions/alice', '/index.html']) {
      const { text, headers } = await site.get(path, page)
      expect(text).toContain('console')
      expect(headers.get('cache-control')).toBe('no-cache')
      expect(headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'")
    }
    const script = await site.get('/assets/app-Ab12Cd34.js', { 'accept-encoding': 'gzip' })
    expect(script.headers.get('cache-control')).toContain('immutable')
    expect(script.headers.get('content-encoding')).toBe('gzip')
    for (const path of ['/assets/../../package.json', '/%2e%2e/package.json', '/assets/none.js'])
      expect((await site.get(path)).status).toBe(404)
    expect((await site.get('/v1/none', page)).status).toBe(404)
  })

  it('H22 says how to build a console that is not there', async () => {
    const site = await openSite({ console: null })
    const { status, text } = await site.get('/', { accept: 'text/html' })
    expect([status, text.includes('npm run build')]).toEqual([200, true])
  })

  it('H1 is mounted under a path of its own', async () => {
    const site = await openSite({ basePath: '/holdfast' })
    const made = await site.ask('PUT', '/holdfast/v1/sessions/s', { body: {} })
    expect([made.status, made.headers.get('location')]).toEqual([201, '/holdfast/v1/sessions/s'])
    expect((await site.get('/v1/sessions/s')).status).toBe(404)
    for (const [name, value] of [
      ['cache-control', 'no-store'],
      ['x-content-type-options', 'nosniff'],
    ] as const)
      expect(made.headers.get(name)).toBe(value)
    await expect(openSite({ basePath: 'x' })).rejects.toMatchObject({ code: 'invalid' })
  })
})
