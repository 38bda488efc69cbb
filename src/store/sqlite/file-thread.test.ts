import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, test } from 'vitest'
import { commit, on, set, write } from '../contract/harness.ts'
import { type ContractHarness, engineContract } from '../contract.ts'
import type { Engine } from '../engine.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { createSqliteEngine } from './index.ts'

afterAll(removeTemporaryFiles)

const files = new WeakMap<Engine, string>()

function openFile(file: string): Engine {
  const engine = createSqliteEngine({ file, durability: 'os', writer: 'thread' })
  files.set(engine, file)
  return engine
}

const harness: ContractHarness = {
  open: async () => openFile(temporaryFile()),
  async reopen(engine) {
    await engine.close()
    return openFile(files.get(engine) ?? '')
  },
  second: async (engine) => openFile(files.get(engine) ?? ''),
}

describe('the writer thread keeps the contract', () => {
  for (const { id, title, needs, run } of engineContract)
    test.skipIf(needs === 'nodes').concurrent(`${id} ${title}`, () => run(harness))
})

describe('where commits are made', () => {
  test('the write-ahead log is begun anew before it is long, also when each batch changes many entities', async () => {
    const file = temporaryFile()
    const engine = createSqliteEngine({ file, durability: 'os', writer: 'thread' })
    const ids = Array.from({ length: 64 }, (_, i) => `e${i}`)
    const store = (from: number, to: number) => {
      const keys = Array.from({ length: to - from }, (_, i) => set(`k${from + i}`, 'x'.repeat(30)))
      return engine.commit(ids.map((id) => commit({ entities: [on(id, { writes: keys })] })))
    }
    // Each entity's part of the index fills pages of its own.
    await store(0, 200)
    let longest = 0
    for (let n = 200; n < 400; n++) {
      await store(n, n + 1)
      longest = Math.max(longest, statSync(`${file}-wal`).size)
    }
    expect(longest).toBeLessThan(48 * 1024 * 1024)
    await engine.close()
  })

  test('more commits are asked for at once where they do not hold up the event loop', async () => {
    const away = createSqliteEngine({ file: temporaryFile(), durability: 'os', writer: 'thread' })
    const here = createSqliteEngine({ file: temporaryFile(), durability: 'os', writer: 'inline' })
    expect(away.batch ?? 0).toBeGreaterThan(here.batch ?? 0)
    await Promise.all([away.close(), here.close()])
  })

  test('where many entities are at work commits move to the thread, which likes two batches at once; and back', async () => {
    const engine = createSqliteEngine({ file: temporaryFile(), durability: 'os' })
    const batch = (width: number) => Array.from({ length: 32 }, (_, i) => commit({ entities: [on(`${i % width}`)] }))
    const settle = async (width: number, inFlight: number): Promise<void> => {
      for (let i = 0; i < 500 && (i < 20 || engine.inFlight !== inFlight); i++) await engine.commit(batch(width))
      expect(engine.inFlight).toBe(inFlight)
    }
    await settle(1, 1)
    expect(engine.commit(batch(1))).not.toBeInstanceOf(Promise)
    await settle(32, 2)
    expect(engine.batch ?? 0).toBeGreaterThan(32)
    const twice = [engine.commit(batch(32)), engine.commit(batch(32))]
    for (const receipts of twice) expect((await receipts).every(({ status }) => status === 'ok')).toBe(true)
    await settle(1, 1)
    await engine.close()
  })

  test('batches handed to the thread are stored in the order they were handed over', async () => {
    const engine = openFile(temporaryFile())
    const receipts = await Promise.all(
      Array.from({ length: 50 }, (_, i) => engine.commit([commit({ entities: [on('a', { writes: [set('n', String(i))] })] })])),
    )
    expect(receipts.map(([receipt]) => receipt?.status === 'ok' && receipt.records[0]?.revision)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    )
    expect(Buffer.from((await engine.entry(1, 'n'))?.segment ?? []).toString()).toBe('49')
    await engine.close()
  })

  test('a lock held elsewhere moves commits to the thread; the event loop turns on', async () => {
    const file = temporaryFile()
    const engine = createSqliteEngine({ file, durability: 'os' })
    await write(engine, 'a', [set('n', '1')])
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    let settled = false
    const waiting = [2, 3].map((n) => write(engine, 'a', [set('n', String(n))]).finally(() => (settled = true)))
    expect(await timersFired(200)).toBe(200)
    expect(settled).toBe(false)
    expect((await engine.entity({ tenant: 'acme', kind: 'doc', id: 'a' }))?.revision).toBe(1)
    other.exec('rollback')
    expect((await Promise.all(waiting)).map(({ revision }) => revision)).toEqual([2, 3])
    expect((await write(engine, 'a', [set('n', '4')])).revision).toBe(4)
    other.close()
    await engine.close()
  })

  test('inline, a lock held elsewhere is a refusal at once', async () => {
    const file = temporaryFile()
    const engine = createSqliteEngine({ file, durability: 'os', writer: 'inline' })
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    await expect(write(engine, 'a', [set('n', '1')])).rejects.toMatchObject({ code: 'unavailable', details: { reason: 'busy' } })
    other.exec('rollback')
    expect((await write(engine, 'a', [set('n', '1')])).revision).toBe(1)
    other.close()
    await engine.close()
  })

  test('claims and sweeps wait for a lock without holding up the event loop', async () => {
    const file = temporaryFile()
    const engine = createSqliteEngine({ file, durability: 'os' })
    const other = new DatabaseSync(file)
    other.exec('begin immediate')
    const claims = engine.claim({ owner: 'me', queues: ['q'], now: 1, lease: 2, limit: 1 })
    expect(await timersFired(50)).toBe(50)
    other.exec('rollback')
    expect(await claims).toEqual([])
    other.close()
    await engine.close()
  })

  test('closing waits for what was handed over', async () => {
    const file = temporaryFile()
    const engine = createSqliteEngine({ file, durability: 'os', writer: 'thread' })
    const waiting = Array.from({ length: 20 }, (_, i) => write(engine, 'a', [set('n', String(i))]))
    await engine.close()
    expect((await Promise.all(waiting)).length).toBe(20)
    const again = createSqliteEngine({ file })
    expect((await again.entity({ tenant: 'acme', kind: 'doc', id: 'a' }))?.revision).toBe(20)
    await again.close()
  })
})

/** How many of so many timers, one after the other, have come round: none would while the event loop is held up. */
async function timersFired(count: number): Promise<number> {
  let fired = 0
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1))
    fired++
  }
  return fired
}
