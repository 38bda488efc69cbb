import { afterAll, describe, expect, it } from 'vitest'
import { type Holdfast, open } from '../index.ts'
import { removeTemporaryFiles, temporaryDatabase, temporaryFile } from './engines.testing.ts'
import { stateHash } from './index.ts'

afterAll(removeTemporaryFiles)

/** Larger than what is kept in one piece, so that it is split, and smaller than what one entry may hold. */
const long = Array.from({ length: 60 }, (_, i) => ({ n: i, text: `${i} `.repeat(300) }))
const rich = { when: new Date(0), big: 2n ** 70n, names: new Map([['a', new Set([1])]]), odd: [Number.NaN, -0], none: undefined }

async function fill(hf: Holdfast): Promise<void> {
  await hf.session('ann/1', { user: 'ann' }).update((state) => Object.assign(state, { long, rich, greeting: 'žluť 👋' }))
  await hf.session('bob/1').set('cart.qty', 2)
  await hf.commit((tx) => tx.entity('lock', 'door').set('held', { by: 'ann' }))
}

describe.each([
  ['memory', async () => 'memory:'],
  ['sqlite', async () => `file:${temporaryFile()}`],
  ['postgres', temporaryDatabase],
])('stateHash, %s', (_, url) => {
  const openStore = async () => open(await url(), { worker: false, durability: 'os' })

  it('is the same for the same state, whatever the engine', async () => {
    await using hf = await openStore()
    await fill(hf)
    await using other = await open('memory:', { worker: false })
    await fill(other)
    expect(await stateHash(hf.store)).toBe(await stateHash(other.store))
    expect(await stateHash(hf.store)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('tells every difference in values, keys and names apart', async () => {
    await using hf = await openStore()
    await fill(hf)
    const hashes = new Set([await stateHash(hf.store)])
    const session = hf.session('ann/1')
    await session.set('rich.odd[1]', 0)
    hashes.add(await stateHash(hf.store))
    await session.set('long[59].n', -1)
    hashes.add(await stateHash(hf.store))
    await session.tag('vip')
    hashes.add(await stateHash(hf.store))
    await hf.session('bob/2').set('cart.qty', 2)
    hashes.add(await stateHash(hf.store))
    expect(hashes.size).toBe(5)
  })

  it('does not depend on revisions, times and the way a value came about', async () => {
    await using hf = await openStore()
    await fill(hf)
    const before = await stateHash(hf.store)
    const session = hf.session('ann/1')
    await session.update((state) => (state.long as unknown[]).push('gone'))
    await session.update((state) => void (state.long as unknown[]).pop())
    await session.update((state) => {
      const { rich: same, ...rest } = state.rich === undefined ? { rich: undefined } : { rich: state.rich }
      Object.assign(state, rest, { rich: undefined })
      state.rich = same
    })
    await hf.session('gone').set('a', 1)
    await hf.session('gone').destroy()
    expect((await session.inspect()).revision).toBeGreaterThanOrEqual(3)
    expect(await stateHash(hf.store)).toBe(before)
  })

  it('does not depend on how a value is split into entries', async () => {
    await using split = await openStore()
    await split.commit((tx) => Object.assign(tx.entity('document', 'a').draft(), { long }))
    await using whole = await openStore()
    await whole.commit((tx) => tx.entity('document', 'a').set('/long', long))
    const keys = async (hf: Holdfast) => {
      const row = await hf.timeline.row({ tenant: 'default', kind: 'document', id: 'a' })
      return (await hf.timeline.entries(row, '/', row.seq)).size
    }
    expect([await keys(split), await keys(whole)]).toEqual([61, 1])
    expect(await stateHash(split.store)).toBe(await stateHash(whole.store))
  })

  it('sees what a fork inherits, and a list that grew at both ends in its order', async () => {
    await using hf = await openStore()
    await hf.session('a').set('list', long)
    await hf.session('a').update((state) => void (state.list as unknown[]).shift())
    const fork = await hf.session('a').fork('b')
    await fork.update((state) => void (state.list as unknown[]).unshift('first'))
    await fork.update((state) => void (state.list as unknown[]).push('last'))
    await using plain = await openStore()
    await plain.session('b').set('list', ['first', ...long.slice(1), 'last'])
    const only = { tenant: 'default', root: 'b' }
    const hashOfState = async (store: Holdfast) => {
      await store.commit((tx) => tx.entity('session', 'b').delete('.session'))
      return stateHash(store.store, only)
    }
    expect(await hashOfState(hf)).toBe(await hashOfState(plain))
    expect(((await fork.at(3)).state.list as unknown[]).map(nameOf)).toEqual(['first', ...long.slice(1).map(nameOf), 'last'])
  })

  it('can be asked for one session with its tree, or one tenant', async () => {
    await using hf = await openStore()
    await fill(hf)
    const ann = await stateHash(hf.store, { tenant: 'default', root: 'ann/1' })
    await hf.session('bob/1').set('cart.qty', 3)
    await hf.as({ id: 'x', tenant: 'other' }).session('ann/1').set('cart', 1)
    expect(await stateHash(hf.store, { tenant: 'default', root: 'ann/1' })).toBe(ann)
    await hf.commit((tx) => {
      const note = tx.entity('note', 'n')
      note.describe({ root: 'ann/1' })
      note.set('text', 'hello')
    })
    expect(await stateHash(hf.store, { tenant: 'default', root: 'ann/1' })).not.toBe(ann)
    expect(await stateHash(hf.store, { tenant: 'other' })).not.toBe(await stateHash(hf.store, { tenant: 'default' }))
  })
})

function nameOf(item: unknown): unknown {
  return typeof item === 'string' ? item : (item as { n: number }).n
}
