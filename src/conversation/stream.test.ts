import { expect, test } from 'vitest'
import type { Conversation, HoldfastError } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine, type World } from '../world.testing.ts'

/** What readers see of a turn: its status and its text. */
async function seen(conversation: Conversation, id: string): Promise<string> {
  const turn = await conversation.turn(id)
  return `${turn?.status}: ${turn?.content.map((part) => ('text' in part ? part.text : part.type)).join('|')}`
}

/** Lets time pass until something is seen. */
async function shows(world: World, conversation: Conversation, id: string, expected: string): Promise<void> {
  await until(`turn ${id} to be ${expected}`, async () => {
    await world.clock.turn(20)
    return (await seen(conversation, id)) === expected
  })
}

const conflict = { code: 'conflict' } satisfies Partial<HoldfastError>

onEveryEngine((open) => {
  test('CV9 readers and the feed see a turn grow while it is written, in any process; at its end it is done', async () => {
    const world = await open()
    const conversation = world.hf.conversation('s')
    const changes = conversation.watch()
    const first = changes.next()
    const writer = await conversation.stream({ role: 'assistant', id: 'answer' })
    await writer.write('Hel')
    await writer.write('lo')
    await shows(world, conversation, 'answer', 'streaming: Hello')
    await writer.write({ type: 'reasoning', text: 'so' })
    await writer.write({ type: 'reasoning', text: ', ' })
    await shows(world, conversation, 'answer', 'streaming: Hello|so, ')
    expect((await conversation.context({ tokens: 100 })).messages).toEqual([])
    expect((await conversation.inspect()).streaming).toEqual(['answer'])
    await writer.write({ type: 'reasoning', text: 'what' })
    await writer.write({ type: 'tool-call', toolCallId: 'c', toolName: 'look', input: {} })
    await writer.end()
    expect(await seen(conversation, 'answer')).toBe('done: Hello|so, what|tool-call')
    expect((await conversation.inspect()).streaming).toEqual([])
    await expect(writer.write('more')).rejects.toMatchObject({ code: 'invalid' })
    expect((await first).value.event.name).toBe('stream')
    const names: string[] = []
    for await (const { event } of changes) {
      names.push(event?.name ?? '')
      if (event?.name === 'end') break
    }
    expect(names.length).toBeGreaterThanOrEqual(3)
    await world.crash()
    await world.open()
    expect(await seen(world.hf.conversation('s'), 'answer')).toBe('done: Hello|so, what|tool-call')
    expect(await world.hf.effects.list({ state: 'due' })).toEqual([])
  })

  test('CV10 what a process was writing when it died is partial 30 s later, and can be begun again', async () => {
    const world = await open({ worker: true })
    const writer = await world.hf.conversation('s').stream({ role: 'assistant', id: 'answer' })
    await writer.write('so far')
    await shows(world, world.hf.conversation('s'), 'answer', 'streaming: so far')
    await world.crash()
    const conversation = (await world.open({ worker: true })).conversation('s')
    await world.clock.turn(15_000)
    expect(await seen(conversation, 'answer')).toBe('streaming: so far')
    await world.clock.turn(15_000)
    await shows(world, conversation, 'answer', 'partial: so far')
    expect((await conversation.context({ tokens: 100 })).turns).toEqual([{ id: 'answer', status: 'partial', pinned: false }])
    const again = await conversation.stream({ role: 'assistant', id: 'answer' })
    await again.write('all of it')
    await again.end()
    expect(await seen(conversation, 'answer')).toBe('done: all of it')
    await expect(conversation.stream({ role: 'assistant', id: 'answer' })).rejects.toMatchObject(conflict)
    expect((await conversation.inspect()).turns).toBe(1)
  })

  test('CV10 a writer that thinks for long is heard of; one that was silent for too long, or given a rival, has lost its turn', async () => {
    const world = await open({ worker: true })
    const conversation = world.hf.conversation('s')
    const slow = await conversation.stream({ role: 'assistant', id: 'slow' })
    await slow.write('a')
    await world.clock.turn(120_000)
    await slow.write('b')
    await shows(world, conversation, 'slow', 'streaming: ab')
    await world.clock.turn(700_000)
    await shows(world, conversation, 'slow', 'partial: ab')
    await expect(slow.write('c').then(() => slow.end())).rejects.toMatchObject(conflict)
    await slow.fail()
    const old = await conversation.stream({ role: 'assistant', id: 'raced' })
    await old.write('old')
    const rival = await conversation.stream({ role: 'assistant', id: 'raced' })
    await rival.write('new')
    await expect(old.end()).rejects.toMatchObject(conflict)
    await rival.end()
    expect(await seen(conversation, 'raced')).toBe('done: new')
  })

  test('CV10 a writer that fails leaves what has come, partial; the conversation goes on behind it', async () => {
    const world = await open()
    const session = world.hf.session('s')
    await session.set('n', 1)
    const conversation = session.conversation()
    const writer = await conversation.stream({ role: 'assistant' })
    await writer.write('half')
    await conversation.add({ role: 'user', content: 'stop' })
    await session.close()
    await writer.fail()
    await writer.fail()
    expect((await conversation.list()).turns.map(({ status }) => status)).toEqual(['partial', 'done'])
    expect(await seen(conversation, writer.turn)).toBe('partial: half')
  })

  test('CV11 what is written of a turn grows with the turn, not with its square, and pieces grow as it does', async () => {
    const world = await open()
    const conversation = world.hf.conversation('s')
    const writer = await conversation.stream({ role: 'assistant', id: 'long' })
    const before = await world.hf.store.engine.entity({ tenant: 'default', kind: 'conversation', id: 's/main' })
    const word = 'word '.repeat(100)
    for (let i = 0; i < 2000; i++) {
      await writer.write(word)
      if (i % 10 === 0) await world.clock.turn(500)
    }
    await writer.end()
    const after = await world.hf.store.engine.entity({ tenant: 'default', kind: 'conversation', id: 's/main' })
    const commits = (after?.revision ?? 0) - (before?.revision ?? 0)
    expect(commits).toBeGreaterThan(60)
    expect(commits).toBeLessThan(300)
    const turn = await conversation.turn('long')
    expect(turn?.content).toEqual([{ type: 'text', text: word.repeat(2000) }])
  })

  test('CV12 a turn that grows beyond its limit is refused; what had come stays', async () => {
    const world = await open()
    const conversation = world.hf.conversation('s')
    const writer = await conversation.stream({ role: 'assistant', id: 'long' })
    const large = 'x'.repeat(3 * 1024 * 1024)
    await writer.write(large)
    await writer.write(large)
    await expect(writer.write(large)).rejects.toMatchObject({ code: 'too_large', details: { path: 'long', unit: 'bytes' } })
    await expect(writer.end()).rejects.toMatchObject({ code: 'too_large' })
    await writer.fail()
    expect(await seen(conversation, 'long')).toBe(`partial: ${large}${large}`)
  })

  test('CV8 a turn that is being written when its session is forked is partial in the fork, and goes on in its own', async () => {
    const world = await open({ worker: true })
    const session = world.hf.session('s')
    await session.set('n', 1)
    const writer = await session.conversation().stream({ role: 'assistant', id: 'answer' })
    await writer.write('half')
    await shows(world, session.conversation(), 'answer', 'streaming: half')
    const fork = await session.fork('f')
    await writer.write(' and whole')
    await world.clock.turn(31_000)
    await shows(world, fork.conversation(), 'answer', 'partial: half')
    await writer.end()
    expect(await seen(session.conversation(), 'answer')).toBe('done: half and whole')
    expect(await seen(fork.conversation(), 'answer')).toBe('partial: half')
  })
})
