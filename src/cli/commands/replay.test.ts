import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
const { run, json } = terminal
afterAll(() => terminal.remove())

const file = join(terminal.folder, 'runs.json')
const messages = [
  { role: 'user', content: 'Hello' },
  { role: 'assistant', content: null, tool_calls: [{ id: '1', function: { name: 'find', arguments: '{"x":1}' } }] },
  { role: 'tool', tool_call_id: '1', content: 'found' },
]
writeFileSync(
  file,
  JSON.stringify([
    { task_id: 1, user_id: 'ann', messages },
    { task_id: 2, user_id: 'bob', messages },
  ]),
)

describe('replay', () => {
  it('C18 makes sessions, tells what it did and what to try next', async () => {
    expect((await json('replay', file, '--dry-run')).data).toMatchObject({
      dryRun: true,
      sessions: 2,
      messages: 6,
      ids: ['ann/1', 'bob/2'],
    })
    const { code, stdout, stderr } = await run('replay', file)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^2 sessions, 6 revisions written in [\d.]+ s; 6 messages stored in file:.* \(chat, tracker chat\)\n$/)
    expect(stderr).toBe('Next: holdfast history ann/1 --oldest\n')
    expect((await json('replay', file)).data).toMatchObject({ resumed: 2, revisions: 0, complete: true })
    const said = (await run('history', 'ann/1', '--oldest')).stdout
    expect(said).toMatch(/message\.user .*Hello/)
    expect(said).toMatch(/tool\.call .*find\(\{"x":1\}\)/)
  })

  it('C18 stops in the middle and goes on, also in a fork', async () => {
    const store = ['--store', `file:${join(terminal.folder, 'other.db')}`]
    const half = await run('replay', file, '--until', '1', ...store)
    expect(half.stderr).toContain('Not all runs are at their end')
    expect(half.stderr).toContain(`Next: holdfast history ann/1 --oldest ${store.join(' ')}`)
    await run('fork', 'ann/1', 'ann/fork', ...store)
    expect((await json('replay', file, '--only', 'ann/1', '--into', 'ann/fork', ...store)).data).toMatchObject({
      sessions: 1,
      revisions: 2,
    })
    expect((await json('replay', file, ...store)).data).toMatchObject({ revisions: 4, complete: true })
  })

  it('C18 loads a tracker from a module, and refuses what is none', async () => {
    const track = (name: string, text: string) => {
      writeFileSync(join(terminal.folder, name), text)
      return join(terminal.folder, name)
    }
    const good = track('good.mjs', 'export default { name: "good", track(state, message) { state.last = message.role } }')
    expect((await json('replay', file, '--track', good, '--prefix', 'x/')).data).toMatchObject({ tracker: 'good', revisions: 6 })
    expect((await run('get', 'x/ann/1', 'last')).stdout).toBe('tool\n')
    expect(await run('replay', file, '--track', track('bad.mjs', 'export const x = 1'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('default export'),
    })
    expect(await run('replay', file, '--track', track('broken.mjs', 'export default {'))).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('cannot be loaded'),
    })
    expect((await run('replay', file, '--track', 'no-such.mjs')).code).toBe(3)
    expect((await run('replay', file, '--track', good)).code).toBe(0)
  })

  it('C18 says where a file cannot be read', async () => {
    const cut = join(terminal.folder, 'cut.json')
    writeFileSync(cut, JSON.stringify([{ messages }]).slice(0, -5))
    const { code, stderr } = await run('replay', cut)
    expect(code).toBe(1)
    expect(stderr).toMatch(/line 1, column \d+: it ends in the middle/)
  })
})
