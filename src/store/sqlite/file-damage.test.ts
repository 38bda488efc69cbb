import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCodec, HoldfastError } from '../../core/index.ts'
import { NOON, on, plain, set, unset, write } from '../contract/harness.ts'
import type { Engine } from '../engine.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { Reader } from '../reader.ts'
import { createSqliteEngine } from './index.ts'

afterAll(removeTemporaryFiles)

const codec = createCodec()
const sealed = (text: string): Uint8Array => codec.seal(Buffer.from(text))

/** Entities with past, patches, a deletion, terms, a fork. */
async function fill(engine: Engine): Promise<void> {
  for (let i = 0; i < 30; i++) {
    const text = `${i} `.repeat(i * 7)
    const writes = [set('/n', '', { segment: sealed(text) }), set(`/k${i % 4}`, '', { segment: sealed(`k ${i}`) })]
    const terms = [{ name: 'tag', values: ['t', `t${i % 3}`], subject: null }]
    await write(engine, `doc${i % 3}`, writes, { terms, event: sealed(`event ${i}`) }, NOON + i)
  }
  await write(engine, 'doc1', [unset('/k1')])
  await write(
    engine,
    'big',
    Array.from({ length: 150 }, (_, i) => set(`/list/a${i}`, '', { segment: sealed(`item ${i} of a list`) })),
  )
  const origin = await engine.entityByNum(1)
  await write(engine, 'fork', [set('/own', '', { segment: sealed('own') })], { origin: { num: 1, seq: origin?.seq ?? 0 } })
}

/** Everything a user could ask for, as they would get it. */
async function look(engine: Engine): Promise<unknown> {
  const reader = new Reader(engine, codec)
  const all = []
  for (const row of await engine.entities({ tenant: 'acme', order: 'id', limit: 100 })) {
    const records = await engine.history({ num: row.num, order: 'oldest', limit: 1000 })
    const events = records.map(({ event }) => event && Buffer.from(codec.open(event)).toString())
    const pasts = []
    for (const { seq } of records.filter((_, i) => i % 4 === 0)) pasts.push([...(await reader.below(row, '/', seq))])
    all.push(row, records, events, pasts, [...(await reader.currentBelow(row, ''))], await engine.terms(row.num))
  }
  return plain([all, await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: 't', limit: 100 })])
}

/**
 * `found`: reading gave something else, which the verifier sees. `refused`: an error that says what to do. `silent` must not
 * happen.
 */
type Outcome = 'intact' | 'found' | 'refused' | 'silent'

async function outcomeOf(file: string, expected: unknown, isHead = false): Promise<Outcome> {
  let engine: Engine | undefined
  try {
    engine = createSqliteEngine({ file, durability: 'os' })
    if (same(await look(engine), expected)) return 'intact'
    return (await Array.fromAsync(engine.verify())).length > 0 ? 'found' : 'silent'
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError)
    // In its first bytes a file says what it is: changed there, it may say that it is another one.
    const codes = isHead ? ['corrupt', 'needs_migration', 'invalid'] : ['corrupt']
    expect(codes, String(error)).toContain((error as HoldfastError).code)
    expect((error as HoldfastError).message).toMatch(/holdfast doctor|Upgrade Holdfast|another program/)
    return 'refused'
  } finally {
    await engine?.close()
  }
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

describe('the database file is damaged', () => {
  let bytes: Buffer
  let expected: unknown

  beforeAll(async () => {
    const file = temporaryFile()
    const engine = createSqliteEngine({ file, durability: 'os' })
    await fill(engine)
    expected = await look(engine)
    await engine.close()
    bytes = readFileSync(file)
  })

  test('cut short anywhere, it is refused, or the verifier sees it', async () => {
    const file = temporaryFile()
    for (let size = bytes.length; size > 512; size -= 4096 * 2 + 1000) {
      writeFileSync(file, bytes)
      truncateSync(file, size)
      const outcome = await outcomeOf(file, expected)
      expect({ size, outcome }).not.toMatchObject({ outcome: 'silent' })
      if (size < bytes.length / 2) expect(outcome).toBe('refused')
    }
  })

  test.each([1, 100, 4095])(
    'cut short by %i bytes, inside its last page, it takes no writes and stays as it is',
    async (missing) => {
      const file = temporaryFile()
      const cut = bytes.subarray(0, bytes.length - missing)
      writeFileSync(file, cut)
      let engine: Engine | undefined
      const written = async (): Promise<unknown> => {
        engine = createSqliteEngine({ file, durability: 'os' })
        return await engine.commit([{ ...EMPTY, entities: [on('new')] }])
      }
      await expect(written()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('inside a page') })
      await engine?.close()
      expect(readFileSync(file).equals(cut)).toBe(true)
    },
  )

  test.each([1, 2, 3])(
    'one byte changed at a hundred places (seed %i): nothing is silently wrong',
    async (seed) => {
      const random = numbers(seed)
      const outcomes: Record<Outcome, number> = { intact: 0, found: 0, refused: 0, silent: 0 }
      const silent: unknown[] = []
      for (let round = 0; round < 100; round++) {
        const at = round < 10 ? random(100) : random(bytes.length)
        const by = 1 + random(255)
        const changed = Buffer.from(bytes)
        changed[at] = (changed[at] ?? 0) ^ by
        const file = temporaryFile()
        writeFileSync(file, changed)
        const outcome = await outcomeOf(file, expected, at < 100)
        outcomes[outcome]++
        if (outcome === 'silent') silent.push({ at, by })
      }
      expect(silent).toEqual([])
      expect(outcomes.refused).toBeGreaterThan(0)
    },
    60_000,
  )

  test('a page of zeros, wherever, is not silently wrong', async () => {
    for (let page = 1; page < bytes.length / 4096; page++) {
      const changed = Buffer.from(bytes).fill(0, page * 4096, (page + 1) * 4096)
      const file = temporaryFile()
      writeFileSync(file, changed)
      const outcome = await outcomeOf(file, expected)
      expect({ page, outcome }).not.toMatchObject({ outcome: 'silent' })
    }
  }, 60_000)

  test('the intact parts of a damaged store stay readable', async () => {
    const file = temporaryFile()
    const at = bytes.indexOf('item 77 of a list')
    const changed = Buffer.from(bytes)
    changed[at] = 'I'.charCodeAt(0)
    writeFileSync(file, changed)
    const engine = createSqliteEngine({ file, durability: 'os' })
    const reader = new Reader(engine, codec)
    const row = await engine.entity({ tenant: 'acme', kind: 'doc', id: 'big' })
    if (row === undefined) throw new Error('the entity is in an intact page')
    await expect(reader.current(row, '/list/a77')).rejects.toMatchObject({ code: 'corrupt' })
    const intact = await reader.current(row, '/list/a78')
    expect(Buffer.from(intact?.plain ?? []).toString()).toBe('item 78 of a list')
    await engine.commit([{ ...EMPTY, entities: [on('new')] }])
    await engine.close()
  })
})

const EMPTY = {
  id: 'c',
  at: NOON,
  actor: null,
  cause: null,
  source: null,
  trust: null,
  store: null,
  expect: [],
  entities: [],
  outbox: [],
}

/** Numbers below a limit, from a seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % limit
  }
}
