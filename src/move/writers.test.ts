import { setTimeout } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { commit, NOON, on, row, set } from '../store/contract/harness.ts'
import { removeTemporaryFiles, temporaryDatabase, temporaryFile } from '../store/engines.testing.ts'
import { createSqliteEngine } from '../store/index.ts'
import { openPostgresEngine } from '../store/postgres/index.ts'
import { moveEngine } from './index.ts'

afterAll(removeTemporaryFiles)

test('MV3 commits over several partitions, made by others while a PostgreSQL store moves, are in the file or were refused', {
  timeout: 60_000,
}, async () => {
  const url = await temporaryDatabase()
  const source = await openPostgresEngine({ url, connections: 3 })
  const target = createSqliteEngine({ file: temporaryFile(), durability: 'os', filling: true })
  const writers = await Promise.all(['x', 'y', 'z'].map(() => openPostgresEngine({ url, connections: 2 })))
  const write = async (engine: (typeof writers)[number], writer: number): Promise<string[]> => {
    const stored: string[] = []
    for (let turn = 0; ; turn++) {
      const ids = [`a${writer}`, `b${turn % 9}`, `c${turn % 4}`]
      const next = commit({ at: NOON + turn, entities: ids.map((id) => on(id, { writes: [set('k', `${writer} ${turn}`)] })) })
      const receipts = await Promise.resolve(engine.commit([next])).catch(() => [])
      if (receipts[0]?.status !== 'ok') return stored
      stored.push(next.id)
      await setTimeout(5)
    }
  }
  const writing = writers.map(write)
  while ((await source.heads()).reduce((sum, { seq }) => sum + seq, 0) < 300)
    await new Promise((resolve) => setImmediate(resolve))
  const report = await moveEngine(source, target)
  const stored = await Promise.all(writing)
  expect(report.records).toBe(3 * stored.flat().length)
  for (const [writer, ids] of stored.entries()) {
    const records = await target.history({ num: (await row(target, `a${writer}`)).num, order: 'oldest', limit: 99_999 })
    expect(records.map((record) => record.commit)).toEqual(ids)
  }
  for (const engine of [source, target, ...writers]) await engine.close()
})
