import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, defineMachine, encode, initial, raise, restore, type StoredSnapshot, step } from '../statechart/index.ts'
import { onEveryEngine } from '../world.testing.ts'

const types = ['UP', 'DOWN', 'SWAP', 'OUT', 'BACK', 'HUSH', 'NONE'] as const

/** Parallel regions, a deep history, guards, timers and raised events: all that a snapshot can hold without children. */
const Mixed = defineMachine({
  id: 'mixed',
  types: {} as { context: { n: number; seen: Map<string, number> }; events: { type: (typeof types)[number] } },
  context: () => ({ n: 0, seen: new Map() }),
  initial: 'work',
  states: {
    work: {
      type: 'parallel',
      states: {
        level: {
          initial: 'low',
          on: {
            UP: { actions: assign(({ context }) => ({ n: context.n + 1, seen: new Map([...context.seen, ['up', context.n]]) })) },
          },
          states: {
            low: { always: { target: 'high', guard: ({ context }) => context.n > 2 } },
            high: { on: { DOWN: { target: 'low', actions: assign({ n: 0 }) } }, after: { 60000: 'low' } },
          },
        },
        side: {
          initial: 'left',
          states: {
            left: { on: { SWAP: { target: 'right', actions: raise({ type: 'UP' }) } } },
            right: { on: { SWAP: 'left' } },
          },
        },
      },
      on: { OUT: 'out' },
    },
    out: { on: { BACK: 'again' } },
    again: { always: 'work' },
  },
})

onEveryEngine((open, name) => {
  test('DM2 any events, with any crashes between them, come to what the pure steps come to', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...types), fc.boolean()), { maxLength: 12 }), async (events) => {
        const world = await open({ machines: [Mixed] })
        const now = world.clock.now()
        await world.hf.machine(Mixed, 's', 'm').start()
        let pure = initial(Mixed, now).snapshot
        for (const [type, crashes] of events) {
          const before = pure
          pure = step(pure, { type }, now).snapshot
          const sent = await world.hf.machine(Mixed, 's', 'm').send({ type })
          expect(sent.handled).toBe(pure !== before)
          expect(sent).toMatchObject({ states: pure.states, context: pure.context })
          if (crashes) {
            await world.crash()
            await world.open()
          }
        }
        const row = await world.hf.timeline.row(world.hf.machine(Mixed, 's', 'm').ref)
        const { value: stored } = await world.hf.commit((tx) => tx.entity('machine', row.id).get('snapshot') as StoredSnapshot)
        expect(encode(restore(Mixed, stored))).toEqual(encode(pure))
      }),
      { numRuns: name === 'postgres' ? 6 : 25, seed: 11 },
    )
  })
})
