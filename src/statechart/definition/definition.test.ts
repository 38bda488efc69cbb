import { expect, expectTypeOf, test } from 'vitest'
import { HoldfastError, type Issue } from '../../core/index.ts'
import { initial, type Snapshot, step } from '../index.ts'
import { and, assign, defineMachine, not, raise, setup, stateIn } from './index.ts'

const order = setup({
  types: {} as {
    context: { paid: number }
    events: { type: 'PAY'; amount: number } | { type: 'SHIP' }
    input: { paid: number }
    output: string
    tags: 'open'
  },
  guards: {
    positive: ({ event }) => event.type === 'PAY' && event.amount > 0,
    covers: ({ context }, params: { price: number }) => context.paid >= params.price,
  },
  actions: {
    pay: assign({ paid: ({ context, event }) => context.paid + (event.type === 'PAY' ? event.amount : 0) }),
    give: assign({ paid: ({ context }, params: { amount: number }) => context.paid + params.amount }),
  },
  effects: { mail: ({ context }) => `paid ${context.paid}` },
  delays: { soon: 1000 },
})

/** The findings of a definition that cannot be. */
function findings(definition: object): readonly Issue[] {
  try {
    // What callers without types, and JSON, may hand over.
    defineMachine(definition as Parameters<typeof defineMachine>[0])
  } catch (error) {
    if (HoldfastError.is(error, 'invalid')) return error.details.issues ?? []
    throw error
  }
  return []
}

test('D1 context, events, names and params are typed; a wrong name does not compile', () => {
  const machine = order.defineMachine({
    id: 'order',
    context: ({ input }) => ({ paid: input.paid }),
    output: ({ context }) => {
      expectTypeOf(context).toEqualTypeOf<{ paid: number }>()
      return `${context.paid}`
    },
    initial: 'open',
    states: {
      open: {
        tags: 'open',
        on: {
          PAY: [
            {
              guard: ({ event }) => {
                expectTypeOf(event).toEqualTypeOf<{ type: 'PAY'; amount: number }>()
                return event.amount > 100
              },
              target: 'full',
              actions: ['pay', 'mail', assign({ paid: ({ event }) => event.amount })],
            },
            { guard: and(['positive', not({ type: 'covers', params: { price: 3 } }), stateIn('open')]), actions: 'pay' },
          ],
        },
        after: { soon: 'full', 20: 'full' },
      },
      full: { type: 'final' },
    },
  })
  const { snapshot } = initial(machine, 0, { paid: 1 })
  expectTypeOf(snapshot.context).toEqualTypeOf<{ paid: number }>()
  expectTypeOf(snapshot.output).toEqualTypeOf<string | undefined>()
  expect(step(snapshot, { type: 'PAY', amount: 2 }, 0).snapshot.context).toEqual({ paid: 3 })
  expect(step(snapshot, { type: 'PAY', amount: 101 }, 0).snapshot).toMatchObject({ output: '101', states: ['full'] })
  // @ts-expect-error an event the machine does not know
  expect(step(snapshot, { type: 'PAID' }, 0).snapshot).toBe(snapshot)
  // @ts-expect-error a snapshot of another machine
  const other: Snapshot<{ context: { n: number }; events: { type: 'X' }; input: 1; output: 2; tags: 'a' }> = snapshot
  expect(other).toBe(snapshot)
})

test('D2 wrong names do not compile, and are all found at once with their paths when they come untyped', () => {
  const define = (): unknown =>
    order.defineMachine({
      id: 'order',
      context: { paid: 0 },
      initial: 'open',
      states: {
        open: {
          // @ts-expect-error no such guard
          on: { PAY: { guard: 'positiv', target: 'ful' } },
          // @ts-expect-error no such delay
          after: { son: 'full' },
          // @ts-expect-error no such action
          entry: ['play'],
          // @ts-expect-error no such tag
          tags: 'opn',
        },
        // @ts-expect-error the params of the action are missing
        full: { exit: 'give' },
      },
    })
  expect(define).toThrow(
    expect.objectContaining({
      code: 'invalid',
      details: {
        path: 'order',
        issues: [
          { path: 'order.open.after.son', message: 'unknown delay "son"; did you mean "soon"?' },
          { path: 'order.open.on.PAY.target', message: 'unknown state "ful"; did you mean "full"?' },
          { path: 'order.open.on.PAY.guard', message: 'unknown guard "positiv"; did you mean "positive"?' },
          { path: 'order.open.entry.0', message: 'unknown action "play"; did you mean "pay"?' },
        ],
      },
    }),
  )
})

test.each([
  ['no beginning', { id: 'm', states: { a: {} } }, 'm.initial'],
  ['an initial state that is not there', { id: 'm', initial: 'b', states: { a: {} } }, 'm.initial'],
  ['no id', { initial: 'a', states: { a: {} } }, 'id'],
  ['a target out of nowhere', { id: 'm', initial: 'a', states: { a: { on: { X: '#z' } } } }, 'm.a.on.X.target'],
  [
    'two targets that exclude each other',
    { id: 'm', initial: 'a', states: { a: { on: { X: ['b'] } }, b: {} }, on: { X: { target: ['.a', '.b'] } } },
    'm.on.X.target',
  ],
  ['a final state with a way out', { id: 'm', initial: 'a', states: { a: { type: 'final', on: { X: 'a' } } } }, 'm.a.on'],
  ['a misspelled property', { id: 'm', initial: 'a', states: { a: { onn: {} } } }, 'm.a.onn'],
  [
    'a misspelled property of a transition',
    { id: 'm', initial: 'a', states: { a: { on: { X: { cond: 'x' } } } } },
    'm.a.on.X.cond',
  ],
  ['an id used twice', { id: 'm', initial: 'a', states: { a: { id: 'x' }, b: { id: 'x' } } }, 'm.b'],
  ['an unknown kind', { id: 'm', initial: 'a', states: { a: { type: 'paralel' } } }, 'm.a.type'],
  ['an unknown actor', { id: 'm', initial: 'a', states: { a: { invoke: { src: 'x' } } } }, 'm.a.invoke.0.src'],
  ['a function as an action', { id: 'm', initial: 'a', states: { a: { entry: () => {} } } }, 'm.a.entry'],
  [
    'a history that leads out of its parent',
    {
      id: 'm',
      initial: 'a',
      states: { a: { initial: 'c', states: { c: {}, h: { type: 'history', target: '#b' } } }, b: { id: 'b' } },
    },
    'm.a.h.target',
  ],
  ['a done transition that can never be taken', { id: 'm', initial: 'a', states: { a: { onDone: 'a' } } }, 'm.a.onDone'],
  ['a key with a dot', { id: 'm', initial: 'a', states: { a: {}, 'b.c': {} } }, 'm.b.c'],
  [
    'a state that is looked for in a guard',
    { id: 'm', initial: 'a', states: { a: { always: { guard: stateIn('q') } } } },
    'm.a.always.guard',
  ],
  ['an effect that is no function', { id: 'm', initial: 'a', effects: { mail: 1 }, states: { a: {} } }, 'm.effects.mail'],
])('D3 %s is found', (_, definition, path) => {
  expect(findings(definition).map((issue) => issue.path)).toEqual([path])
})

test('D4 the more exact descriptor is tried first, and a transition without anything hides the event from outer states', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'a',
    on: { '*': '.other', 'order.*': '.some', 'order.paid': '.paid' },
    states: { a: { on: { hidden: undefined } }, other: {}, some: {}, paid: {} },
  })
  const { snapshot } = initial(machine, 0)
  const after = (type: string) => step(snapshot, { type }, 0).snapshot.states
  expect([after('order.paid'), after('order.sent.late'), after('order'), after('orders'), after('hidden')]).toEqual([
    ['paid'],
    ['some'],
    ['some'],
    ['other'],
    ['a'],
  ])
})

test('D5 a transition to the source or below it leaves the source only when told to reenter', () => {
  const inner = { initial: 'one', states: { one: {}, two: {} } } as const
  const machine = defineMachine({
    id: 'm',
    types: {} as { context: { entered: number } },
    context: { entered: 0 },
    initial: 'a',
    states: {
      a: {
        ...inner,
        entry: assign({ entered: ({ context }) => context.entered + 1 }),
        on: { IN: '.two', AGAIN: { target: '.two', reenter: true }, SELF: 'a' },
      },
    },
  })
  const { snapshot } = initial(machine, 0)
  const inside = step(snapshot, { type: 'IN' }, 0).snapshot
  expect([inside.context.entered, inside.states]).toEqual([1, ['a.two']])
  expect(step(inside, { type: 'SELF' }, 0).snapshot).toMatchObject({ context: { entered: 1 }, states: ['a.one'] })
  expect(step(inside, { type: 'AGAIN' }, 0).snapshot).toMatchObject({ context: { entered: 2 }, states: ['a.two'] })
})

test('D6 an assignment computes all properties from the context before it, and actions run in order', () => {
  const machine = defineMachine({
    id: 'm',
    types: {} as { context: { a: number; b: number } },
    context: { a: 1, b: 2 },
    entry: [
      assign({ a: ({ context }) => context.b, b: ({ context }) => context.a }),
      assign({ a: ({ context }) => context.a * 10 }),
    ],
    on: { BACK: { actions: raise({ type: 'INNER' }) }, INNER: { actions: assign({ a: 0 }) } },
  })
  const { snapshot } = initial(machine, 0)
  expect(snapshot.context).toEqual({ a: 20, b: 1 })
  expect(step(snapshot, { type: 'BACK' }, 0).snapshot.context).toEqual({ a: 0, b: 1 })
})
