import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, describe, test } from 'vitest'
import { engines, removeTemporaryFiles, temporaryDatabase, temporaryFile } from '../store/engines.testing.ts'
import { createMemoryEngine, createSqliteEngine, type Engine } from '../store/index.ts'
import { openPostgresEngine } from '../store/postgres/index.ts'
import { play, scripts } from '../store/scripts.testing.ts'
import { expectSameContents } from './contents.testing.ts'
import { moveEngine } from './index.ts'

afterAll(removeTemporaryFiles)

async function moved(from: Engine, to: Engine): Promise<Engine> {
  await moveEngine(from, to)
  for await (const damage of to.verify()) assert.fail(`${damage.code}: ${damage.message}`)
  return to
}

const sqliteTarget = () => createSqliteEngine({ file: temporaryFile(), durability: 'os', filling: true })

describe.each(engines)('from $name', ({ open }) => {
  test('MV1 a store that moves from one partition to three, to eight and back tells the same everywhere', {
    timeout: 120_000,
  }, async () => {
    await forAll(async (script) => {
      const source = await open()
      const sqlite = sqliteTarget()
      try {
        await play(source, script)
        let at = source
        for (const partitions of [3, 8]) {
          at = await moved(at, createMemoryEngine({ partitions }))
          await expectSameContents(source, at)
        }
        await expectSameContents(source, await moved(at, sqlite))
      } finally {
        await source.close()
        await sqlite.close()
      }
    })
  })
})

test('MV1 a store that moves to PostgreSQL, there to another number of partitions, and back tells the same everywhere', {
  timeout: 120_000,
}, async () => {
  await forAll(async (script) => {
    const source = createMemoryEngine()
    await play(source, script)
    const opened: Engine[] = []
    const inPostgres = async (partitions: number): Promise<Engine> => {
      const engine = await openPostgresEngine({ url: await temporaryDatabase(), partitions, connections: 2, filling: true })
      opened.push(engine)
      return engine
    }
    let at: Engine = source
    for (const partitions of [1, 8, 3]) {
      at = await moved(at, await inPostgres(partitions))
      await expectSameContents(source, at)
    }
    await expectSameContents(source, await moved(at, createMemoryEngine()))
    for (const engine of opened) await engine.close()
  }, 6)
})

function forAll(check: (script: Parameters<typeof play>[1]) => Promise<void>, numRuns = 100): Promise<void> {
  return fc.assert(fc.asyncProperty(scripts, check), { seed: 20_261_128, numRuns }) as Promise<void>
}
