import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineSession, open } from '../../index.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
const { run, json } = terminal
afterAll(() => terminal.remove())

const Account = defineSession('account', { secret: ['card.token'], terms: { plan: 'plan', seats: 'seats' } })

beforeAll(async () => {
  await using hf = await open(terminal.store, { worker: false, effects: {} })
  const ann = hf.session(Account, 'ann/1', { user: 'ann' })
  const note = { name: 'signed up', data: { plan: 'team' } }
  await ann.update((state) => Object.assign(state, { plan: 'team', seats: 3, card: { token: 'tok', last: '4242' } }), {
    event: note,
  })
  await ann.tag('vip')
  await ann.update((state) => {
    state.renewed = new Date('2026-02-01T00:00:00Z')
    state.seats = 5
  })
  await hf.session('bob/1').set('greeting', 'first\u001b[31m line\nsecond')
  await hf.session('bob/1').set('big', 2n ** 70n)
  await hf.session('gone').set('a', 1)
  await hf.session('gone').destroy()
})

describe('get', () => {
  it('C4 prints text as it is and everything else readable', async () => {
    expect(await run('get', 'ann/1', 'plan')).toEqual({ code: 0, stdout: 'team\n', stderr: '' })
    expect((await run('get', 'ann/1', 'renewed')).stdout).toBe('2026-02-01T00:00:00.000Z\n')
    expect((await run('get', 'bob/1', 'greeting')).stdout).toBe('first\u001b[31m line\nsecond\n')
    expect((await terminal.runOnTty('get', 'bob/1', 'greeting')).stdout).toBe('first\ufffd[31m line\nsecond\n')
  })

  it('C4 prints rich values in their tagged form with --json', async () => {
    expect((await json('get', 'bob/1')).data).toEqual({
      session: 'bob/1',
      path: '',
      value: { greeting: 'first\u001b[31m line\nsecond', big: { $bigint: String(2n ** 70n) } },
    })
    expect((await json('get', 'ann/1', 'renewed')).data).toMatchObject({ value: { $date: '2026-02-01T00:00:00.000Z' } })
  })

  it('C4 answers for any moment, deleted sessions too', async () => {
    expect((await run('get', 'ann/1', 'seats', '--at', '1')).stdout).toBe('3\n')
    expect((await run('get', 'ann/1', 'seats', '--at', '2999-01-01')).stdout).toBe('5\n')
    expect((await json('get', 'gone', '--at', '1')).data).toMatchObject({ value: { a: 1 } })
  })

  it.each([
    [['get', 'nobody'], 'holdfast sessions'],
    [['get', 'ann/1', 'no.such'], 'has nothing at no.such'],
    [['get', 'ann/1', 'plan', '--at', '99'], 'no history at revision 99'],
    [['get', 'ann/1', 'plan', '--at', '1999-01-01'], 'no history at 1999'],
    [['get', 'gone'], 'was deleted at revision 2; `holdfast get gone --at 1`'],
    [['inspect', 'gone'], 'was deleted'],
    [['history', 'nobody'], 'no session nobody'],
    [['diff', 'nobody', '1'], 'no session nobody'],
    [['fork', 'nobody', 'x'], 'no session nobody'],
    [['export', 'nobody'], 'no session nobody'],
    [['hash', 'nobody'], 'no session nobody'],
    [['replay', 'no-such.json'], 'no file no-such.json'],
  ])('C5 what is not there exits with 3 and says what to do: %j', async (args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' })
    expect(stderr).toContain(message)
  })
})

describe('a store that is not there', () => {
  it.each([
    [['get', 'a']],
    [['sessions']],
    [['history', 'a']],
    [['inspect', 'a']],
    [['diff', 'a', '1']],
    [['export']],
    [['hash']],
    [['doctor']],
    [['fork', 'a', 'b']],
    [['set', 'a', 'b', '1', '--dry-run']],
  ])('C6 is not made by looking: %j', async (args) => {
    const file = join(terminal.folder, 'missing.db')
    const { code, stderr } = await run(...args, '--store', `file:${file}`)
    const isPreview = args.includes('--dry-run')
    expect(code).toBe(isPreview ? 0 : 3)
    if (!isPreview) expect(stderr).toContain('There is no store')
    expect(existsSync(file)).toBe(false)
  })

  it('C6 is made by writing', async () => {
    const store = `file:${join(terminal.folder, 'made.db')}`
    expect(await run('set', 'a', 'b', '1', '--store', store)).toMatchObject({ code: 0, stdout: 'a is at revision 1\n' })
    expect((await run('get', 'a', 'b', '--store', store)).stdout).toBe('1\n')
  })

  it('C6 an empty file is no store yet, and another program keeps its own', async () => {
    const empty = join(terminal.folder, 'empty.db')
    writeFileSync(empty, '')
    expect((await run('sessions', '--store', `file:${empty}`)).code).toBe(3)
    const text = join(terminal.folder, 'text.db')
    writeFileSync(text, 'x'.repeat(5000))
    expect(await run('sessions', '--store', `file:${text}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(corrupt)'),
    })
    expect((await run('sessions', '--store', `file:${join(terminal.folder, 'no', 'folder.db')}`)).code).toBe(3)
  })
})

describe('what cannot be read', () => {
  it.each([
    ['set', 'x', 'k', '{"$date":"bad"}'],
    ['set', 'x', 'temp:k', '1'],
    ['set', '', 'k', '1'],
    ['get', 'ann/1', '--at', '0'],
    ['diff', 'ann/1', '0'],
    ['diff', 'ann/1', '9999999999999999999'],
  ])('C2 exits with 2 before anything is opened: %j', async (...args) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).not.toBe('')
  })
})

describe('inspect', () => {
  it('C8 shows everything known of a session', async () => {
    const { data } = await json('inspect', 'ann/1')
    expect(data).toMatchObject({
      id: 'ann/1',
      definition: 'account',
      user: 'ann',
      tags: ['vip'],
      status: 'open',
      secret: ['card.token'],
      effects: [],
    })
    const { stdout, stderr } = await run('inspect', 'ann/1')
    expect(stdout).toMatch(/^session +ann\/1$/m)
    expect(stdout).toContain("plan: 'team'")
    expect(stderr).toBe('Next: holdfast history ann/1\n')
  })
})

describe('sessions', () => {
  const ids = async (...args: string[]) =>
    ((await json('sessions', ...args)).data as { sessions: { id: string }[] }).sessions.map(({ id }) => id)

  it('C9 lists what fits', async () => {
    expect(await ids()).toEqual(expect.arrayContaining(['ann/1', 'bob/1']))
    expect(await ids()).not.toContain('gone')
    expect(await ids('--user', 'ann')).toEqual(['ann/1'])
    expect(await ids('--tag', 'vip')).toEqual(['ann/1'])
    expect(await ids('--term', 'plan=team')).toEqual(['ann/1'])
    expect(await ids('--term', 'seats=5')).toEqual(['ann/1'])
    expect(await ids('--term', 'seats="5"')).toEqual([])
    expect(await ids('--status', 'closed')).toEqual([])
    expect(await ids('--definition', 'account')).toEqual(['ann/1'])
  })

  it('C9 goes on page by page', async () => {
    const first = (await json('sessions', '--limit', '1')).data as { sessions: { id: string }[]; next: string }
    const second = (await json('sessions', '--limit', '1', '--after', first.next)).data as { sessions: { id: string }[] }
    expect(second.sessions[0]?.id).not.toBe(first.sessions[0]?.id)
    expect((await run('sessions', '--limit', '1')).stderr).toContain(`--after ${first.next}`)
    expect(await run('sessions', '--after', 'nonsense')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Expected a cursor'),
    })
    expect((await run('machine', 'list', '--after', 'nonsense')).code).toBe(2)
    expect((await run('sessions', '--user', 'nobody')).stdout).toBe('No sessions\n')
  })
})

describe('set', () => {
  it('C10 takes JSON, tagged values and text', async () => {
    for (const [typed, stored] of [
      ['3', 3],
      ['{"a":[1,null]}', { a: [1, null] }],
      ['true', true],
      ['hello there', 'hello there'],
      ['"3"', '3'],
      ['{"$set":[1,2]}', { $set: [1, 2] }],
    ] as const) {
      expect((await run('set', 'c/1', 'value', typed)).code).toBe(0)
      expect((await json('get', 'c/1', 'value')).data).toMatchObject({ value: stored })
    }
    expect(await run('set', 'c/1', 'value', '{"$date":"nonsense"}')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('$date'),
    })
  })

  it('C10 goes on only at the revision asked for', async () => {
    expect((await run('set', 'd/1', 'n', '1', '--if-revision', '0')).code).toBe(0)
    expect(await run('set', 'd/1', 'n', '2', '--if-revision', '0')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('(conflict)'),
    })
    expect(await json('set', 'd/1', 'n', '2', '--if-revision', '1')).toMatchObject({
      code: 0,
      data: { revision: 2, replayed: false },
    })
  })

  it('C10 does the same call with the same key once', async () => {
    await run('set', 'e/1', 'n', '1', '--key', 'k')
    expect(await json('set', 'e/1', 'n', '1', '--key', 'k')).toMatchObject({ code: 0, data: { revision: 1, replayed: true } })
    expect((await run('set', 'e/1', 'n', '2', '--key', 'k')).code).toBe(1)
    expect((await run('get', 'e/1', 'n')).stdout).toBe('1\n')
  })

  it('C10 shows with --dry-run what would be, and replaces everything only with --yes', async () => {
    expect((await run('set', 'd/1', 'n', '9', '--dry-run')).stdout).toBe('Would set n of d/1 (revision 2) from 2 to 9\n')
    expect((await run('set', 'new', 'n', '9', '--dry-run')).stdout).toContain('(revision 0) from nothing to 9')
    expect((await run('get', 'd/1', 'n')).stdout).toBe('2\n')
    expect((await run('set', 'd/1', '', '{"only":1}', '--yes')).code).toBe(0)
    expect((await json('get', 'd/1')).data).toMatchObject({ value: { only: 1 } })
  })

  it("C10 sets variables of the user, which all of that user's sessions share", async () => {
    expect((await run('set', 'fay/1', 'user:lang', '"cs"', '--user', 'fay')).code).toBe(0)
    await run('set', 'fay/2', 'n', '1', '--user', 'fay')
    expect((await run('get', 'fay/2', 'user:lang')).stdout).toBe('cs\n')
  })
})

describe('history', () => {
  it('C11 shows revision, time, event and changed paths, newest first', async () => {
    const { revisions } = (await json('history', 'ann/1', '--oldest', '--limit', '3')).data as {
      revisions: Record<string, unknown>[]
    }
    expect(revisions.map(({ revision, paths }) => [revision, paths])).toEqual([
      [1, ['plan', 'seats', 'card']],
      [2, []],
      [3, ['renewed', 'seats']],
    ])
    expect(revisions[0]).toMatchObject({ event: { name: 'signed up' }, op: 'create', actor: 'local' })
    const { stdout, stderr } = await run('history', 'ann/1', '--limit', '1')
    expect(stdout.split('\n')).toHaveLength(3)
    expect(stderr).toContain('--limit 0 shows all')
    expect((await run('history', 'gone')).stdout).toMatch(/^2 .*destroy/m)
  })

  it('C11 follows what happens, once each and in order, until it is ended', async () => {
    const end = new AbortController()
    await using hf = await open(terminal.store, { worker: false })
    const session = hf.session('followed')
    await session.set('n', 0)
    let written = 0
    const seen = (stdout: string) => {
      const lines = stdout.trimEnd().split('\n').length
      if (lines === 4) end.abort()
      else if (written < 3 && lines > written) void session.set('n', ++written)
    }
    const { code, stdout } = await terminal.runUntil(end.signal, seen, 'history', 'followed', '--follow', '--json')
    const revisions = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { data: { revision: number } })
    expect(code).toBe(0)
    expect(revisions.map(({ data }) => data.revision)).toEqual([1, 2, 3, 4])
  })
})

describe('diff and fork', () => {
  it('C12 shows what differs between two moments', async () => {
    const { differences } = (await json('diff', 'ann/1', '1', '3')).data as { differences: unknown[] }
    expect(differences).toEqual([
      { path: 'seats', op: 'change', before: 3, after: 5 },
      { path: 'renewed', op: 'add', after: { $date: '2026-02-01T00:00:00.000Z' } },
    ])
    expect((await run('diff', 'ann/1', '1', '3')).stdout).toBe('~ seats  3 -> 5\n+ renewed  2026-02-01T00:00:00.000Z\n')
    expect((await run('diff', 'ann/1', '1', '1')).stdout).toBe('No difference\n')
    expect((await run('diff', 'ann/1', '1', '99')).code).toBe(3)
  })

  it('C13 forks what is or was, and refuses a name that is taken', async () => {
    expect((await json('fork', 'ann/1', 'ann/2', '--at', '1', '--dry-run')).data).toMatchObject({ dryRun: true })
    expect((await run('get', 'ann/2')).code).toBe(3)
    expect((await json('fork', 'ann/1', 'ann/2', '--at', '1')).data).toMatchObject({
      session: 'ann/2',
      origin: { session: 'ann/1', revision: 1 },
    })
    expect((await run('get', 'ann/2', 'seats')).stdout).toBe('3\n')
    expect((await run('get', 'ann/2', 'card.token')).stdout).toBe('[secret]\n')
    expect((await run('fork', 'ann/1', 'ann/2')).code).toBe(4)
    expect((await run('fork', 'ann/1', 'ann/3', '--at', '99')).code).toBe(3)
  })
})

describe('export and hash', () => {
  it('C14 prints a tree as JSON lines', async () => {
    await using hf = await open(terminal.store, { worker: false })
    await hf.commit((tx) => {
      const note = tx.entity('note', 'n')
      note.describe({ root: 'bob/1' })
      note.set('text', 'hello')
    })
    const lines = (await run('export', 'bob/1')).stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(lines.map(({ kind, id }) => [kind, id])).toEqual([
      ['note', 'n'],
      ['session', 'bob/1'],
    ])
    expect(lines[0]).toMatchObject({ entries: { text: 'hello' } })
    expect(lines[1]).toMatchObject({ type: 'entity', state: { big: { $bigint: String(2n ** 70n) } } })
    const history = (await run('export', 'bob/1', '--history')).stdout.trimEnd().split('\n')
    expect(history).toHaveLength(4)
    expect((await json('export', 'bob/1')).data).toMatchObject({ lines })
  })

  it('C15 prints a hash that changes with the state', async () => {
    const before = (await run('hash')).stdout
    expect(before).toMatch(/^[0-9a-f]{64}\n$/)
    expect((await run('hash')).stdout).toBe(before)
    await run('set', 'bob/1', 'more', '1')
    expect((await run('hash')).stdout).not.toBe(before)
    expect((await json('hash', 'bob/1')).data).toMatchObject({ algorithm: 'sha256', session: 'bob/1' })
  })
})

describe('bench', () => {
  it('C17 measures in a folder that is gone afterwards, and names the durability', { timeout: 30_000 }, async () => {
    const { code, data } = await json('bench', '--dir', terminal.folder)
    const { results } = data as { results: { writers: number; durability: string; commitsPerSecond: number }[] }
    expect(code).toBe(0)
    expect(results.map(({ writers, durability }) => `${writers} ${durability}`)).toEqual(['1 full', '64 full', '1 os', '64 os'])
    for (const { commitsPerSecond } of results) expect(commitsPerSecond).toBeGreaterThan(0)
    expect((await run('bench', '--dir', join(terminal.folder, 'no'))).code).toBe(2)
  })
})
