import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { open } from '../../index.ts'
import { openTerminal, type Terminal } from '../terminal.testing.ts'

let terminal: Terminal
beforeEach(async () => {
  terminal = openTerminal()
  await using hf = await open(terminal.store, { worker: false, durability: 'os' })
  for (let i = 0; i < 20; i++) await hf.session('a').update((state) => Object.assign(state, { n: i, text: 'x'.repeat(400) + i }))
  await hf.session('b').tag('t')
  await hf.session('a').fork('c', { at: 5 })
})
afterEach(() => terminal.remove())

function damage(sql: string): void {
  const db = new DatabaseSync(terminal.store.slice(5))
  db.exec(sql)
  db.close()
}

async function codesFound(...args: string[]): Promise<{ code: number; codes: string[]; todos: string[] }> {
  const { code, data } = await terminal.json('doctor', ...args)
  const { findings } = data as { findings: { code: string; todo: string }[] }
  return { code, codes: [...new Set(findings.map((one) => one.code))], todos: findings.map(({ todo }) => todo) }
}

describe('doctor', () => {
  it('C16 finds nothing in a sound store, and shows what is large and what grows', async () => {
    for (const args of [[], ['--deep']]) {
      const { code, data } = await terminal.json('doctor', ...args)
      expect(code).toBe(0)
      expect(data).toMatchObject({ sound: true, findings: [], growth: { entities: 3, records: 22 } })
    }
    const { growth } = (await terminal.json('doctor', '--top', '1')).data as { growth: Record<string, object[]> }
    expect(growth.largestEntities).toHaveLength(1)
    expect(growth.busiestKeys?.[0]).toMatchObject({ entity: { id: 'a' }, changes: 19 })
    const { stdout } = await terminal.run('doctor')
    expect(stdout).toMatch(/^sound .*agree$/m)
    expect(stdout).toMatch(/19 +\/(n|text) +session a/)
  })

  it.each([
    ['log_gap', 'delete from log where seq = 7', []],
    ['entity_head', "update entity set revision = 99 where id = 'b'", []],
    ['entry_version', "update entry set seq = 999 where key = '/n'", []],
    ['change_span', 'update change set seq = until + 5 where id = 3', []],
    ['term_orphan', "insert into term values ('default', 'session', 'tag', 'x', 77, null)", []],
    ['unreadable', "update entry set segment = x'ff00ff' where key = '/n'", []],
    ['unreadable', "update change set segment = x'ff00ff' where key = '/text' and n = 4", ['--deep']],
  ])('C16 finds %s and says what to do: %s', async (code, sql, args) => {
    damage(sql)
    const found = await codesFound(...args)
    expect(found.code).toBe(5)
    expect(found.codes).toContain(code)
    for (const todo of found.todos) expect(todo.length).toBeGreaterThan(20)
    const { stdout } = await terminal.run('doctor', ...args)
    expect(stdout).toMatch(/^damaged/m)
    expect(stdout).toContain('What to do:')
  })

  it('C16 says so when the file itself is damaged', async () => {
    const file = join(terminal.folder, 'broken.db')
    writeFileSync(file, 'SQLite format 3\0'.padEnd(8192, 'x'))
    expect(await codesFound('--store', `file:${file}`)).toMatchObject({ code: 5, codes: ['file'] })
  })
})
