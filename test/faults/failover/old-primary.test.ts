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
async function replaced(): Promise<Holdfast> {
  const hf = await opened(pair.url)
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

  // Known: the old primary answers what it knows until it is asked for a commit. Whoever promotes a standby must fence it first.
  test.fails('R18 reads what the new one has', async () => {
    const hf = await replaced()
    expect(await hf.session('a').get('n')).toBe(2)
  }, 60_000)
})
