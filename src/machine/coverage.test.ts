import { expect, test } from 'vitest'
import { defineMachine } from '../statechart/index.ts'
import { onEveryEngine } from '../world.testing.ts'

const states = {
  a: { on: { GO: 'b' } },
  b: { on: { GO: [{ guard: () => false, target: 'a' }, { target: 'a' }], STAY: {} } },
} as const
const types = {} as { events: { type: 'GO' } | { type: 'STAY' } }
const One = defineMachine({ id: 'm', types, initial: 'a', states })
/** Another structure: a state more, so its transitions have other ids. */
const Two = defineMachine({ id: 'm', types, version: '2', initial: 'a', states: { ...states, c: { on: { GO: 'a' } } } })

onEveryEngine((open) => {
  const counted = ({ states: all, transitions }: { states: readonly object[]; transitions: readonly { taken: number }[] }) => [
    all.map((state) => Object.values(state).join(' ')),
    transitions.map(({ taken }) => taken),
  ]

  test('DM34 coverage tells transitions apart that read the same, and counts each life of an instance', async () => {
    const { hf } = await open({ machines: [One] })
    const m = hf.machine(One, 's', 'm')
    await m.start()
    for (const type of ['GO', 'GO', 'GO', 'STAY'] as const) await m.send({ type })
    await m.destroy()
    await m.start()
    await hf.machine(One, 's', 'stopped').start()
    await hf.instance('s/stopped').stop()
    const found = await hf.instances.coverage(One)
    expect(found).toMatchObject({ instances: 2, complete: true })
    // In document order: of b, STAY and then two for GO, of which the guard of the first never holds.
    expect(counted(found)).toEqual([
      ['#m 3 1', 'a 4 1', 'b 2 0'],
      [2, 1, 0, 1],
    ])
  })

  test('DM34 (I5) what another version has done before an instance was adopted is not counted for this one', async () => {
    const world = await open({ machines: [One] })
    const m = world.hf.machine(One, 's', 'm')
    await m.start()
    await m.send({ type: 'GO' })
    await world.close()
    const hf = await world.open({ machines: [Two] })
    await hf.machine(Two, 's', 'm').send({ type: 'GO' })
    expect(counted(await hf.instances.coverage(Two))).toEqual([
      ['#m 0 1', 'a 1 1', 'b 0 0', 'c 0 0'],
      [0, 0, 0, 1, 0],
    ])
    const before = await hf.instances.coverage(One)
    expect(before).toMatchObject({ instances: 1, revisions: 2 })
    expect(counted(before)).toEqual([
      ['#m 1 0', 'a 1 0', 'b 1 0'],
      [1, 0, 0, 0],
    ])
  })
})
