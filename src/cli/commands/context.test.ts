import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineSession, open } from '../../index.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
const { run, json } = terminal
afterAll(() => terminal.remove())

const Trip = defineSession('trip', { secret: ['passport'], pinned: ['goal'] })

beforeAll(async () => {
  await using hf = await open(terminal.store, { worker: false })
  const trip = hf.session(Trip, 'ann/1', { user: 'ann' })
  await trip.update((s) =>
    Object.assign(s, { goal: 'rest', city: 'Lisbon', hotel: { id: 'H7', stars: 4 }, passport: 'C01X00T47' }),
  )
  await trip.set('city', 'Porto')
})

describe('context', () => {
  it('C20 prints what a model would be told, pinned first', async () => {
    const { code, stdout, stderr } = await run('context', 'ann/1', '--query', 'which hotel, H7?', '--tokens', '14')
    expect({ code, lines: stdout.trimEnd().split('\n').slice(0, 2) }).toEqual({ code: 0, lines: ['goal: rest', 'hotel.id: H7'] })
    expect(stderr).toMatch(/3 of 4 variables, about \d+ of 14 tokens, at revision 2/)
  })

  it('C20 explains what is in and what is out', async () => {
    const { stdout } = await run('context', 'ann/1', '--query', 'hotel', '--tokens', '9', '--explain')
    expect(stdout).toMatch(/^verdict +score +tokens +path +parts\npinned +/)
    expect(stdout).toContain('no room')
    expect(stdout).toContain('words')
  })

  it('C20 answers for any moment, and gives everything with --json', async () => {
    const { data } = await json(
      'context',
      'ann/1',
      '--query',
      'city',
      '--at',
      '1',
      '--pin',
      'city',
      '--pin',
      'hotel',
      '--explain',
    )
    expect(data).toMatchObject({ session: 'ann/1', revision: 1, budget: 1000, candidates: 4 })
    expect(JSON.stringify(data)).toContain('Lisbon')
  })

  it('C7 C20 never shows secrets', async () => {
    for (const more of [[], ['--json'], ['--explain'], ['--at', '1']]) {
      const { stdout, stderr } = await run('context', 'ann/1', '--query', 'passport C01X00T47', ...more)
      expect(stdout.replace('"query": "passport C01X00T47"', '') + stderr).not.toMatch(/C01X00T47|passport/)
    }
  })

  it.each([
    [['context', 'nobody'], 3],
    [['context', 'ann/1', '--tokens', 'many'], 2],
    [['context', 'ann/1', '--pin', 'a..b'], 2],
    [['context', 'ann/1', '--at', '99'], 3],
  ])('C2 C5 refuses %j with %i', async (args, code) => expect((await run(...args)).code).toBe(code))
})
