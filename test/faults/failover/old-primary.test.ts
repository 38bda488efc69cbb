import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { type Holdfast, open } from '../../../src/holdfast.ts'
import { freezeTree, thaw } from '../cluster/frozen.ts'
import { DatabasePair } from './database-pair.ts'

let pair: DatabasePair
beforeEach(async () => {
  pair = await DatabasePair.start()
}, 60_000)
afterEach(() => pair[Symbol.asyncDispose](), 60_000)

async function opened(url: string): Promise<Holdfast> {
  const hf = await open(url, { worker: false })
  onTestFinished(() => hf.close())
  return hf
}

/** The primary stands still, the standby takes over, somebody writes there, and the old primary goes on: nobody has told it. */
async function replaced(node?: Holdfast): Promise<Holdfast> {
  const hf = node ?? (await opened(pair.url))
  await hf.session('a').set('n', 1)
  const frozen = freezeTree(pair.primary.pid)
  await pair.promote()
  const other = await opened(pair.standby.url())
  await other.session('a').set('n', 2)
  thaw(frozen)
  return hf
}

describe('a node that is still connected to an old primary', () => {
  test('I2 writes on what the new one has', async () => {
    const hf = await replaced()
    const add = (state: { n?: unknown }): number => {
      state.n = Number(state.n) + 1
      return Number(state.n)
    }
    expect(await hf.session('a').update(add)).toBe(3)
    expect(await hf.session('a').get('n')).toBe(3)
  }, 60_000)

  test('R18 reads what the new one has', async () => {
    const hf = await replaced()
    // At once: each of them may be the first to ask the old one.
    const [n, updated] = await Promise.all([hf.session('a').get('n'), lastUpdated(hf)])
    expect(n).toBe(2)
    expect(updated).toMatchObject({ id: 'a', revision: 2 })
  }, 60_000)

  test('R18 also when the standby was silent for a while, which holds no reader up', async () => {
    const hf = await opened(pair.url)
    await hf.session('b').set('n', 1)
    const frozen = freezeTree(pair.standby.pid)
    const begun = performance.now()
    for (let i = 0; i < 30; i++) expect(await hf.session('b').get('n')).toBe(1)
    // Waiting for it each time would take half a minute.
    expect(performance.now() - begun).toBeLessThan(10_000)
    thaw(frozen)
    await setTimeout(2000)
    const late = await replaced(hf)
    expect(await late.session('a').get('n')).toBe(2)
  }, 60_000)
})

async function lastUpdated(hf: Holdfast): Promise<unknown> {
  return (await hf.sessions.list({ order: 'updated' })).sessions[0]
}
