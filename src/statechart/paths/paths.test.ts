import { expect, test } from 'vitest'
import { assign, coverage, defineMachine, endOf, type MachinePath, paths, setup, testsOf, titleOf } from '../index.ts'

const order = setup({
  types: {} as {
    context: { paid: number }
    events: { type: 'PAY'; amount: number } | { type: 'SHIP' } | { type: 'CANCEL' }
    input: { price: number }
  },
  guards: { enough: ({ context, event }) => event.type === 'PAY' && context.paid + event.amount >= 10 },
  actions: { pay: assign({ paid: ({ context, event }) => context.paid + (event.type === 'PAY' ? event.amount : 0) }) },
  actors: { courier: 'external' },
}).defineMachine({
  id: 'order',
  context: { paid: 0 },
  initial: 'open',
  states: {
    open: { on: { PAY: [{ guard: 'enough', target: 'paid', actions: 'pay' }, { actions: 'pay' }], CANCEL: 'cancelled' } },
    paid: { on: { SHIP: 'shipping' }, after: { 1000: 'cancelled' } },
    shipping: {
      invoke: {
        src: 'courier',
        id: 'courier',
        onDone: [{ guard: ({ event }) => event.output === 'lost', target: 'cancelled' }, 'delivered'],
      },
    },
    delivered: { type: 'final' },
    cancelled: { type: 'final' },
  },
})
const events = {
  PAY: [
    { type: 'PAY', amount: 5 },
    { type: 'PAY', amount: 10 },
  ],
} as const
const short = (list: readonly MachinePath[]): string[] => list.map(titleOf)

test('T1 shortest paths lead to every set of states by real steps, guards and payloads included', () => {
  const found = paths(order, { kind: 'shortest', events, answers: { courier: ['here', 'lost'] } })
  expect(found.complete).toBe(true)
  expect(short(found.paths)).toEqual([
    'open at the start',
    'cancelled via CANCEL',
    'paid via PAY',
    'shipping via PAY, SHIP',
    'delivered via PAY, SHIP, done.invoke.courier',
  ])
  expect(found.paths[2]?.steps[0]).toMatchObject({ event: { amount: 10 }, snapshot: { states: ['paid'], context: { paid: 10 } } })
})

test('T1 without an event that passes the guard, what lies behind it is not reached', () => {
  const found = paths(order, { kind: 'shortest', events: { PAY: [{ type: 'PAY', amount: 0 }] } })
  expect(short(found.paths)).toEqual(['open at the start', 'cancelled via CANCEL'])
})

test('T2 simple paths come to no moment twice, and end where they cannot go on, or where they are wanted to', () => {
  const toDelivered = paths(order, { kind: 'simple', events, to: 'delivered' })
  const amounts = toDelivered.paths.map(({ steps }) => steps.flatMap(({ event }) => ('amount' in event ? [event.amount] : [])))
  // 15 is come to by 5 and 10, too.
  expect(amounts).toEqual([[5, 5], [5, 10], [10]])
  const all = paths(order, { kind: 'simple', events })
  expect(all.paths.every((path) => endOf(path).snapshot.status === 'done')).toBe(true)
  expect(new Set(all.paths.map((path) => JSON.stringify(path.steps.map(({ event }) => event)))).size).toBe(all.paths.length)
})

test('T3 paths through transitions take every transition, and coverage names what other runs missed', () => {
  const answers = { courier: ['here', 'lost'] }
  const through = paths(order, { kind: 'transitions', events, answers }).paths
  expect(coverage(order, through).transitions.missed).toEqual([])
  const some = coverage(order, [[{ type: 'PAY', amount: 10 }, { type: 'SHIP' }], [{ type: 'CANCEL' }]])
  expect(some.transitions).toEqual({
    covered: ['order.open.on.CANCEL', 'order.open.on.PAY.0', 'order.paid.on.SHIP'],
    missed: ['order.open.on.PAY.1', 'order.paid.after.1000', 'order.shipping.invoke.onDone.0', 'order.shipping.invoke.onDone.1'],
  })
  expect(some.states.missed).toEqual(['order.delivered'])
})

test('T4 contexts that count without end are cut off, and it is said', () => {
  const counter = defineMachine({
    id: 'counter',
    types: {} as { context: { n: number } },
    context: { n: 0 },
    on: { MORE: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
  })
  const found = paths(counter, { kind: 'simple', most: 20 })
  expect([found.complete, found.paths[0]?.steps.length]).toEqual([false, 19])
})

/** A shop somebody wrote by hand; broken, it forgets what was paid before. */
class Shop {
  paid = 0
  state = 'open'
  readonly #broken: boolean

  constructor(broken: boolean) {
    this.#broken = broken
  }

  pay(amount: number): void {
    this.paid = this.#broken ? amount : this.paid + amount
    if (this.paid >= 10) this.state = 'paid'
  }
}

const shop = (broken: boolean) => {
  const see = (state: string) => (it: Shop) => expect(it.state).toBe(state)
  return {
    start: () => new Shop(broken),
    events: {
      PAY: (it: Shop, event: object) => it.pay(Object(event).amount),
      CANCEL: (it: Shop) => {
        it.state = 'cancelled'
      },
    },
    states: { open: see('open'), paid: see('paid'), cancelled: see('cancelled') },
  }
}

test('T5 paths are tests of an implementation: a right one passes all, a wrong one fails with the events that show it', async () => {
  const wanted = paths(order, { kind: 'simple', events, to: 'paid' }).paths
  for (const { run } of testsOf(wanted, shop(false))) await run()
  const results = await Promise.allSettled(testsOf(wanted, shop(true)).map(({ run }) => run()))
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.message.split(':')[0]] : []))
  expect([results.length, failures]).toEqual([3, ['expected state paid after PAY, PAY']])
})

test('T6 an implementation that cannot do an event, knows strange states or sees nothing at the end is refused at once', () => {
  const wanted = paths(order, { kind: 'shortest', events }).paths
  const lacking = { start: () => 0, events: { PAY: () => 0, SHIP: () => 0 }, states: { opne: () => 0, paid: () => 0 } }
  expect(() => testsOf(wanted, lacking)).toThrow(
    expect.objectContaining({
      code: 'invalid',
      details: {
        issues: [
          'states.opne',
          'states.open',
          'events.CANCEL',
          'states.cancelled',
          'states.shipping',
          'events.done.invoke.courier',
          'states.delivered',
        ].map((path) => expect.objectContaining({ path })),
      },
    }),
  )
})
