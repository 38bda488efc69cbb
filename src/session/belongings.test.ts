import { expect, test } from 'vitest'
import { onEveryEngine } from './world.testing.ts'

onEveryEngine((open) => {
  test('S44 what lives in the tree of a session is deleted with it, whatever it is', async () => {
    const world = await open()
    const { hf, clock } = world
    const note = (id: string, root: string) =>
      hf.commit((tx) => {
        const entity = tx.entity('note', id)
        if (!entity.exists) entity.describe({ root })
        entity.set('text', id)
      })
    const there = async (): Promise<unknown[]> =>
      (await hf.commit((tx) => ['a/1', 'a/2', 'b/1'].filter((id) => tx.entity('note', id).exists))).value
    for (const session of ['a', 'b']) await hf.session(session).set('n', 1)
    await note('a/1', 'a')
    await note('a/2', 'a')
    await note('b/1', 'b')
    await hf.session('a').close()
    expect(await there()).toEqual(['a/1', 'a/2', 'b/1'])
    await hf.session('a').destroy()
    expect(await there()).toEqual(['b/1'])
    await note('a/1', 'a')
    expect(await there()).toEqual(['a/1', 'b/1'])
    await hf.session('b').keep(1000)
    await clock.turn(31 * 24 * 3600 * 1000)
    await hf.sweeper.sweep()
    expect(await there()).toEqual(['a/1'])
  })
})
