import { describe, expect, it } from 'vitest'
import { defineMachine } from '../statechart/index.ts'
import { openSite, type Site, until } from './site.testing.ts'

interface Event {
  readonly event: string
  readonly id: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** A reader of a feed. */
class Reader {
  readonly events: Event[] = []
  ended = false
  readonly #abort = new AbortController()

  static async open(site: Site, query = '', headers: Record<string, string> = {}): Promise<Reader> {
    const response = await site.server.fetch(new Request(`http://localhost/v1/feed${query}`, { headers }))
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const reader = new Reader()
    void reader.#read(response)
    await until('the first event', () => reader.events.length > 0)
    return reader
  }

  async #read(response: Response): Promise<void> {
    let text = ''
    const stream = response.body?.pipeThrough(new TextDecoderStream())
    if (stream === undefined) return
    for await (const chunk of stream) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) if (!block.startsWith(':')) this.events.push(parse(block))
      if (this.#abort.signal.aborted) break
    }
    this.ended = true
  }

  /** Ends with the next event. */
  leave(): void {
    this.#abort.abort()
  }

  get changes(): Readonly<Record<string, unknown>>[] {
    return this.events.filter(({ event }) => event === 'change').map(({ data }) => data)
  }

  get last(): string {
    return this.events.findLast(({ id }) => id !== undefined)?.id ?? ''
  }
}

function parse(block: string): Event {
  const fields = Object.fromEntries(
    block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return { event: fields.event ?? '', id: fields.id, data: JSON.parse(fields.data ?? '{}') }
}

it('H34 of an instance the feed tells what each event did', async () => {
  const door = defineMachine({ id: 'door', initial: 'shut', states: { shut: { on: { OPEN: 'ajar' } }, ajar: {} } })
  const site = await openSite({}, { machines: [door] })
  const reader = await Reader.open(site, '?kind=machine')
  const instance = site.hf.machine(door, 's', 'door')
  await instance.start()
  await instance.send({ type: 'OPEN' })
  await until('both changes', () => reader.changes.length === 2)
  expect(reader.changes[1]).toMatchObject({
    ...{ kind: 'machine', id: 's/door', revision: 2, event: { name: 'OPEN' } },
    steps: [{ event: { type: 'OPEN' }, transitions: ['shut --OPEN--> ajar'], taken: ['t1'], states: ['ajar'] }],
  })
  reader.leave()
})

const count = (site: Site, id: string, n: number) => site.hf.session(id).set('n', n, { event: { name: 'count' } })

describe('the feed', () => {
  it('H13 tells each change once, with what it changed', async () => {
    const site = await openSite()
    const reader = await Reader.open(site)
    expect(reader.events[0]).toMatchObject({
      event: 'hello',
      data: { store: site.hf.store.engine.storeId, version: expect.any(String) },
    })
    for (let n = 1; n <= 5; n++) await count(site, 'a', n)
    await until('the changes', () => reader.changes.length === 5)
    expect(reader.changes[4]).toMatchObject({
      kind: 'session',
      id: 'a',
      revision: 5,
      op: 'write',
      actor: 'local',
      event: { name: 'count' },
      paths: ['n'],
    })
    expect(reader.changes.map(({ revision }) => revision)).toEqual([1, 2, 3, 4, 5])
  })

  it('H13 tells only what fits the filters', async () => {
    const site = await openSite()
    const one = await Reader.open(site, '?id=a')
    const two = await Reader.open(site, '?kind=session&id=a&id=c')
    const none = await Reader.open(site, '?kind=user')
    for (const id of ['a', 'b', 'c', 'a']) await count(site, id, Math.random())
    await until('the changes', () => two.changes.length === 3 && one.changes.length === 2)
    expect(two.changes.map(({ id }) => id)).toEqual(['a', 'c', 'a'])
    expect(none.changes).toEqual([])
  })

  it('H13 goes on where a reader stopped, missing nothing', async () => {
    const site = await openSite()
    const first = await Reader.open(site)
    const start = first.last
    await count(site, 'a', 1)
    await until('the change', () => first.changes.length === 1)
    const seen = first.last
    for (let n = 2; n <= 4; n++) await count(site, 'a', n)
    const second = await Reader.open(site, '?after=ignored', { 'last-event-id': seen })
    await until('the rest', () => second.changes.length === 3)
    expect(second.changes.map(({ revision }) => revision)).toEqual([2, 3, 4])
    const third = await Reader.open(site, `?after=${start}`)
    await until('all', () => third.changes.length === 4)
  })

  it('H13 says reset for a cursor that is of no use, and goes on from now', async () => {
    const site = await openSite({}, { retention: { historyMs: 1, keepRevisions: 1 } as never })
    for (const cursor of ['nonsense', Buffer.from('other:1').toString('base64url')]) {
      const reader = await Reader.open(site, '', { 'last-event-id': cursor })
      await until('reset', () => reader.events.length === 2)
      expect(reader.events.map(({ event }) => event)).toEqual(['hello', 'reset'])
      await count(site, 'a', Math.random())
      await until('the change', () => reader.changes.length === 1)
    }
    const old = (await Reader.open(site)).last
    for (let n = 0; n < 5; n++) await count(site, 'a', n)
    await site.hf.store.engine.sweep({
      historyBefore: Date.now() + 1e6,
      keepRevisions: 1,
      idempotencyBefore: 0,
      settledBefore: 0,
      limit: 100,
      after: 0,
    })
    const late = await Reader.open(site, '', { 'last-event-id': old })
    await until('reset', () => late.events.length === 2)
    expect(late.events[1]?.event).toBe('reset')
  })

  it('H14 ends a reader that takes nothing, and lets it go on later', async () => {
    const site = await openSite({ limits: { feedBufferBytes: 2000, slowReaderMs: 50 } })
    const response = await site.server.fetch(new Request('http://localhost/v1/feed'))
    const stream = response.body?.getReader()
    const { value: hello } = (await stream?.read()) ?? {}
    const cursor = /^id: (.*)$/m.exec(new TextDecoder().decode(hello))?.[1] ?? ''
    for (let n = 0; n < 60; n++) await count(site, 'a', n)
    await until(
      'the end',
      async () => ((await site.get('/metrics')).text.match(/^holdfast_feed_subscribers (\d+)/m) ?? [])[1] === '0',
    )
    let bytes = 0
    for (;;) {
      const { done, value } = (await stream?.read()) ?? { done: true }
      if (done) break
      bytes += value?.byteLength ?? 0
    }
    expect(bytes).toBeLessThan(4000)
    const back = await Reader.open(site, '', { 'last-event-id': cursor })
    await until('everything', () => back.changes.length === 60)
  })

  it('H14 serves a hundred readers, and refuses one too many', async () => {
    const site = await openSite({ limits: { maxSubscribers: 100 } })
    const readers = await Promise.all(Array.from({ length: 100 }, () => Reader.open(site)))
    const more = await site.get('/v1/feed')
    expect([more.status, more.headers.get('retry-after')]).toEqual([503, '5'])
    for (let n = 0; n < 5; n++) await count(site, 'a', n)
    await until('all changes', () => readers.every(({ changes }) => changes.length === 5))
    await site.server.close()
    await until('the end of all', () => readers.every(({ ended }) => ended))
  })

  it('H3 masks secrets in events', async () => {
    const site = await openSite()
    const { defineSession } = await import('../session/index.ts')
    const definition = defineSession('s', { secret: ['card'] })
    const reader = await Reader.open(site)
    await site.hf.session(definition, 'a').set('card', 'tok_12345', { event: { name: 'paid', data: { by: 'tok_12345' } } })
    await until('the change', () => reader.changes.length === 1)
    expect(reader.changes[0]?.event).toEqual({ name: 'paid', data: { by: '[secret]' } })
  })
})
