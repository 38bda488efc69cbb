import { assign, defineMachine, type Machine, setup } from '../../src/statechart/index.ts'
import type { XMachine, XState } from '../peer/xstate.ts'

type Toggle = { type: 'TOGGLE' }

/** The event all of them react to. */
export const TOGGLE: Toggle = { type: 'TOGGLE' }

/** Two states. */
const flat = defineMachine({
  id: 'flat',
  types: {} as { events: Toggle },
  initial: 'inactive',
  states: { inactive: { on: { TOGGLE: 'active' } }, active: { on: { TOGGLE: 'inactive' } } },
})

/** Three levels, with a guard and an assignment. */
const nested = setup({
  types: {} as { context: { count: number }; events: Toggle },
  guards: { low: ({ context }) => context.count < 1e12 },
  actions: { count: assign({ count: ({ context }) => context.count + 1 }) },
}).defineMachine({
  id: 'nested',
  context: { count: 0 },
  initial: 'outer',
  states: {
    outer: {
      initial: 'middle',
      states: {
        middle: {
          initial: 'one',
          states: {
            one: { on: { TOGGLE: { target: 'two', guard: 'low', actions: 'count' } } },
            two: { on: { TOGGLE: { target: 'one', guard: 'low', actions: 'count' } } },
          },
        },
      },
    },
  },
})

const region = { initial: 'off', states: { off: { on: { TOGGLE: 'on' } }, on: { on: { TOGGLE: 'off' } } } } as const

/** Four regions that all move. */
const parallel = defineMachine({
  id: 'parallel',
  types: {} as { events: Toggle },
  type: 'parallel',
  states: { a: region, b: region, c: region, d: region },
})

/** The machines that are measured. */
export const toggles = { flat, nested, parallel } satisfies Readonly<Record<string, Machine>>

/** One of the three. */
export type ToggleName = keyof typeof toggles

export const names = Object.keys(toggles) as readonly ToggleName[]

/** The same three in XState. */
export function xstateToggles({ createMachine, assign: xassign }: XState): Readonly<Record<ToggleName, XMachine>> {
  const low = ({ context }: { readonly context: { readonly count: number } }): boolean => context.count < 1e12
  const count = xassign({ count: ({ context }: { readonly context: { readonly count: number } }) => context.count + 1 })
  const move = (target: string): object => ({ on: { TOGGLE: { target, guard: low, actions: count } } })
  const middle = { initial: 'one', states: { one: move('two'), two: move('one') } }
  const outer = { initial: 'middle', states: { middle } }
  return {
    flat: createMachine({
      id: 'flat',
      initial: 'inactive',
      states: { inactive: { on: { TOGGLE: 'active' } }, active: { on: { TOGGLE: 'inactive' } } },
    }),
    nested: createMachine({ id: 'nested', context: { count: 0 }, initial: 'outer', states: { outer } }),
    parallel: createMachine({ id: 'parallel', type: 'parallel', states: { a: region, b: region, c: region, d: region } }),
  }
}

/** The same three as a programmer in a hurry writes them: no definition, one function. */
export const byHand = {
  flat: { start: 'inactive', next: (state: unknown) => (state === 'inactive' ? 'active' : 'inactive') },
  nested: {
    start: { value: 'one', count: 0 },
    next: (state: unknown) => {
      const { value, count } = state as { value: string; count: number }
      return count < 1e12 ? { value: value === 'one' ? 'two' : 'one', count: count + 1 } : state
    },
  },
  parallel: {
    start: { a: 'off', b: 'off', c: 'off', d: 'off' },
    next: (state: unknown) => {
      const { a, b, c, d } = state as Readonly<Record<'a' | 'b' | 'c' | 'd', string>>
      return { a: flip(a), b: flip(b), c: flip(c), d: flip(d) }
    },
  },
} satisfies Readonly<Record<ToggleName, { start: unknown; next: (state: unknown, event: Toggle) => unknown }>>

function flip(state: string): string {
  return state === 'off' ? 'on' : 'off'
}
