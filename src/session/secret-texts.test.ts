import { expect, test } from 'vitest'
import type { Holdfast } from '../index.ts'
import type { Engine } from '../store/index.ts'
import { defineSession, maskingOf, type Session } from './index.ts'
import { collect, onEveryEngine } from './world.testing.ts'

const Account = defineSession('account', { secret: ['card.token', 'pin'] })

/** What may be shown of a text now. */
async function shown(hf: Holdfast, session: Session<object>, text: string): Promise<unknown> {
  return (await maskingOf(hf, await hf.timeline.row(session.ref))).data(text)
}

onEveryEngine((open) => {
  test('S42 a text that ever was a secret is masked, however long ago, wherever it stood', async () => {
    const { hf } = await open()
    const session = hf.session(Account, 'a')
    await session.set('card', { token: 'tok_first', last: '4242' })
    await session.set('card.token', 'tok_second')
    await session.delete('card')
    await session.set('pin', 'pin_third')
    expect(await shown(hf, session, 'tok_first tok_second pin_third 4242')).toBe('[secret] [secret] [secret] 4242')
    await session.set('pin', 'pin_fourth')
    await session.set('n', 1)
    expect(await shown(hf, session, 'tok_first pin_third pin_fourth')).toBe('[secret] [secret] [secret]')
  })

  test('S42 of a session that was destroyed, of another process, and of the fork of a fork', async () => {
    const world = await open()
    const session = world.hf.session(Account, 'a')
    await session.set('pin', 'pin_first')
    await session.set('pin', 'pin_second')
    const fork = await session.fork('b')
    await fork.set('pin', 'pin_third')
    const again = await fork.fork('c')
    expect(await shown(world.hf, again, 'pin_first pin_second pin_third')).toBe('[secret] [secret] [secret]')
    await session.destroy()
    expect(await shown(world.hf, session, 'pin_first pin_second pin_third')).toBe('[secret] [secret] pin_third')
    await world.restart()
    expect(await shown(world.hf, world.hf.session(Account, 'c'), 'pin_first pin_third')).toBe('[secret] [secret]')
  })

  test('S42 a definition that calls more secret is followed back in time', async () => {
    const { hf } = await open()
    await hf.session(Account, 'a').set('name', 'Ann Doe')
    await hf.session(Account, 'a').set('name', 'Ann Roe')
    expect(await shown(hf, hf.session('a'), 'Ann Doe')).toBe('Ann Doe')
    const More = defineSession('account', { secret: ['pin', 'name'] })
    await hf.session(More, 'a').set('pin', '1234')
    expect(await shown(hf, hf.session('a'), 'Ann Doe or Ann Roe, 1234')).toBe('[secret] or [secret], [secret]')
  })

  test('S42 a history is read once, then only what is new of it', async () => {
    const { hf } = await open()
    const session = hf.session(Account, 'a')
    for (let n = 0; n < 300; n++) await session.set('n', n)
    await session.set('pin', 'pin_first')
    const reads = recordsRead(hf.store.engine)
    await Promise.all([shown(hf, session, 'x'), shown(hf, session, 'y')])
    expect(reads()).toBe(301)
    await shown(hf, session, 'x')
    expect(reads()).toBe(0)
    await session.set('pin', 'pin_second')
    expect(await shown(hf, session, 'pin_first pin_second')).toBe('[secret] [secret]')
    expect(reads()).toBe(1)
    expect(await collect(session.history({ limit: 1 }))).toHaveLength(1)
  })

  test('S42 what is remembered is bounded: neither many sessions nor long secrets stay', async () => {
    const { hf } = await open()
    const long = hf.session(Account, 'long')
    await long.set('pin', 'p'.repeat(100_000))
    const reads = recordsRead(hf.store.engine)
    await shown(hf, long, 'x')
    await shown(hf, long, 'x')
    expect(reads()).toBe(2)
    const first = hf.session(Account, 'first')
    await first.set('pin', 'pin_first')
    await shown(hf, first, 'x')
    for (let n = 0; n < 256; n++) {
      await hf.session(Account, `s${n}`).set('pin', 'pin_other')
      await shown(hf, hf.session(`s${n}`), 'x')
    }
    reads()
    expect(await shown(hf, first, 'pin_first')).toBe('[secret]')
    expect(reads()).toBe(1)
  })
})

/** Counts the records that histories read from now on; each look begins anew. */
function recordsRead(engine: Engine): () => number {
  const read = engine.history.bind(engine)
  let count = 0
  engine.history = async (query) => {
    const found = await read(query)
    count += found.length
    return found
  }
  return () => {
    const found = count
    count = 0
    return found
  }
}
