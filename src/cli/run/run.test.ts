import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { defineSession, defineTask, open } from '../../index.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
const { run, json } = terminal
afterAll(() => terminal.remove())

const SECRET = 'tok_4242_4242'
const Account = defineSession('account', { secret: ['card'] })
const order = defineTask('order', { session: Account }, async (ctx, { card }: { card: string }) => {
  async function* chunks() {
    for (let i = 0; i < 3; i++) yield { at: new Date(i), card }
  }
  await ctx.stream(chunks())
  await ctx.step('look up', () => ({ found: 7 }))
  const paid = await ctx.event('paid')
  await ctx.approval({ title: `Send to ${card}?`, data: { card } })
  return paid
})
let isBroken = true
const broken = defineTask('broken', { retry: { attempts: 1 } }, async () => {
  if (isBroken) throw new Error('out of paper')
  return 'printed'
})
const tasks = [order, broken]
const ORDER = 'ann/order.m1'
const BROKEN = 'ann/broken.m1'

beforeAll(async () => {
  await using hf = await open(terminal.store, { tasks })
  const ann = hf.session(Account, 'ann')
  await ann.set('card', SECRET)
  await ann.start(order, { card: SECRET }, { key: 'm1' })
  await ann.start(broken, null, { key: 'm1' })
  await vi.waitFor(async () => {
    const standing = await Promise.all([ORDER, BROKEN].map(async (id) => (await hf.run(id).inspect()).status))
    expect(standing).toEqual(['waiting', 'failed'])
  }, 30_000)
})

describe('runs', () => {
  it('C28 list shows how runs stand, those that fit', async () => {
    const { stdout, stderr } = await run('runs', 'list')
    expect(stdout).toMatch(/^run +status +steps +started +about\n/)
    expect(stdout).toMatch(/ann\/order\.m1 +waiting +2 +\S+ +event paid/)
    expect(stdout).toMatch(/ann\/broken\.m1 +failed +0 +\S+ +out of paper/)
    expect(stderr).toContain('Next: holdfast runs show ann/')
    expect((await run('runs', 'list', '--status', 'failed')).stdout).not.toContain(ORDER)
    expect((await run('runs', 'list', '--session', 'bob')).stdout).toBe('No runs\n')
    expect((await run('runs', 'list', '--status', 'fialed')).stderr).toContain('did you mean failed?')
    expect((await json('runs', 'list', '--task', 'order')).data).toMatchObject({
      runs: [{ id: ORDER, steps: 2, waits: [{ step: 'paid', for: 'event', until: null }], created: expect.stringMatching(/Z$/) }],
    })
  })

  it('C28 show tells steps, waits and errors, and what to do next', async () => {
    const { stdout, stderr } = await run('runs', 'show', ORDER)
    expect(stdout).toMatch(/status +waiting/)
    expect(stdout).toMatch(/waits for +event paid/)
    expect(stdout).toMatch(/1 +look up +done +\{ found: 7 \}/)
    expect(stderr).toContain(`Next: holdfast runs send ${ORDER} paid`)
    expect((await run('runs', 'show', BROKEN)).stdout).toMatch(/error +Error: out of paper/)
    expect((await run('runs', 'show', 'ann/none.m1')).code).toBe(3)
  })

  it('C28 stream prints one line a chunk, from where it is asked for, and follows until the end or an interrupt', async () => {
    const lines = (await run('runs', 'stream', ORDER, '--after', '1')).stdout.trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { at: { $date: '1970-01-01T00:00:00.001Z' } },
      { at: { $date: '1970-01-01T00:00:00.002Z' } },
    ])
    const [first] = (await run('runs', 'stream', ORDER, '--json')).stdout.split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ command: 'runs stream', data: { run: ORDER, number: 0 } })
    const end = new AbortController()
    const following = terminal.runUntil(end.signal, () => {}, 'runs', 'stream', ORDER, '--name', 'none')
    setImmediate(() => end.abort())
    expect(await following).toMatchObject({ code: 0, stdout: '' })
    expect((await run('runs', 'stream', 'ann/none.m1')).code).toBe(3)
  })

  it('C7 of the runs of a session its secrets are masked, and of what they ask, unless they are to be shown', async () => {
    await run('runs', 'send', ORDER, 'paid', '--data', JSON.stringify({ by: SECRET }))
    {
      await using hf = await open(terminal.store, { tasks })
      await expect.poll(async () => (await hf.approvals.list()).length).toBe(1)
    }
    const commands = [
      ['runs', 'list'],
      ['runs', 'show', ORDER],
      ['runs', 'stream', ORDER],
      ['approvals', 'list'],
      ['export', 'ann'],
    ]
    for (const command of commands)
      for (const more of [[], ['--json']]) {
        const { stdout } = await run(...command, ...more)
        expect(stdout).not.toContain(SECRET)
        expect(stdout).toContain('[secret]')
        expect((await run(...command, ...more, '--reveal')).stdout).toContain(SECRET)
      }
  })

  it('C28 send, cancel and retry change a run that stands so; else it is a conflict', async () => {
    expect((await run('runs', 'retry', ORDER)).code).toBe(4)
    expect(await run('runs', 'cancel', ORDER)).toMatchObject({ code: 0, stdout: `${ORDER} is cancelled\n` })
    expect((await run('runs', 'send', ORDER, 'paid')).code).toBe(4)
    expect((await run('runs', 'skip', BROKEN)).code).toBe(4)
    expect((await run('runs', 'fork', BROKEN, 'no such step')).code).toBe(3)
    isBroken = false
    expect((await run('runs', 'retry', BROKEN)).stdout).toContain('runs again')
    await using hf = await open(terminal.store, { tasks })
    expect(await hf.run(BROKEN).result()).toBe('printed')
  })
})
