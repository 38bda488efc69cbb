import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineSession, open } from '../index.ts'
import { openTerminal } from './terminal.testing.ts'

const terminal = openTerminal()
const { run } = terminal
afterAll(() => terminal.remove())

const SECRET = 'sk-live-123456'
const Account = defineSession('account', { secret: ['card.token'] })

beforeAll(async () => {
  await using hf = await open(terminal.store, { worker: false })
  const ann = hf.session(Account, 'ann/1', { user: 'ann' })
  const event = { name: 'signed up', data: { text: `token ${SECRET} accepted`, card: { token: SECRET } } }
  await ann.update((state) => Object.assign(state, { plan: 'team', card: { token: SECRET, last: '4242' } }), { event })
  await ann.set('plan', 'solo')
  await ann.set('plan', 'none', { event: { name: 'said', data: [new Map([['x', `it is ${SECRET}`]])] } })
  await ann.fork('ann/fork')
  await hf.session(Account, 'ann/gone').set('card', { token: SECRET }, { event: { name: 'said', data: SECRET } })
  await hf.session('ann/gone').destroy()
})

describe('secrets', () => {
  it.each([
    [['get', 'ann/1']],
    [['get', 'ann/1', 'card']],
    [['get', 'ann/1', 'card.token']],
    [['get', 'ann/1', 'card', '--at', '1']],
    [['get', 'ann/fork', 'card']],
    [['history', 'ann/fork']],
    [['history', 'ann/gone']],
    [['get', 'ann/gone', '--at', '1']],
    [['get', 'ann/gone', 'card', '--at', '1']],
    [['inspect', 'ann/1']],
    [['history', 'ann/1']],
    [['diff', 'ann/1', '1']],
    [['diff', 'ann/1', '3', '1']],
    [['export', 'ann/1']],
    [['export', '--history']],
    [['set', 'ann/1', 'card.token', 'other', '--dry-run']],
  ])('C7 are masked: %j', async (args) => {
    for (const more of [[], ['--json']]) {
      const { stdout, stderr } = await run(...args, ...more)
      expect(stdout + stderr).not.toContain(SECRET)
    }
  })

  it('C7 are shown with --reveal', async () => {
    expect((await run('get', 'ann/1', 'card.token')).stdout).toBe('[secret]\n')
    expect((await run('get', 'ann/1', 'card.token', '--reveal')).stdout).toBe(`${SECRET}\n`)
    for (const args of [
      ['inspect', 'ann/1'],
      ['history', 'ann/1'],
      ['export', 'ann/1'],
    ])
      expect((await run(...args, '--reveal')).stdout).toContain(SECRET)
    expect((await run('get', 'ann/1', 'card')).stdout).toContain('4242')
  })

  it('C7 stay masked in what was said before they changed', async () => {
    await run('set', 'ann/1', 'card.token', 'sk-live-newer')
    const { stdout } = await run('history', 'ann/1', '--json')
    expect(stdout).not.toContain(SECRET)
    expect(stdout).toContain('[secret]')
  })
})
