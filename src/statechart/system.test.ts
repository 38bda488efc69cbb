import { expect, test } from 'vitest'
import { assign, defineMachine, type EventObject, raise, System, sendTo, setup } from './index.ts'

const child = setup({ types: {} as { context: { to: string }; input: { to: string } } }).defineMachine({
  id: 'child',
  context: ({ input }) => ({ to: input.to }),
  initial: 'asking',
  states: {
    asking: { entry: sendTo('parent', { type: 'ASKED' }), on: { ANSWER: 'over' }, after: { 500: 'late' } },
    late: { entry: sendTo('parent', { type: 'LATE' }) },
    over: { type: 'final', output: ({ context }) => `told ${context.to}` },
  },
})

const parent = setup({ types: {} as { context: { heard: string[] } }, actors: { ask: child, gone: 'external' } }).defineMachine({
  id: 'parent',
  context: { heard: [] },
  initial: 'idle',
  on: { '*': { actions: assign({ heard: ({ context, event }) => [...context.heard, event.type] }) } },
  states: {
    idle: { on: { GO: 'asking', FAIL: 'failing' } },
    asking: {
      invoke: {
        src: 'ask',
        id: 'q',
        input: { to: 'ann' },
        onDone: { target: 'idle', actions: assign({ heard: ({ event }) => [String(event.output)] }) },
      },
      on: { REPLY: { actions: sendTo('q', { type: 'ANSWER' }) }, STOP: 'idle' },
    },
    failing: { invoke: { src: 'gone', onError: 'idle' } },
  },
})

const begin = () => {
  const system = new System({ start: ({ src, input }) => (src === 'ask' ? { machine: child, input } : undefined), now: 1000 })
  return { system, actor: system.start(parent, 'p') }
}
const heard = (snapshot: { context: unknown }): unknown => Object(snapshot.context).heard

test('S1 a child is started with its input, exchanges messages with its parent, and its output is told', () => {
  const { system, actor } = begin()
  system.send('p', { type: 'GO' })
  expect([actor.snapshot.states, heard(actor.snapshot)]).toEqual([['asking'], ['ASKED']])
  system.send('p', { type: 'REPLY' })
  expect([actor.snapshot.states, heard(actor.snapshot)]).toEqual([['idle'], ['told ann']])
})

test('S2 timers go off at their moments when the clock is turned, and not after they were cancelled or their actor stopped', () => {
  const { system, actor } = begin()
  system.send('p', { type: 'GO' })
  system.advance(499)
  expect(heard(actor.snapshot)).toEqual(['ASKED'])
  system.advance(1)
  expect([heard(actor.snapshot), system.now]).toEqual([['ASKED', 'LATE'], 1500])
  const stopped = begin()
  stopped.system.send('p', { type: 'GO' })
  stopped.system.send('p', { type: 'STOP' })
  stopped.system.advance(10_000)
  expect(heard(stopped.actor.snapshot)).toEqual(['ASKED'])
})

test('S3 a child that cannot be started fails, and a message to nobody comes back as an error', () => {
  const { system, actor } = begin()
  system.send('p', { type: 'FAIL' })
  expect([actor.snapshot.states, heard(actor.snapshot)]).toEqual([['idle'], []])
  const lost = defineMachine({
    id: 'lost',
    initial: 'a',
    states: { a: { entry: sendTo('nobody', { type: 'HI' }), on: { 'error.*': 'b' } }, b: {} },
  })
  expect(system.start(lost, 'l').snapshot.states).toEqual(['b'])
})

test('S4 timers of one moment go off in the order they were set, one id at a time', () => {
  const order: (EventObject | undefined)[] = []
  const machine = defineMachine({
    id: 'm',
    entry: [raise({ type: 'B' }, { delay: 20 }), raise({ type: 'A' }, { delay: 10 }), raise({ type: 'C' }, { delay: 20 })],
    on: { '*': { actions: assign({}) } },
  })
  const system = new System({ observe: (_, __, event) => order.push(event) })
  system.start(machine, 'm')
  system.advance(20)
  expect(order.map((event) => event?.type)).toEqual([undefined, 'A', 'B', 'C'])
})
