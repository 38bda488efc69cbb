import { expect, test } from 'vitest'
import { and, assign, defineMachine, not, or, raise, setup, stateIn } from '../index.ts'
import { type DiagramState, type DiagramTransition, diagramOf } from './index.ts'
import { durationOf } from './trigger.ts'

const agent = setup({
  guards: { paid: () => true, above: (_, params: { amount: number }) => params.amount > 1 },
  actions: { note: assign({}) },
  effects: { mail: () => ({}) },
  delays: { patience: 1000 },
  actors: { search: 'external', rank: 'external' },
}).defineMachine({
  id: 'agent',
  version: '3',
  initial: 'idle',
  on: { stop: '.over' },
  states: {
    idle: {
      entry: ['note', 'mail'],
      exit: raise({ type: 'left' }),
      on: { begin: { target: ['work.a.two', 'work.b.two'], actions: 'note' } },
    },
    work: {
      type: 'parallel',
      tags: 'busy',
      description: 'Two at once',
      instructions: 'Be quick',
      tools: ['search'],
      onDone: 'over',
      states: {
        a: {
          initial: 'one',
          states: { one: { on: { tick: {}, again: { target: 'one', reenter: true } } }, two: { type: 'final' } },
        },
        b: {
          initial: 'one',
          states: {
            one: { invoke: { src: 'search', id: 's', onDone: 'two', onError: { guard: 'paid', target: 'two' } } },
            two: {},
            again: { type: 'history', target: 'two' },
            same: { type: 'history' },
          },
        },
        last: { type: 'history', history: 'deep' },
      },
    },
    waiting: {
      after: { 300000: 'over', patience: { guard: not('paid'), target: 'over' } },
      always: { guard: and([or(['paid', { type: 'above', params: { amount: 3 } }]), stateIn('work')]), target: 'over' },
      on: { back: 'work.last', 'order.*': { guard: () => true, actions: assign({}) }, '*': '#agent.waiting' },
    },
    over: { type: 'final' },
  },
})

const diagram = diagramOf(agent)
const states = (state: DiagramState): DiagramState[] => [state, ...state.children.flatMap(states)]
const state = (id: string) => states(diagram.root).find((one) => one.id === id)
const from = (source: string): readonly DiagramTransition[] => diagram.transitions.filter((one) => one.source === source)

test('G1 every state stands once, below its parent, with what it says of itself', () => {
  expect(diagram).toMatchObject({ id: 'agent', version: '3', tag: agent.tag })
  const shape = ({ label, kind, children }: DiagramState): string =>
    `${label || '.'}${kind === 'atomic' ? '' : `:${kind}`}${children.length === 0 ? '' : `(${children.map(shape).join(' ')})`}`
  expect(shape(diagram.root)).toBe(
    'agent:compound(.:initial idle work:parallel(a:compound(.:initial one two:final) ' +
      'b:compound(.:initial one two again:shallow same:shallow) last:deep) waiting over:final)',
  )
  expect(state('idle')).toMatchObject({ entry: ['note', 'mail'], exit: ['raise'] })
  expect(state('work')).toMatchObject({ tags: ['busy'], description: 'Two at once', instructions: 'Be quick', tools: ['search'] })
  expect(state('work.b.one')?.invokes).toEqual([{ id: 's', src: 'search' }])
})

test('G1 every transition stands once, with where it leads and whether it leaves its source', () => {
  expect(from('idle')).toEqual([
    expect.objectContaining({ events: ['begin'], targets: ['work.a.two', 'work.b.two'], actions: ['note'], internal: false }),
  ])
  expect(from('work.a.one')).toMatchObject([
    { trigger: 'again', targets: ['work.a.one'], self: true, internal: false },
    { trigger: 'tick', targets: [], self: false, internal: true },
  ])
  expect(from('#agent')).toMatchObject([{ trigger: 'stop', targets: ['over'], self: false, internal: true }])
  expect(from('waiting').find(({ trigger }) => trigger === '*')).toMatchObject({ self: true, targets: ['waiting'] })
  expect(new Set(diagram.transitions.map(({ id }) => id)).size).toBe(diagram.transitions.length)
  expect(JSON.parse(JSON.stringify(diagram))).toEqual(diagram)
})

test('G2 a compound state begins at its dot; a history leads on where that says something new', () => {
  expect(from('work.b:initial')).toMatchObject([{ targets: ['work.b.one'], trigger: '', self: false, internal: false }])
  expect(from('work:initial')).toEqual([])
  expect(from('work.b.again')).toMatchObject([{ targets: ['work.b.two'] }])
  expect(from('work.b.same')).toEqual([])
  expect(from('work.last')).toEqual([])
  expect(from('waiting').find(({ trigger }) => trigger === 'back')?.targets).toEqual(['work.last'])
})

test('G3 guards, actions and triggers are called by their names', () => {
  expect(from('waiting').map(({ trigger, guard, actions }) => [trigger, guard, actions])).toEqual([
    ['order.*', 'function', ['assign']],
    ['back', undefined, []],
    ['*', undefined, []],
    ['after 5m', undefined, []],
    ['after patience', 'not paid', []],
    ['', '(paid or above(amount: 3)) and in work', []],
  ])
  expect(from('work').map(({ trigger }) => trigger)).toEqual(['done'])
  expect(from('work.b.one')).toMatchObject([
    { trigger: 'done', events: ['done.invoke.s'] },
    { trigger: 'error', guard: 'paid' },
  ])
})

test('G3 of several children, whose end it is stands beside it', () => {
  const machine = setup({ actors: { search: 'external', rank: 'external' } }).defineMachine({
    id: 'm',
    invoke: [
      { src: 'search', onDone: { actions: [] } },
      { src: 'rank', onError: { actions: [] } },
    ],
  })
  expect(diagramOf(machine).transitions.map(({ trigger }) => trigger)).toEqual(['done search', 'error rank'])
})

test('G3 a time is said in the fewest units', () => {
  expect([0, 999, 90_000, 300_000, 86_400_000].map(durationOf)).toEqual(['0ms', '999ms', '1m 30s', '5m', '1d'])
})

test('G1 what is no machine of this package is refused', () => {
  expect(() => diagramOf({ id: 'x', version: '1', tag: 'x@1#0', actors: {}, effects: [] })).toThrow(/Expected a machine/)
  expect(diagramOf(defineMachine({ id: 'one' })).root).toMatchObject({ id: '#one', label: 'one', kind: 'atomic', children: [] })
})
