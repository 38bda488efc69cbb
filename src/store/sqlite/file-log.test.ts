import { copyFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, test } from 'vitest'
import { set, write } from '../contract/harness.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { createSqliteEngine } from './index.ts'

afterAll(removeTemporaryFiles)

const COMMITS = 40

/** A store as a crash leaves it: the database file, its write-ahead log, and how long the log was at each acknowledgement. */
async function crashed(): Promise<{ readonly file: string; readonly log: Buffer; readonly ends: readonly number[] }> {
  const [living, file] = [temporaryFile(), temporaryFile()]
  const engine = createSqliteEngine({ file: living })
  const ends = [statSync(`${living}-wal`).size]
  for (let i = 1; i <= COMMITS; i++) {
    await write(engine, 'a', [set('n', String(i)), set(`k${i % 5}`, `${i} `.repeat(i * 20))])
    ends.push(statSync(`${living}-wal`).size)
  }
  copyFileSync(living, file)
  const log = readFileSync(`${living}-wal`)
  await engine.close()
  return { file, log, ends }
}

/** Opens the store with this log and tells how many commits are there; they must be whole, and a store that goes on. */
async function survivors(file: string, log: Uint8Array): Promise<number> {
  const copy = temporaryFile()
  copyFileSync(file, copy)
  writeFileSync(`${copy}-wal`, log)
  const engine = createSqliteEngine({ file: copy })
  try {
    const row = await engine.entity({ tenant: 'acme', kind: 'doc', id: 'a' })
    const records = row === undefined ? [] : await engine.history({ num: row.num, order: 'oldest', limit: 1000 })
    const count = records.length
    expect(records.map(({ revision }) => revision)).toEqual(Array.from({ length: count }, (_, i) => i + 1))
    for (let i = 1; i <= count; i++) {
      const chain = await engine.version(1, 'n', records[i - 1]?.seq ?? 0)
      expect(chain?.versions.length).toBeGreaterThan(0)
    }
    if (count > 0) expect(Buffer.from((await engine.entry(1, 'n'))?.segment ?? []).toString()).toBe(String(count))
    expect(await Array.fromAsync(engine.verify())).toEqual([])
    expect((await write(engine, 'a', [set('n', 'next')])).revision).toBe(count + 1)
    return count
  } finally {
    await engine.close()
  }
}

describe('the write-ahead log was torn when the machine stopped', () => {
  test('cut anywhere, what was acknowledged before the cut is there, and nothing else', async () => {
    const { file, log, ends } = await crashed()
    const cuts = ends
      .flatMap((end) => [end - 1, end, end + 1, end + 24, end + 4096 + 23])
      .filter((cut) => cut >= 0 && cut <= log.length)
    for (const cut of [0, 1, 31, 32, ...cuts]) {
      const acknowledged = ends.findLastIndex((end) => end <= cut)
      expect(await survivors(file, log.subarray(0, cut))).toBe(Math.max(acknowledged, 0))
    }
  }, 60_000)

  test('with garbage behind it, everything acknowledged is there', async () => {
    const { file, log } = await crashed()
    const random = randomBytes(42)
    for (const garbage of [
      random(1),
      random(24),
      random(4120),
      random(50_000),
      Buffer.alloc(4120),
      log.subarray(32, 32 + 4120 * 3),
    ])
      expect(await survivors(file, Buffer.concat([log, garbage]))).toBe(COMMITS)
  })

  test('with a byte changed in the last commit, the others are there', async () => {
    const { file, log, ends } = await crashed()
    const start = ends.at(-2) ?? 0
    const pick = randomBytes(7)
    for (let round = 0; round < 24; round++) {
      const changed = Buffer.from(log)
      const [hi = 0, lo = 0, by = 1] = pick(3)
      const at = start + ((hi * 256 + lo) % (log.length - start))
      changed[at] = (changed[at] ?? 0) ^ (by || 1)
      expect(await survivors(file, changed)).toBe(COMMITS - 1)
    }
  })

  test('with a byte changed anywhere, what is there is a beginning of what was acknowledged', async () => {
    const { file, log, ends } = await crashed()
    const pick = randomBytes(11)
    for (let round = 0; round < 24; round++) {
      const changed = Buffer.from(log)
      const [a = 0, b = 0, c = 0, by = 1] = pick(4)
      const at = 32 + (((a << 16) | (b << 8) | c) % (log.length - 32))
      changed[at] = (changed[at] ?? 0) ^ (by || 1)
      expect(await survivors(file, changed)).toBe(
        Math.max(
          ends.findLastIndex((end) => end <= at),
          0,
        ),
      )
    }
  })
})

/** Bytes from a seed (mulberry32). */
function randomBytes(seed: number): (count: number) => Buffer {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) & 0xff
  }
  return (count) => Buffer.from(Array.from({ length: count }, next))
}
