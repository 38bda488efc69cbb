import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { NOON, on, ref, set, write } from '../contract/harness.ts'
import type { Engine } from '../engine.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { noSmallDisk, SmallDisk } from './disk.testing.ts'
import { createSqliteEngine, type SqliteOptions } from './index.ts'

const engines: Engine[] = []
const disks: SmallDisk[] = []

function open(file: string, options: Partial<SqliteOptions> = {}): Engine {
  const engine = createSqliteEngine({ file, durability: 'os', ...options })
  engines.push(engine)
  return engine
}

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.close()
  for (const disk of disks.splice(0)) disk.remove()
})
afterAll(removeTemporaryFiles)

async function filled(): Promise<string> {
  const file = temporaryFile()
  const engine = createSqliteEngine({ file, durability: 'os' })
  await write(engine, 'a', [set('k', 'v')])
  await engine.close()
  return file
}

const refused = (code: string, text: string) =>
  expect.objectContaining({ name: 'HoldfastError', code, message: expect.stringContaining(text) })

function change(file: string, sql: string): void {
  const db = new DatabaseSync(file)
  db.exec(sql)
  db.close()
}

describe('opening what is not ours to open', () => {
  test('a file of a newer format is refused and stays as it is', async () => {
    const file = await filled()
    change(file, 'pragma user_version = 99')
    const before = readFileSync(file)
    expect(() => open(file)).toThrow(refused('needs_migration', 'Upgrade Holdfast'))
    expect(readFileSync(file).equals(before)).toBe(true)
    expect(readdirSync(dirname(file))).toEqual(['agent.db'])
  })

  test.each([
    ['with tables', 'create table theirs(x)'],
    ['with a mark of its own', 'pragma application_id = 4711'],
  ])('another program’s database %s is refused and stays as it is', (_, sql) => {
    const file = temporaryFile()
    change(file, sql)
    const before = readFileSync(file)
    expect(() => open(file)).toThrow(refused('invalid', 'another program'))
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test.each([
    ['text', Buffer.from('Dear diary, this is no database at all. '.repeat(100))],
    ['a single byte', Buffer.from('x')],
    ['zeros', Buffer.alloc(8192)],
  ])('%s is no database, and stays as it is', (_, bytes) => {
    const file = temporaryFile()
    writeFileSync(file, bytes)
    expect(() => open(file)).toThrow(refused('corrupt', 'not a database'))
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  test('an empty file, and one of which only the beginning was made, become a store', async () => {
    const file = temporaryFile()
    writeFileSync(file, '')
    await write(open(file), 'a', [set('k', 'v')])
    const begun = temporaryFile()
    change(begun, 'pragma auto_vacuum = incremental; pragma journal_mode = wal')
    await write(open(begun), 'a', [set('k', 'v')])
  })

  test('a missing folder, and a folder instead of a file', () => {
    const file = temporaryFile()
    expect(() => open(join(dirname(file), 'missing', 'agent.db'))).toThrow(refused('not_found', 'the folder must exist'))
    mkdirSync(file)
    expect(() => open(file)).toThrow(refused('not_found', 'cannot be opened'))
  })
})

describe('the file is taken away while it is open', () => {
  test.each(['inline', 'thread'] as const)('%s: deleted, then put back', async (writer) => {
    const file = await filled()
    const engine = open(file, { writer })
    await write(engine, 'a', [set('k', 'before')])
    renameSync(file, `${file}.away`)
    await expect(write(engine, 'a', [set('k', 'lost')])).rejects.toEqual(refused('unavailable', 'removed or replaced'))
    expect((await engine.entity(ref('a')))?.revision).toBe(2)
    renameSync(`${file}.away`, file)
    expect((await write(engine, 'a', [set('k', 'after')])).revision).toBe(3)
  })

  test.each(['inline', 'thread'] as const)('%s: replaced by another store', async (writer) => {
    const [file, other] = [await filled(), await filled()]
    const engine = open(file, { writer })
    const before = readFileSync(other)
    rmSync(file)
    copyFileSync(other, file)
    await expect(write(engine, 'a', [set('k', 'lost')])).rejects.toEqual(refused('unavailable', 'removed or replaced'))
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  test('the writer thread makes no new file', async () => {
    const file = await filled()
    const engine = open(file, { writer: 'thread' })
    const saved = readFileSync(file)
    rmSync(file)
    await expect(write(engine, 'a', [set('k', 'lost')])).rejects.toEqual(refused('unavailable', 'removed or replaced'))
    expect(readdirSync(dirname(file)).includes('agent.db')).toBe(false)
    writeFileSync(file, saved)
    await expect(write(engine, 'a', [set('k', 'lost')])).rejects.toEqual(refused('unavailable', 'removed or replaced'))
  })
})

test('a relative path means the same file whatever the working directory becomes', async () => {
  const file = await filled()
  const before = process.cwd()
  try {
    process.chdir(dirname(file))
    const engine = open('agent.db', { writer: 'thread' })
    process.chdir(before)
    expect((await write(engine, 'a', [set('k', 'w')])).revision).toBe(2)
  } finally {
    process.chdir(before)
  }
})

describe.skipIf(noSmallDisk !== undefined)(`read-only${noSmallDisk === undefined ? '' : ` (skipped: ${noSmallDisk})`}`, () => {
  const disk = (): SmallDisk => {
    const made = SmallDisk.mount(8192)
    if (made === undefined) throw new Error('a disk could be mounted a moment ago')
    disks.push(made)
    return made
  }

  test.each(['auto', 'thread'] as const)('%s: reading works, writing is refused', async (writer) => {
    const small = disk()
    const file = join(small.folder, 'agent.db')
    copyFileSync(await filled(), file)
    expect(small.makeReadOnly()).toBe(true)
    const engine = open(file, { writer })
    expect(await engine.entity(ref('a'))).toMatchObject({ revision: 1 })
    expect(Buffer.from((await engine.entry(1, 'k'))?.segment ?? []).toString()).toBe('v')
    await expect(write(engine, 'a', [set('k', 'w')])).rejects.toMatchObject({
      code: 'unavailable',
      details: { reason: 'read_only' },
    })
    expect((await engine.entity(ref('a')))?.revision).toBe(1)
    await engine.close()
    small.makeWritable()
    expect((await write(open(file), 'a', [set('k', 'w')])).revision).toBe(2)
  })

  test('a file that was not closed cannot be read there, and nothing of it is lost', async () => {
    const small = disk()
    const [source, file] = [temporaryFile(), join(small.folder, 'agent.db')]
    const writing = open(source)
    await writing.commit([])
    await write(writing, 'a', [set('k', 'v')])
    for (const end of ['', '-wal']) copyFileSync(source + end, file + end)
    expect(small.makeReadOnly()).toBe(true)
    expect(() => open(file)).toThrow(expect.objectContaining({ code: 'unavailable', details: { reason: 'read_only' } }))
    small.makeWritable()
    expect((await write(open(file), 'a', [set('k', 'w')], {}, NOON)).revision).toBe(2)
  })
})

test('a store made by several connections at once is made once', async () => {
  const file = temporaryFile()
  const opened = Array.from({ length: 8 }, () => open(file))
  expect(new Set(opened.map((engine) => engine.storeId)).size).toBe(1)
  const receipts = await Promise.all(
    opened.map((engine, i) => engine.commit([{ ...commitOf(`c${i}`), entities: [on(`doc${i}`)] }])),
  )
  expect(receipts.map(([receipt]) => receipt?.status)).toEqual(opened.map(() => 'ok'))
})

function commitOf(id: string) {
  return { id, at: NOON, actor: null, cause: null, source: null, trust: null, store: null, expect: [], entities: [], outbox: [] }
}

test('a file that several threads make at the same moment is ours to all of them', async () => {
  const files = Array.from({ length: 60 }, temporaryFile)
  const workerData = { files, threads: 4, arrived: new Int32Array(new SharedArrayBuffer(4 * files.length)) }
  const url = new URL('./opener.testing.ts', import.meta.url)
  const opened = Array.from({ length: workerData.threads }, async () => {
    const worker = new Worker(url, { workerData })
    await once(worker, 'exit')
  })
  await Promise.all(opened)
})
