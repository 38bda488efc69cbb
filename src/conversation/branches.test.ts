import { expect, test } from 'vitest'
import type { Conversation, NewTurn } from '../index.ts'
import { onEveryEngine } from '../world.testing.ts'

const says = (text: string, id = text): NewTurn => ({ role: 'user', content: text, id })

async function ids(conversation: Conversation, options = {}): Promise<string> {
  return (await conversation.list(options)).turns.map(({ id }) => id).join(' ')
}

onEveryEngine((open) => {
  test('CV3 an edit begins a branch, the head moves to it, and nothing of the other is lost', async () => {
    const world = await open()
    const conversation = world.hf.conversation('s')
    await conversation.add(says('a'), says('b'), says('c'))
    await conversation.add([says('b2'), says('c2')], { after: 'a' })
    expect(await ids(conversation)).toBe('a b2 c2')
    expect(await ids(conversation, { branch: 0 })).toBe('a b c')
    expect(await conversation.branches()).toEqual([
      { branch: 0, from: null, first: 'a', last: 'c', active: false },
      { branch: 1, from: 'a', first: 'b2', last: 'c2', active: true },
    ])
    await conversation.select(0)
    await conversation.add(says('d'))
    expect(await ids(conversation)).toBe('a b c d')
    await conversation.select('b')
    expect(await ids(conversation)).toBe('a b')
    await conversation.add(says('c3'))
    expect(await ids(conversation)).toBe('a b c3')
    await world.crash()
    const again = (await world.open()).conversation('s')
    await again.add(says('d2'), { after: 'c2' })
    expect(await ids(again)).toBe('a b2 c2 d2')
    expect((await again.branches()).map(({ branch, from, first, last }) => [branch, from, first, last])).toEqual([
      [0, null, 'a', 'd'],
      [1, 'a', 'b2', 'd2'],
      [2, 'b', 'c3', 'c3'],
    ])
    expect((await again.turn('c3'))?.branch).toBe(2)
  })

  test('CV3 the first turn can be said anew; the conversation then begins with it', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    await conversation.add(says('a'), says('b'))
    await conversation.add(says('a2'), { after: null })
    await conversation.add(says('b2'))
    expect(await ids(conversation)).toBe('a2 b2')
    expect(await conversation.branches()).toMatchObject([
      { first: 'a', last: 'b' },
      { from: null, first: 'a2', last: 'b2' },
    ])
    await conversation.select(0)
    expect(await ids(conversation)).toBe('a b')
  })

  test('CV3 what is not there is not found, and nothing changes', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    const missing = { code: 'not_found' }
    await expect(conversation.select('a')).rejects.toMatchObject(missing)
    await expect(conversation.add(says('a'), { after: 'x' })).rejects.toMatchObject(missing)
    await expect(conversation.inspect()).rejects.toMatchObject(missing)
    await conversation.add(says('a'))
    await expect(conversation.select('x')).rejects.toMatchObject(missing)
    await expect(conversation.select(1)).rejects.toMatchObject(missing)
    await expect(conversation.list({ branch: 7 })).rejects.toMatchObject(missing)
    await expect(conversation.list({ before: 'turn-1' })).rejects.toMatchObject(missing)
    await expect(conversation.pin('turn-99999999999')).rejects.toMatchObject(missing)
    expect((await conversation.inspect()).revision).toBe(1)
  })

  test('CV5 a pinned turn is in contexts while it is on the active branch', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    await conversation.add(says('a'), says('b'), says('c'))
    await conversation.pin('b')
    await conversation.add(says('b2'), { after: 'a' })
    const pinned = async (): Promise<string[]> => {
      const { turns } = await conversation.context({ tokens: 100 })
      return turns.map(({ id, pinned: isPinned }) => (isPinned ? `${id}!` : id))
    }
    expect(await pinned()).toEqual(['a', 'b2'])
    await conversation.add(says('d'), { after: 'b' })
    expect(await pinned()).toEqual(['a', 'b!', 'd'])
    await conversation.select('a')
    expect(await pinned()).toEqual(['a'])
  })

  test('CV13 pages lead from the newest turns back to the first, over branches and pages of keys', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    const all = Array.from({ length: 230 }, (_, i) => says(`t${i}`))
    await conversation.add(all)
    await conversation.add([says('x'), says('y')], { after: 't120' })
    const seen: string[] = []
    let before: string | undefined
    do {
      const page = await conversation.list({ before, limit: 50 })
      seen.unshift(...page.turns.map(({ id }) => id))
      before = page.before ?? undefined
    } while (before !== undefined)
    expect(seen).toEqual([...all.slice(0, 121).map(({ id }) => id), 'x', 'y'])
    for (const limit of [0, 1001, 1.5]) await expect(conversation.list({ limit })).rejects.toMatchObject({ code: 'invalid' })
  })
})
