import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { accept, on, promise, set, write } from '../contract/harness.ts'
import type { Engine } from '../engine.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { noSmallDisk, SmallDisk } from './disk.testing.ts'
import { createSqliteEngine } from './index.ts'

const engines: Engine[] = []

function open(file: string): Engine {
  const engine = createSqliteEngine({ file, durability: 'os' })
  engines.push(engine)
  return engine
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
})
afterAll(removeTemporaryFiles)

/** A file as the first Holdfast wrote it, with an effect that has failed and one that waits. */
async function ofFormat1(): Promise<string> {
  const file = temporaryFile()
  const engine = createSqliteEngine({ file, durability: 'os' })
  const claim = { owner: 'w', lease: 9 }
  await accept(engine, { entities: [on('a', { writes: [set('k', 'v')] })], outbox: [promise('m1', { claim }), promise('m2')] })
  await accept(engine, { outbox: [{ op: 'settle', id: 'm1', epoch: 1, state: 'dead', result: Buffer.from('failed') }] })
  await engine.close()
  using db = new DatabaseSync(file)
  db.exec('drop index outbox_dead; pragma user_version = 1')
  return file
}

function formatOf(file: string): { version: unknown; index: unknown } {
  using db = new DatabaseSync(file, { readOnly: true })
  const { user_version: version } = db.prepare('pragma user_version').get() ?? {}
  return { version, index: db.prepare("select sql from sqlite_schema where name = 'outbox_dead'").get()?.sql }
}

const FORMAT_2 = { version: 2, index: 'CREATE INDEX outbox_dead on outbox(id) where state = 3' }

describe('a file of format 1', () => {
  test('becomes what a new file is, and keeps what is in it', async () => {
    const [file, fresh] = [await ofFormat1(), temporaryFile()]
    expect(formatOf(file)).toEqual({ version: 1, index: undefined })
    const engine = open(file)
    open(fresh)
    expect(formatOf(file)).toEqual(FORMAT_2)
    expect(formatOf(fresh)).toMatchObject({ version: 2 })
    expect((await engine.outbox({ state: 'dead', limit: 9 })).map(({ id }) => id)).toEqual(['m1'])
    expect(Buffer.from((await engine.entry(1, 'k'))?.segment ?? []).toString()).toBe('v')
    expect((await write(engine, 'a', [set('k', 'w')])).revision).toBe(2)
    expect(await Array.fromAsync(engine.verify())).toEqual([])
  })

  test('that has the index already, as the last ones of this format have, is as good', async () => {
    const file = await ofFormat1()
    using db = new DatabaseSync(file)
    db.exec('create index outbox_dead on outbox(id) where state = 3')
    await write(open(file), 'a', [set('k', 'w')])
    expect(formatOf(file)).toMatchObject({ version: 2 })
  })

  test('is migrated once when several open it, and whoever has it open goes on', async () => {
    const file = await ofFormat1()
    const opened = Array.from({ length: 4 }, () => open(file))
    for (const [i, engine] of opened.entries()) expect((await write(engine, 'a', [set('k', `${i}`)])).revision).toBe(i + 2)
    expect(formatOf(file)).toEqual(FORMAT_2)
  })

  test('stays what it was when the migration fails', async () => {
    const file = await ofFormat1()
    using db = new DatabaseSync(file)
    db.exec('begin immediate')
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'unavailable', details: { reason: 'busy' } }))
    db.exec('rollback')
    expect(formatOf(file)).toEqual({ version: 1, index: undefined })
  })
})

test.skipIf(noSmallDisk !== undefined)('an older file where nothing can be written is refused and says what to do', async () => {
  const disk = SmallDisk.mount(8192)
  if (disk === undefined) throw new Error('a disk could be mounted a moment ago')
  try {
    const file = join(disk.folder, 'agent.db')
    copyFileSync(await ofFormat1(), file)
    expect(disk.makeReadOnly()).toBe(true)
    expect(() => open(file)).toThrow(
      expect.objectContaining({ code: 'needs_migration', message: expect.stringContaining('Open it once where it can') }),
    )
    disk.makeWritable()
    expect((await write(open(file), 'a', [set('k', 'w')])).revision).toBe(2)
    await engines.pop()?.close()
  } finally {
    disk.remove()
  }
})
