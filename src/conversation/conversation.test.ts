import { expect, test } from 'vitest'
import { type Conversation, defineTask, type NewTurn, type Part, type RunContext } from '../index.ts'
import { until } from '../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../world.testing.ts'

const user = (content: string, more: Partial<NewTurn> = {}): NewTurn => ({ role: 'user', content, ...more })
const assistant = (content: string | readonly Part[], more: Partial<NewTurn> = {}): NewTurn => ({
  role: 'assistant',
  content,
  ...more,
})
const call = (id: string): Part => ({ type: 'tool-call', toolCallId: id, toolName: 'pay', input: { amount: 1 } })
const result = (id: string): Part => ({
  type: 'tool-result',
  toolCallId: id,
  toolName: 'pay',
  output: { type: 'json', value: 'ok' },
})

/** What was said, in order. */
async function texts(conversation: Conversation, options = {}): Promise<string[]> {
  const { turns } = await conversation.list(options)
  return turns.map(({ content }) => content.map((part) => ('text' in part ? part.text : part.type)).join('|'))
}

onEveryEngine((open) => {
  test('CV1 turns come back as they were said, in order, in this process and the next', async () => {
    const world = await open()
    const parts: Part[] = [
      { type: 'reasoning', text: 'hm', providerOptions: { x: { signature: 's' } } },
      { type: 'text', text: 'yes' },
      call('c1'),
      { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' },
      { type: 'file', mediaType: 'image/png', data: new Uint8Array([1, 2, 3]), filename: 'a.png' },
      { type: 'data', name: 'weather', data: new Map([['a', 1n]]) },
    ]
    const conversation = world.hf.session('s').conversation()
    await conversation.add({ role: 'system', content: 'Be kind' })
    await conversation.add(user('hello', { speaker: 'ann', metadata: { from: 'web' } }), assistant(parts))
    await conversation.add([
      { role: 'tool', content: [{ type: 'tool-approval-response', approvalId: 'a1', approved: true }, result('c1')] },
    ])
    const check = async (): Promise<void> => {
      const { turns, before } = await world.hf.conversation('s').list()
      expect(before).toBe(null)
      expect(turns).toMatchObject([
        { id: 'turn-1', role: 'system', content: [{ type: 'text', text: 'Be kind' }], status: 'done', parent: null, branch: 0 },
        { id: 'turn-2', role: 'user', speaker: 'ann', metadata: { from: 'web' }, parent: 'turn-1' },
        { id: 'turn-3', role: 'assistant', parent: 'turn-2' },
        { id: 'turn-4', role: 'tool', parent: 'turn-3' },
      ])
      expect(turns[2]?.content).toEqual(parts)
      expect(await world.hf.conversation('s').turn('turn-2')).toEqual(turns[1])
    }
    await check()
    await world.crash()
    await world.open()
    await check()
    expect(await world.hf.session('s').conversation().inspect()).toMatchObject({
      session: 's',
      name: 'main',
      turns: 4,
      head: 'turn-4',
    })
  })

  test('CV2 the same id is the same turn; another content under it is refused', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    const [first] = await conversation.add(user('a', { id: 'm/1' }))
    await conversation.add(user('b'))
    expect(await conversation.add([user('a', { id: 'm/1' }), user('c', { id: 'm~1' })])).toMatchObject([first, { id: 'm~1' }])
    await expect(conversation.add(user('z', { id: 'm/1' }))).rejects.toMatchObject({ code: 'conflict' })
    await expect(conversation.add(user('z'), user('a', { id: 'm/1', speaker: 'x' }))).rejects.toMatchObject({ code: 'conflict' })
    await expect(conversation.add(user('z', { id: 'turn-9' }))).rejects.toMatchObject({
      code: 'invalid',
      details: { path: 'id' },
    })
    expect(await texts(conversation)).toEqual(['a', 'b', 'c'])
    expect(await conversation.turn('turn-1')).toBe(undefined)
  })

  test('CV6 what lives in a session ends with it: closed takes no turns, deleted has none', async () => {
    const world = await open()
    const session = world.hf.session('s')
    await session.set('n', 1)
    await session.conversation().add(user('a'))
    await session.conversation('notes').add(user('n'))
    expect((await session.conversations()).map(({ name, turns }) => [name, turns])).toEqual([
      ['main', 1],
      ['notes', 1],
    ])
    await session.close()
    await expect(session.conversation().add(user('b'))).rejects.toMatchObject({ code: 'conflict' })
    await expect(session.conversation().select('turn-1')).rejects.toMatchObject({ code: 'conflict' })
    expect(await texts(session.conversation())).toEqual(['a'])
    await session.reopen()
    await session.conversation().add(user('b'))
    await session.destroy()
    expect(await session.conversations()).toEqual([])
    expect(await texts(session.conversation())).toEqual([])
    await session.conversation().add(user('anew'))
    expect(await texts(session.conversation())).toEqual(['anew'])
  })

  test('CV7 a decision over several things and a step of a task add turns in their commit', async () => {
    const task = defineTask('hear', async (ctx: RunContext, said: string) => {
      await ctx.commit('heard', (tx) => {
        tx.conversation().add({ role: 'user', content: said })
        tx.session.set('asked', 1)
      })
      const { messages } = await ctx.step('context', () => ctx.session.conversation().context({ tokens: 100 }))
      return messages.length
    })
    const world = await open({ tasks: [task], worker: true })
    const run = await world.hf.session('s').start(task, 'hello')
    await until('the run to be done', async () => {
      await world.clock.turn(20)
      return (await run.inspect()).status === 'done'
    })
    expect(await run.result()).toBe(1)
    await expect(
      world.hf.commit((tx) => {
        tx.conversation('s').add(user('lost'))
        tx.session('s').set('asked[', 2)
      }),
    ).rejects.toMatchObject({ code: 'invalid' })
    await world.hf.commit((tx) => {
      const conversation = tx.conversation('s')
      expect(conversation.last(5).map(({ id }) => id)).toEqual(['turn-1'])
      const [turn] = conversation.add(assistant('hi'))
      conversation.pin(turn.id)
      expect(conversation.turn('turn-2')?.content).toEqual([{ type: 'text', text: 'hi' }])
    })
    expect(await texts(world.hf.conversation('s'))).toEqual(['hello', 'hi'])
    expect((await world.hf.conversation('s').inspect()).pinned).toEqual(['turn-2'])
  })

  test('CV8 a fork of a session has its conversations as they were, and each goes its own way', async () => {
    const world = await open()
    const session = world.hf.session('s')
    await session.conversation().add(user('a', { id: 'own' }))
    await session.set('n', 1)
    await session.conversation().add(user('b'))
    await session.conversation('late').add(user('n'))
    const now = await session.fork('now')
    const then = await session.fork('then', { at: 1 })
    expect((await now.conversations()).map(({ id }) => id)).toEqual(['now/late', 'now/main'])
    expect((await then.conversations()).map(({ id }) => id)).toEqual(['then/main'])
    await session.conversation().add(user('c'))
    await now.conversation().add(user('d'))
    await then.conversation().add(user('a', { id: 'own' }), user('e'))
    await world.crash()
    await world.open()
    const told = (id: string): Promise<string[]> => texts(world.hf.conversation(id))
    expect([await told('s'), await told('now'), await told('then')]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'd'],
      ['a', 'e'],
    ])
  })

  test('CV5 a context holds the newest turns that fit, tool calls only with their results, what the system says first', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    expect(await conversation.context({ tokens: 100 })).toEqual({ messages: [], tokens: 0, turns: [], left: 0 })
    await conversation.add(
      user('the first thing that was said'),
      assistant([{ type: 'text', text: 'a' }, call('c1')]),
      { role: 'tool', content: [result('c1')] },
      { role: 'system', content: 'Be kind' },
      assistant('done'),
      user('and now?'),
      assistant([{ type: 'text', text: 'let me see' }, call('c2'), { type: 'data', name: 'x', data: 1 }]),
    )
    await conversation.pin('turn-1')
    const all = await conversation.context({ tokens: 1000 })
    expect(all.messages.map(({ role }) => role)).toEqual([
      'system',
      'user',
      'assistant',
      'tool',
      'assistant',
      'user',
      'assistant',
    ])
    expect(all.messages.at(-1)).toEqual({ role: 'assistant', content: [{ type: 'text', text: 'let me see' }] })
    expect(all.messages[1]).toEqual({ role: 'user', content: 'the first thing that was said' })
    expect(all.left).toBe(0)
    const some = await conversation.context({ tokens: all.tokens - 10 })
    expect(some.tokens).toBeLessThanOrEqual(all.tokens - 10)
    expect(some.turns.map(({ id }) => id)).not.toContain('turn-3')
    expect(some.turns.map(({ id }) => id)).not.toContain('turn-2')
    expect(some.turns).toContainEqual({ id: 'turn-1', status: 'done', pinned: true })
    expect(some.left).toBe(7 - some.turns.length)
    await conversation.unpin('turn-1')
    const few = await conversation.context({ tokens: 20 })
    expect(few.messages.at(-1)).toEqual(all.messages.at(-1))
    expect(few.turns.map(({ id }) => id)).not.toContain('turn-1')
    await expect(conversation.context({ tokens: 0 })).rejects.toMatchObject({ code: 'invalid' })
  })
})
