import { expect, test } from 'vitest'
import { assign, type Occurrence, sendTo, setup, simulate } from '../index.ts'

const packing = setup({
  types: {} as { input: { parcels: number }; context: { parcels: number } },
  actors: { label: 'external' },
}).defineMachine({
  id: 'packing',
  context: ({ input }) => ({ parcels: input.parcels }),
  initial: 'labelling',
  states: {
    labelling: { invoke: { src: 'label', id: 'label', onDone: 'closing', onError: 'closing' } },
    closing: { entry: sendTo('parent', { type: 'CLOSING' }), after: { 50: 'packed' }, on: { HURRY: 'packed' } },
    packed: { type: 'final', output: ({ context }) => context.parcels },
  },
})

const order = setup({
  types: {} as {
    context: { log: unknown[] }
    events: { type: 'PAY'; amount: number } | { type: 'CLOSING' } | { type: 'RING' } | { type: 'BOOM' }
  },
  guards: { enough: ({ event }) => event.type === 'PAY' && event.amount >= 10 },
  actors: { packing, courier: 'external' },
}).defineMachine({
  id: 'order',
  context: { log: [] },
  initial: 'open',
  on: {
    BOOM: {
      actions: assign(() => {
        throw new TypeError('boom')
      }),
    },
  },
  states: {
    open: {
      on: { PAY: { guard: 'enough', target: 'packing' } },
      after: { 1000: 'expired', 100: { actions: sendTo('mailer', { type: 'REMIND' }) } },
    },
    packing: {
      invoke: {
        src: 'packing',
        id: 'p',
        input: { parcels: 2 },
        onDone: { target: 'sending', actions: assign({ log: ({ event }) => [event.output] }) },
      },
      on: { CLOSING: { actions: assign({ log: ['closing'] }) } },
    },
    sending: { invoke: { src: 'courier', id: 'c', onDone: 'sent', onError: 'failed' }, after: { 5000: 'failed' } },
    sent: { type: 'final' },
    failed: { type: 'final' },
    expired: { type: 'final' },
  },
})
const pay = { send: { type: 'PAY', amount: 10 } } as const

test('V1 a script is played with real children, timers and answers, each at its moment', () => {
  const script = [{ wait: 100 }, pay, { done: 'p.label' }, { wait: 60 }, { done: 'c', output: 'here' }] as const
  const { steps, snapshot, now, failure, unhandled } = simulate(order, { script }, { now: 1000 })
  const told = steps.map(
    ({ at, actor, event, snapshot: { states } }) => `${at} ${actor || '-'} ${event?.type ?? 'begin'} ${states}`,
  )
  expect(told).toEqual([
    '1000 - begin open',
    '1100 - after.100.open open',
    '1100 - PAY packing',
    '1100 p begin labelling',
    '1100 p done.invoke.label closing',
    '1100 - CLOSING packing',
    '1150 p after.50.closing packed',
    '1150 - done.invoke.p sending',
    '1160 - done.invoke.c sent',
  ])
  expect([snapshot?.status, snapshot?.context, now, failure, unhandled]).toEqual(['done', { log: [2] }, 1160, undefined, []])
  expect(steps[1]?.effects).toEqual([{ type: 'send', target: 'mailer', event: { type: 'REMIND' } }])
})

test('V1 children that are no machines end as planned, fail as told, and can be left before they answer', () => {
  const play = (...script: Occurrence<{ type: 'PAY'; amount: number }>[]) =>
    simulate(order, { script: [pay, ...script] }, { outcomes: { label: { output: 1, after: 5 } } })
  expect(play({ wait: 54 }).snapshot?.states).toEqual(['packing'])
  expect(play({ wait: 55 }).snapshot?.states).toEqual(['sending'])
  expect(play({ wait: 55 }, { fail: 'c', error: 'lost' }).snapshot?.states).toEqual(['failed'])
  expect(play({ wait: 5056 }).snapshot?.states).toEqual(['failed'])
  const child = play({ wait: 6 }, { send: { type: 'HURRY' }, to: 'p' })
  expect([child.snapshot?.states, child.now]).toEqual([['sending'], 6])
})

test('V2 events that change nothing are named', () => {
  const { unhandled } = simulate(order, { script: [{ send: { type: 'PAY', amount: 3 } }, { send: { type: 'RING' } }, pay] })
  expect(unhandled.map(({ event }) => event)).toEqual([{ type: 'PAY', amount: 3 }, { type: 'RING' }])
})

test('V3 the same seed gives the same run, its script gives it again, and seeds come to different ends', () => {
  const events = {
    PAY: [
      { type: 'PAY', amount: 3 },
      { type: 'PAY', amount: 20 },
    ],
    BOOM: [],
  } as const
  const outcomes = { label: { output: 1 } }
  const run = (seed: number) => simulate(order, { seed, steps: 30, events, answers: { c: ['here'] } }, { outcomes })
  expect(run(5)).toEqual(run(5))
  const { script, steps } = run(5)
  expect(
    simulate(order, { script: script as typeof script & Occurrence<{ type: 'PAY'; amount: number }>[] }, { outcomes }).steps,
  ).toEqual(steps)
  const ends = Array.from({ length: 60 }, (_, seed) => run(seed)).map(({ snapshot, failure }) =>
    failure ? 'thrown' : snapshot?.states[0],
  )
  expect(new Set(ends)).toEqual(new Set(['sent', 'failed', 'expired', 'thrown']))
})

test('V4 a step that throws ends the run and is told; a child that does not run is refused by name', () => {
  const { failure, steps } = simulate(order, { script: [pay, { send: { type: 'BOOM' } }, { wait: 9999 }] })
  expect([failure?.message, steps.at(-1)?.actor]).toEqual([expect.stringContaining('boom'), 'p'])
  for (const wrong of [{ done: 'c' }, { fail: 'p' }, { send: pay.send, to: 'q' }] as const) {
    expect(() => simulate(order, { script: [pay, wrong] })).toThrow(
      /Expected a child that runs, got "[cpq]"; there are (p|p\.label)/,
    )
  }
})
