import { type AgentInputItem, user } from '@openai/agents-core'
import { describe, expect, test } from 'vitest'
import { onEveryEngine } from '../../world.testing.ts'
import { HoldfastSession } from './index.ts'

const items = (from: number, to: number): AgentInputItem[] =>
  Array.from({ length: to - from }, (_, i) => user(`message ${from + i}`))

const textsOf = (given: readonly AgentInputItem[]): string[] =>
  given.map((item) => /message \d+(?:\.\d+)?/.exec(JSON.stringify(item))?.[0] ?? '?')

onEveryEngine((open) => {
  test('OA1 what was added is there after a crash, as it was given', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'alice/1')
    const odd = [
      { ...user('with what only some have'), id: undefined, providerData: { at: Number.NaN, deep: [null, undefined, -0] } },
      { type: 'compaction', encrypted_content: 'x'.repeat(100_000) },
      { ...user('bytes'), providerData: { data: new Uint8Array([1, 2, 3]) } },
    ] as AgentInputItem[]
    await session.addItems(items(0, 3))
    await session.addItems(odd)
    await session.addItems([])
    await world.crash()
    expect(await new HoldfastSession(await world.open(), 'alice/1').getItems()).toStrictEqual([...items(0, 3), ...odd])
  })

  test('OA1 what cannot be stored is refused with its path, and nothing of the call is there', async () => {
    const { hf } = await open()
    const session = new HoldfastSession(hf, 'a')
    const bad = { ...user('bad'), providerData: { on: () => {} } }
    await expect(session.addItems([user('good'), bad])).rejects.toMatchObject({
      code: 'invalid',
      details: { path: expect.stringContaining('providerData.on') },
    })
    const large = user('x'.repeat(9 * 1024 * 1024))
    await expect(session.addItems([user('good'), large])).rejects.toMatchObject({ code: 'too_large' })
    expect(await session.getItems()).toEqual([])
  })

  test('OA1 what a caller changes after the call makes no difference', async () => {
    const { hf } = await open()
    const session = new HoldfastSession(hf, 'a')
    const given = items(0, 2)
    const adding = session.addItems(given)
    given.length = 0
    await adding
    const read = await session.getItems()
    read.length = 0
    expect(textsOf(await session.getItems())).toEqual(['message 0', 'message 1'])
  })

  test('OA2 items added at once are all there, those of a call side by side', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    await Promise.all(Array.from({ length: 50 }, (_, i) => session.addItems([user(`message ${i}.0`), user(`message ${i}.1`)])))
    const texts = textsOf(await session.getItems())
    expect(texts.length).toBe(100)
    expect(new Set(texts).size).toBe(100)
    for (let i = 0; i < texts.length; i += 2) expect(texts[i + 1]).toBe(texts[i]?.replace('.0', '.1'))
  })

  test('OA3 the newest items, oldest first', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    await session.addItems(items(0, 200))
    for (const limit of [1, 8, 64, 65, 130, 199, 200, 1000]) {
      await world.close()
      const cold = new HoldfastSession(await world.open(), 'a')
      expect(textsOf(await cold.getItems(limit))).toEqual(textsOf(items(Math.max(0, 200 - limit), 200)))
    }
    const now = new HoldfastSession(world.hf, 'a')
    expect([await now.getItems(0), await now.getItems(-3)]).toEqual([[], []])
    for (const limit of [1.5, Number.NaN]) await expect(now.getItems(limit)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('OA3 a few of many are read without the others', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    for (let i = 0; i < 2000; i += 500) await session.addItems(items(i, i + 500))
    await world.close()
    const hf = await world.open()
    await new HoldfastSession(hf, 'a').getItems(10)
    const { entries } = hf.store.state({ tenant: 'default', kind: 'openai-history', id: 'a/main' })
    expect([...entries.keys()].filter((key) => key.startsWith('item/')).length).toBeLessThanOrEqual(2 * 64)
  })

  test('OA4 each item is taken once; cleared, a conversation begins anew', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    await session.addItems(items(0, 10))
    const popped = await Promise.all(Array.from({ length: 12 }, () => session.popItem()))
    expect(textsOf(popped.filter((item) => item !== undefined)).toSorted()).toEqual(textsOf(items(0, 10)))
    expect(popped.filter((item) => item === undefined).length).toBe(2)
    await session.addItems(items(0, 70))
    await session.clearSession()
    await session.clearSession()
    expect(await session.getItems()).toEqual([])
    await session.addItems(items(5, 7))
    await world.crash()
    expect(textsOf(await new HoldfastSession(await world.open(), 'a').getItems())).toEqual(['message 5', 'message 6'])
  })

  test('OA5 a compaction takes the place of all there was', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    await session.addItems(items(0, 150))
    const compacted: AgentInputItem[] = [{ type: 'compaction', encrypted_content: 'all of it' }, ...items(148, 150)]
    await session.replaceHistoryWithCompaction(compacted)
    await session.addItems(items(150, 151))
    await world.crash()
    expect(await new HoldfastSession(await world.open(), 'a').getItems()).toEqual([...compacted, ...items(150, 151)])
  })

  test('OA6 conversations keep apart by session and name', async () => {
    const { hf } = await open()
    const all = [new HoldfastSession(hf, 'a'), new HoldfastSession(hf, 'a', { name: 'b' }), new HoldfastSession(hf, 'c')]
    for (const [i, session] of all.entries()) await session.addItems(items(i, i + 1))
    for (const [i, session] of all.entries()) expect(textsOf(await session.getItems())).toEqual([`message ${i}`])
    expect(await Promise.all(all.map((session) => session.getSessionId()))).toEqual(['a', 'a/b', 'c'])
    for (const [id, name] of [
      ['', 'b'],
      ['a', ''],
      ['a', 'b/c'],
    ] as const)
      expect(() => new HoldfastSession(hf, id, { name })).toThrow(expect.objectContaining({ code: 'invalid' }))
  })

  test('OA7 a conversation is closed, expires and is deleted with its session', async () => {
    const world = await open()
    const { hf } = world
    const root = hf.session('a')
    await root.set('n', 1)
    const session = new HoldfastSession(hf, 'a')
    await session.addItems(items(0, 2))
    await root.close()
    for (const write of [
      () => session.addItems(items(2, 3)),
      () => session.popItem(),
      () => session.clearSession(),
      () => session.replaceHistoryWithCompaction([]),
    ])
      await expect(write()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('closed') })
    expect((await session.getItems()).length).toBe(2)
    await root.reopen()
    await session.addItems(items(2, 3))
    await root.keep(1000)
    await world.clock.turn(1000)
    await expect(session.addItems(items(3, 4))).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('expired'),
    })
    await root.destroy()
    expect(await session.getItems()).toEqual([])
    await session.addItems(items(7, 8))
    expect(textsOf(await session.getItems())).toEqual(['message 7'])
  })
})

describe('memory', () => {
  test('OA7 the gate is asked for reading and writing', async () => {
    const { open } = await import('../../index.ts')
    const gate = {
      check({ principal, kind, action }: { principal: { id: string }; kind: string; action: string }) {
        if (principal.id === 'eve' && kind.startsWith('openai-') && action !== 'read') throw new Error(`${action} refused`)
        if (principal.id === 'mallory' && kind.startsWith('openai-')) throw new Error(`${action} refused`)
      },
    }
    await using hf = await open('memory:', { gate })
    await new HoldfastSession(hf, 'a').addItems(items(0, 1))
    const as = (id: string): HoldfastSession => new HoldfastSession(hf.as({ id, tenant: 'default' }), 'a')
    expect((await as('eve').getItems()).length).toBe(1)
    await expect(as('eve').addItems(items(1, 2))).rejects.toThrow('write refused')
    await expect(as('mallory').getItems()).rejects.toThrow('read refused')
    const foreign = new HoldfastSession(hf.as({ id: 'eve', tenant: 'other' }), 'a')
    expect(await foreign.getItems()).toEqual([])
  })
})
