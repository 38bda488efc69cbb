import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeTemporaryFiles, temporaryDatabase } from '../store/engines.testing.ts'
import { openTerminal } from './terminal.testing.ts'

const terminal = openTerminal()
const { run, json } = terminal
afterAll(() => terminal.remove())
afterAll(removeTemporaryFiles)

const file = join(terminal.folder, 'runs.json')
const message = (content: string) => ({ role: 'user', content })
const messages = Array.from({ length: 20 }, (_, i) => message(`message ${i}`))
writeFileSync(
  file,
  JSON.stringify(['ann', 'bob', 'žofie'].map((user_id, i) => ({ task_id: i, user_id, messages: messages.slice(i) }))),
)

/** A database as somebody with a password names it. */
async function database(): Promise<string> {
  return (await temporaryDatabase()).replace('postgres@', 'postgres:opensesame@')
}

test('reading makes no store in a database: there is none, with what to do; then there is one', async () => {
  const store = ['--store', await database()]
  for (const words of [['sessions'], ['hash'], ['doctor'], ['inspect', 'ann/0']]) {
    const { code, stderr } = await run(...words, ...store)
    expect([code, stderr]).toEqual([3, expect.stringMatching(/There is no store postgres:.*Name another one with --store/)])
  }
  expect((await run('machine', 'define', chart(), '--dry-run', ...store)).code).toBe(0)
  expect((await run('sessions', ...store)).code).toBe(3)
  expect((await run('set', 'ann/0', 'n', '1', ...store)).code).toBe(0)
  expect((await run('get', 'ann/0', 'n', ...store)).stdout).toBe('1\n')
})

test('recorded runs come to the same states, records and hashes in a file and in a database, stopped in the middle or not', async () => {
  const stores = [`file:${join(terminal.folder, 'replayed.db')}`, await database()]
  const told = []
  for (const store of stores) {
    await run('replay', file, '--until', '7', '--store', store)
    const { stdout } = await run('replay', file, '--store', store)
    expect(stdout).toContain('3 sessions (3 begun before), 36 revisions written')
    await run('fork', 'ann/0', 'ann/fork', '--at', '5', '--store', store)
    const said = async (...words: string[]) => (await run(...words, '--store', store)).stdout
    told.push([
      await said('hash'),
      await said('hash', 'ann/0'),
      await said('get', 'žofie/2'),
      await said('get', 'ann/fork'),
      await said('get', 'bob/1', '--at', '9'),
      await said('diff', 'ann/0', '3', '8'),
      (await said('history', 'bob/1', '--oldest')).split('\n').length,
    ])
    expect((await json('doctor', '--deep', '--store', store)).data).toMatchObject({
      sound: true,
      growth: { entities: 4, records: 58 },
    })
  }
  expect(told[1]).toEqual(told[0])
})

test('a password is used and never shown', async () => {
  const store = ['--store', await database()]
  const shown = [
    await run('replay', file, '--dry-run', ...store),
    await run('sessions', ...store),
    await run('replay', file, ...store),
    await run('replay', file, '--json', ...store),
    await run('doctor', ...store),
    await run('get', 'ann/0', '--store', store.join().replace(/^.*(postgres:\/\/.*)\/postgres.*$/, '$1/none')),
    await run('get', 'ann/0', '--store', 'postgres:opensesame@host/none'),
    await run('get', 'ann/0', '--store', 'mysql://root:opensesame@127.0.0.1/none'),
  ].map(({ stdout, stderr }) => stdout + stderr)
  expect(shown.join()).toContain('postgres:***@')
  expect(shown.join()).toContain('"none" does not exist')
  expect(shown.join()).not.toContain('opensesame')
}, 60_000)

test('serve answers from a database, until it is interrupted', async () => {
  const store = await database()
  await run('set', 'ann/0', 'n', '1', '--store', store)
  const end = new AbortController()
  let answer: Promise<unknown> | undefined
  const seen = (stdout: string): void => {
    if (answer !== undefined || !stdout.endsWith('\n')) return
    const { url } = JSON.parse(stdout).data
    answer = fetch(`${url}/v1/sessions/ann%2F0`).then((response) => response.json())
    void answer.finally(() => end.abort())
  }
  const { stdout } = await terminal.runUntil(end.signal, seen, 'serve', '--port', '0', '--json', '--store', store)
  expect(await answer).toMatchObject({ id: 'ann/0', revision: 1 })
  expect(stdout).not.toContain('opensesame')
})

function chart(): string {
  const path = join(terminal.folder, 'light.json')
  writeFileSync(path, JSON.stringify({ id: 'light', initial: 'on', states: { on: {} } }))
  return path
}
