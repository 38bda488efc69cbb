import { expect, test } from 'vitest'
import { onEveryEngine, type World } from './world.testing.ts'

const MAILS = { effects: { mail: { run: () => 'sent' } } }

/** One revision that promises mails, after so many milliseconds; then they are sent. */
async function mail(world: World, ids: readonly string[], after = 1): Promise<void> {
  await world.clock.turn(after)
  await world.hf.session('a').update((state, tx) => {
    state.mails = Number(state.mails ?? 0) + 1
    for (const id of ids) tx.entity.effect('mail', {}, { id })
  })
}

async function send(world: World): Promise<void> {
  while ((await world.hf.effects.list({ state: 'due', limit: 1 })).length > 0) await world.clock.turn(1000)
}

onEveryEngine((open) => {
  test('S41 effectsSince names what was promised after a moment and has happened', async () => {
    const world = await open({ ...MAILS, worker: true })
    await mail(world, ['first'])
    await mail(world, ['second'])
    await world.hf.session('b').update((_, tx) => void tx.entity.effect('mail', {}, { id: 'of another' }))
    await send(world)
    const at = world.clock.now() + 1
    await mail(world, ['third'])
    await send(world)
    const { hf } = world
    await hf.session('a').update((_, tx) => void tx.entity.effect('call', {}, { id: 'cancelled' }))
    await hf.effects.cancel('cancelled')
    const session = hf.session('a')
    const since = async (moment: number | Date) => (await session.effectsSince(moment)).effects.map(({ id }) => id)
    expect(await since(1)).toEqual(['second', 'third'])
    expect(await since(2)).toEqual(['third'])
    expect(await since(new Date(at))).toEqual([])
    expect(await session.effectsSince(2)).toMatchObject({ effects: [{ id: 'third', name: 'mail', at }], more: false })
    await expect(session.effectsSince(99)).rejects.toMatchObject({ code: 'not_found' })
    await expect(session.effectsSince(0)).rejects.toMatchObject({ code: 'invalid' })
  })

  test('S41 two revisions of one millisecond are not told apart: what may have happened since is named', async () => {
    const world = await open({ ...MAILS, worker: true })
    await mail(world, ['first'])
    await mail(world, ['second'], 0)
    await send(world)
    const { effects } = await world.hf.session('a').effectsSince(1)
    expect(effects.map(({ id }) => id)).toEqual(['first', 'second'])
  })

  test('S41 a thousand are named, and it is said when there are more; elder ones crowd out none', async () => {
    const world = await open({ ...MAILS, worker: true })
    const numbered = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
    await mail(world, numbered('a', 1000))
    await mail(world, numbered('b', 1000))
    await mail(world, ['c'])
    await send(world)
    const since = async (moment: number) => {
      const { effects, more } = await world.hf.session('a').effectsSince(moment)
      return { first: effects[0]?.id, count: effects.length, more }
    }
    expect(await since(1)).toEqual({ first: 'b0', count: 1000, more: true })
    expect(await since(2)).toEqual({ first: 'c', count: 1, more: false })
  })
})
