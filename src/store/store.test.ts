import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, describe, test } from 'vitest'
import { createCodec } from '../core/index.ts'
import { patience, runs } from '../core/runs.testing.ts'
import { commit, ref } from './contract/harness.ts'
import type { Engine, EntityRow, Origin, Write } from './engine.ts'
import { everyEngine, removeTemporaryFiles } from './engines.testing.ts'
import type { EntityState } from './entity-state.ts'
import { type Need, Store } from './store.ts'

afterAll(removeTemporaryFiles)

type Values = Readonly<Record<string, string | null>>

/** Text that differs little from one version to the next, so that patches are worth keeping. */
const text = (n: number): string => `${'the same old story '.repeat(8)}${n}`
const PLAIN = { class: 'state', subject: null } as const

const string = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()

/** Asks until it is there, as whoever loads has to. */
async function load(store: Store, state: EntityState, need: Exclude<Need, { what: 'row' }>): Promise<void> {
  do await store.load(state, need)
  while (need.what === 'key' ? state.durable(need.key) === undefined : !state.covers(need.prefix))
}

/** A store that is written to as a commit of the runtime would. */
class Desk {
  readonly store: Store
  readonly engine: Engine

  constructor(engine: Engine, cacheBytes = 1_000_000) {
    this.engine = engine
    this.store = new Store(engine, { cacheBytes })
  }

  /** Writes values (null deletes) to a document; returns its row. */
  async write(
    id: string,
    values: Values,
    more: { delete?: boolean; origin?: Pick<Origin, 'num' | 'seq'> } = {},
  ): Promise<EntityRow> {
    const state = this.store.state(ref(id))
    const writes: Write[] = []
    for (const [key, value] of Object.entries(values)) {
      await load(this.store, state, { what: 'key', key })
      const plain = value === null ? null : Buffer.from(value)
      writes.push(this.store.seal(key, plain, state.durable(key) ?? null, PLAIN))
    }
    const [receipt] = await this.engine.commit([
      commit({ entities: [{ entity: ref(id), terms: [], event: null, writes, ...more }] }),
    ])
    assert.equal(receipt?.status, 'ok')
    this.store.invalidate(state)
    return this.row(id)
  }

  async row(id: string): Promise<EntityRow> {
    const row = await this.engine.entity(ref(id))
    assert.ok(row)
    return row
  }

  async current(id: string, prefix = ''): Promise<Record<string, string>> {
    const state = this.store.state(ref(id))
    await load(this.store, state, { what: 'below', prefix })
    const living = [...state.entries].flatMap(([key, entry]) =>
      entry === null || !key.startsWith(prefix) ? [] : [[key, string(entry.plain)]],
    )
    return Object.fromEntries(living)
  }

  async past(id: string, seq: number): Promise<Record<string, string>> {
    const versions = await this.store.reader.below(await this.row(id), '', seq)
    return Object.fromEntries([...versions].map(([key, { plain }]) => [key, string(plain)]))
  }
}

const KEYS = ['a', 'b', 'b/c', 'ä'] as const
const step = fc.record({
  what: fc.constantFrom('write', 'write', 'write', 'write', 'fork', 'delete', 'remake'),
  id: fc.nat(3),
  keys: fc.uniqueArray(fc.constantFrom(...KEYS), { minLength: 1, maxLength: 3 }),
  gone: fc.boolean(),
  back: fc.nat(4),
})

describe.each(everyEngine)('the store on $name', { timeout: patience }, ({ name, open }) => {
  test('I5 whatever was current at any point of the log can be read, through patches, deletions and forks of forks', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const desk = new Desk(await open())
      /** What each document was at each seq it has a record at. */
      const history = new Map<string, { seq: number; values: Record<string, string> }[]>()
      let n = 0
      for (const { what, id: number, keys, gone, back } of steps) {
        const id = `d${number}`
        const known = history.get(id)
        const now = known?.at(-1)?.values ?? {}
        if (what === 'fork' && known === undefined) {
          const [from, past] = [...history][back % Math.max(history.size, 1)] ?? []
          const moment = past?.[Math.max(0, past.length - 1 - back)]
          if (from === undefined || moment === undefined) continue
          const { num } = await desk.row(from)
          const { seq } = await desk.write(id, {}, { origin: { num, seq: moment.seq } })
          history.set(id, [{ seq, values: { ...moment.values } }])
        } else if (what === 'delete') {
          if (known === undefined) continue
          const { seq } = await desk.write(id, {}, { delete: true })
          known.push({ seq, values: {} })
        } else {
          const changes = Object.fromEntries(keys.map((key) => [key, gone && known !== undefined ? null : text(n++)]))
          const { seq } = await desk.write(id, changes)
          const values = Object.fromEntries(
            Object.entries({ ...now, ...changes }).filter(([, value]) => value !== null),
          ) as Record<string, string>
          history.set(id, [...(known ?? []), { seq, values }])
        }
      }
      for (const [id, moments] of history) {
        assert.deepEqual(await desk.current(id), moments.at(-1)?.values)
        for (const { seq, values } of moments) {
          assert.deepEqual(await desk.past(id, seq), values, `${id} at ${seq}`)
          for (const key of KEYS) {
            const version = await desk.store.reader.at(await desk.row(id), key, seq)
            assert.equal(version && string(version.plain), values[key], `${key} of ${id} at ${seq}`)
          }
        }
      }
      await desk.engine.close()
    })
    await fc.assert(property, runs(name === 'postgres' ? 12 : 60))
  })

  test('I5 a long history of one key is kept as patches with an image now and then: any past value is near one', async () => {
    const desk = new Desk(await open())
    const seqs: number[] = []
    for (let n = 0; n < 100; n++) seqs.push((await desk.write('d', { k: text(n) })).seq)
    const { num } = await desk.row('d')
    let patches = 0
    for (const [n, seq] of seqs.entries()) {
      const chain = await desk.engine.version(num, 'k', seq)
      assert.ok((chain?.versions.length ?? 99) <= 26, `version ${n} is made of ${chain?.versions.length}`)
      patches += chain?.versions[0]?.op === 'patch' ? 1 : 0
      assert.deepEqual(await desk.past('d', seq), { k: text(n) })
    }
    assert.ok(patches > 80)
    await desk.engine.close()
  })

  test('I10 what is loaded once is not asked for again, and a prefix that is known answers for all below it', async () => {
    const inner = await open()
    let reads = 0
    const engine: Engine = {
      ...inner,
      entry(num, key) {
        reads++
        return inner.entry(num, key)
      },
      entries(num, range, limit) {
        reads++
        return inner.entries(num, range, limit)
      },
    }
    await new Desk(inner).write('d', { 'list/a': '1', 'list/b': '2', other: '3' })
    const { store } = new Desk(engine)
    const state = store.state(ref('d'))
    for (let i = 0; i < 3; i++) await load(store, state, { what: 'below', prefix: 'list/' })
    for (const key of ['list/a', 'list/none']) await load(store, state, { what: 'key', key })
    await load(store, state, { what: 'below', prefix: 'list/a' })
    assert.equal(reads, 1)
    assert.equal(state.durable('list/none'), null)
    assert.equal(state.durable('other'), undefined)
    for (let i = 0; i < 3; i++) await load(store, state, { what: 'key', key: 'none' })
    assert.equal(reads, 2)
    await inner.close()
  })

  test('I10 many at once ask for the same: it is counted once', async () => {
    const desk = new Desk(await open())
    await desk.write('d', { a: 'x'.repeat(1000), b: 'y'.repeat(500) })
    const { store } = desk
    const state = store.state(ref('d'))
    const before = store.cacheBytes
    await load(store, state, { what: 'below', prefix: '' })
    const once = store.cacheBytes - before
    assert.ok(once >= 1500, `${once} bytes for values of 1,500`)
    store.invalidate(state)
    assert.equal(store.cacheBytes, before)
    const needs = ['a', 'a', 'b', 'a'].map((key) => load(store, state, { what: 'key', key }))
    await Promise.all([...needs, load(store, state, { what: 'below', prefix: '' })])
    assert.equal(store.cacheBytes - before, once)
    store.invalidate(state)
    assert.equal(store.cacheBytes, before)
    await desk.engine.close()
  })

  test('I10 what has been evicted while it was held is not counted, nor mistaken for what is there now', async () => {
    const desk = new Desk(await open(), 4000)
    for (const id of ['d', 'e', 'f']) await desk.write(id, { k: 'x'.repeat(3000) })
    const held = desk.store.state(ref('d'))
    for (const id of ['e', 'f', 'e', 'f']) await desk.current(id)
    assert.notEqual(desk.store.state(ref('d')), held)
    const before = desk.store.cacheBytes
    await load(desk.store, held, { what: 'key', key: 'k' })
    desk.store.invalidate(held)
    assert.equal(desk.store.cacheBytes, before)
    await desk.engine.close()
  })

  test('I10 of a large entity only the older half is evicted, also while it is written to, and is read again when it is asked for', async () => {
    const desk = new Desk(await open(), 150_000)
    const { store } = desk
    const needs = Array.from({ length: 10 }, (_, i): Exclude<Need, { what: 'row' }> => ({ what: 'key', key: `b/${i}` }))
    await desk.write('d', { 'a/0': 'x'.repeat(10_000) })
    await desk.write('d', Object.fromEntries(needs.map((_, i) => [`b/${i}`, 'y'.repeat(10_000)])))
    const state = store.state(ref('d'))
    state.pending++
    for (let i = 0; i < 2; i++) state.recall('all', () => 'before')
    for (const need of [{ what: 'below', prefix: 'a/' } as const, ...needs]) await load(store, state, need)
    assert.ok(store.cacheBytes <= 150_000)
    assert.equal(
      state.recall('all', () => 'after'),
      'after',
    )
    const { misses } = store
    for (const need of needs.slice(-5)) await load(store, store.state(ref('d')), need)
    assert.equal(store.misses, misses)
    assert.equal(state.covers('a/'), false)
    assert.deepEqual(await desk.current('d', 'a/'), { 'a/0': 'x'.repeat(10_000) })
    await desk.engine.close()
  })

  test('I9 a damaged segment is corrupt, where it is read, and nowhere else', async () => {
    const desk = new Desk(await open())
    await desk.write('d', { good: 'fine' })
    const write = { key: 'bad', ...PLAIN, segment: Buffer.from([0x11, 0, 1, 2, 3]), undo: null, run: 0 }
    await desk.engine.commit([commit({ entities: [{ entity: ref('d'), terms: [], event: null, writes: [write] }] })])
    const state = desk.store.state(ref('d'))
    await assert.rejects(load(desk.store, state, { what: 'key', key: 'bad' }), { code: 'corrupt' })
    await load(desk.store, state, { what: 'key', key: 'good' })
    assert.equal(string(state.durable('good')?.plain), 'fine')
    await desk.engine.close()
  })

  test('I11 segments of another key are read with it, and not without', async () => {
    const engine = await open()
    const cipher = (name: string) => ({
      keyId: Buffer.from(name),
      seal: (body: Uint8Array) => body.map((byte) => byte ^ 7),
      open(body: Uint8Array, keyId: Uint8Array) {
        if (Buffer.from(keyId).toString() !== name) throw new Error(`no key ${Buffer.from(keyId)}`)
        return body.map((byte) => byte ^ 7)
      },
    })
    const sealed = createCodec({ cipher: cipher('one') }).seal(Buffer.from('secret'))
    const write = { key: 'k', ...PLAIN, segment: sealed, undo: null, run: 0 }
    await engine.commit([commit({ entities: [{ entity: ref('d'), terms: [], event: null, writes: [write] }] })])
    const read = async (name: string): Promise<string> => {
      const store = new Store(engine, { cipher: cipher(name) })
      const state = store.state(ref('d'))
      await load(store, state, { what: 'key', key: 'k' })
      return string(state.durable('k')?.plain)
    }
    assert.equal(await read('one'), 'secret')
    await assert.rejects(read('two'), /no key one/)
    await engine.close()
  })
})
