import { expect, test } from 'vitest'
import {
  assign,
  can,
  cancel,
  defineMachine,
  emit,
  encode,
  initial,
  log,
  type Machine,
  nextEvents,
  raise,
  restore,
  type Snapshot,
  type Step,
  sendTo,
  setup,
  step,
} from './index.ts'

/** Where a machine is after these events. */
function after(machine: Machine, ...types: readonly string[]): Step {
  let last = initial(machine, 0)
  for (const type of types) last = step(last.snapshot, { type }, 0)
  return last
}

/** An action that leaves its mark in the context. */
const mark = (word: string) =>
  assign(({ context }) => ({ marks: [...((Object(context).marks as string[] | undefined) ?? []), word] }))

const marks = ({ context }: Snapshot): unknown => Object(context).marks

test('M1 a step asks for work as data, in order, with absolute deadlines, and changes nothing it was given', () => {
  const machine = setup({
    effects: { mail: (_, params: { to: string }) => ({ mailTo: params.to }) },
    delays: { soon: 50 },
  }).defineMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        after: { 1000: 'b' },
        on: {
          GO: {
            target: 'b',
            actions: [
              { type: 'mail', params: { to: 'ann' } },
              sendTo('other', { type: 'HI' }, { delay: 'soon', id: 'hi' }),
              emit({ type: 'GONE' }),
              log(({ now }) => now, 'when'),
              raise({ type: 'LATER' }, { delay: 7 }),
              cancel('hi'),
            ],
          },
        },
      },
      b: {},
    },
  })
  const begun = initial(machine, 100)
  expect(begun.effects).toEqual([{ type: 'schedule', id: 'after.1000.a', at: 1100, event: { type: 'after.1000.a' } }])
  const before = JSON.stringify(encode(begun.snapshot))
  expect(step(begun.snapshot, { type: 'GO' }, 200).effects).toEqual([
    { type: 'cancel', id: 'after.1000.a' },
    { type: 'perform', name: 'mail', payload: { mailTo: 'ann' } },
    { type: 'send', target: 'other', event: { type: 'HI' }, id: 'hi', at: 250 },
    { type: 'emit', event: { type: 'GONE' } },
    { type: 'log', label: 'when', value: 200 },
    { type: 'schedule', id: 'LATER', at: 207, event: { type: 'LATER' } },
    { type: 'cancel', id: 'hi' },
  ])
  expect(JSON.stringify(encode(begun.snapshot))).toBe(before)
  expect(step(begun.snapshot, { type: 'after.1000.a' }, 1100).snapshot.states).toEqual(['b'])
})

test('M2 eventless transitions come before raised events, and these in order before the next external one', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { GO: { target: 'b', actions: [raise({ type: 'ONE' }), raise({ type: 'TWO' })] } } },
      b: { always: { target: 'c', actions: mark('always') } },
      c: { on: { ONE: { actions: mark('one') }, TWO: { actions: mark('two') } } },
    },
  })
  expect(marks(after(machine, 'GO').snapshot)).toEqual(['always', 'one', 'two'])
})

test('M3 the inner source wins, then the region written first; exits run backwards, entries forwards', () => {
  const region = (key: string) => ({
    initial: 'one',
    entry: mark(`+${key}`),
    exit: mark(`-${key}`),
    states: { one: { on: { MOVE: { target: 'two', actions: mark(`move ${key}`) } } }, two: {} },
  })
  const machine = defineMachine({
    id: 'm',
    initial: 'p',
    states: {
      p: {
        type: 'parallel',
        entry: mark('+p'),
        exit: mark('-p'),
        on: { MOVE: 'out', OUT: { target: 'out', actions: mark('out') } },
        states: { x: region('x'), y: region('y') },
      },
      out: {},
    },
  })
  const moved = after(machine, 'MOVE')
  expect(moved.snapshot.states).toEqual(['p.x.two', 'p.y.two'])
  expect(moved.trace).toEqual([
    {
      transitions: ['p.x.one --MOVE--> p.x.two', 'p.y.one --MOVE--> p.y.two'],
      exited: ['p.y.one', 'p.x.one'],
      entered: ['p.x.two', 'p.y.two'],
    },
  ])
  const entered = ['+p', '+x', '+y']
  expect(marks(moved.snapshot)).toEqual([...entered, 'move x', 'move y'])
  expect(marks(after(machine, 'OUT').snapshot)).toEqual([...entered, '-y', '-x', '-p', 'out'])
})

test('M3 of two regions that would both leave the parallel state, the first wins', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'p',
    states: {
      p: { type: 'parallel', states: { x: { on: { OUT: '#first' } }, y: { on: { OUT: '#second' } } } },
      first: { id: 'first' },
      second: { id: 'second' },
    },
  })
  expect(after(machine, 'OUT').snapshot.states).toEqual(['first'])
})

test('M4 a transition between regions leaves the parallel state', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'p',
    states: {
      p: {
        type: 'parallel',
        entry: mark('+p'),
        states: { x: { on: { CROSS: '#two' } }, y: { initial: 'one', states: { one: {}, two: { id: 'two' } } } },
      },
    },
  })
  const { snapshot } = after(machine, 'CROSS')
  expect([snapshot.states, marks(snapshot)]).toEqual([
    ['p.x', 'p.y.two'],
    ['+p', '+p'],
  ])
})

const player = defineMachine({
  id: 'player',
  initial: 'on',
  states: {
    on: {
      initial: 'radio',
      states: {
        radio: { initial: 'fm', states: { fm: { on: { NEXT: 'am' } }, am: {} }, on: { TAPE: 'tape' } },
        tape: {},
        shallow: { type: 'history' },
        deep: { type: 'history', history: 'deep', target: 'tape' },
      },
      on: { OFF: 'off' },
    },
    off: { on: { SHALLOW: 'on.shallow', DEEP: 'on.deep' } },
    begin: {},
  },
})

test('M5 shallow history remembers the child, deep history the innermost states, through storage too', () => {
  const off = after(player, 'NEXT', 'OFF').snapshot
  const stored = JSON.parse(JSON.stringify(encode(off)))
  for (const snapshot of [off, restore(player, stored)]) {
    expect(step(snapshot, { type: 'DEEP' }, 0).snapshot.states).toEqual(['on.radio.am'])
    expect(step(snapshot, { type: 'SHALLOW' }, 0).snapshot.states).toEqual(['on.radio.fm'])
  }
})

test('M5 a history that remembers nothing leads to its own target, or to where its parent begins', () => {
  const machine = (history: string) =>
    defineMachine({
      id: 'm',
      initial: 'off',
      states: {
        off: { on: { ON: history } },
        on: { initial: 'a', states: { a: {}, b: {}, h: { type: 'history' }, k: { type: 'history', target: 'b' } } },
      },
    })
  expect(after(machine('on.h'), 'ON').snapshot.states).toEqual(['on.a'])
  expect(after(machine('on.k'), 'ON').snapshot.states).toEqual(['on.b'])
})

test('M6 final states raise done events with their output, and the last one ends the machine after all exit actions', () => {
  const half = (at: string) => ({ initial: 'a', states: { a: { on: { [at]: 'b' } }, b: { type: 'final', output: at } } }) as const
  const machine = defineMachine({
    id: 'm',
    initial: 'p',
    exit: mark('end'),
    output: ({ context, event }) => [marks({ context } as Snapshot), event.output],
    states: {
      p: {
        type: 'parallel',
        states: { x: { ...half('X'), onDone: { actions: assign(({ event }) => ({ x: event.output })) } }, y: half('Y') },
        onDone: 'over',
      },
      over: { type: 'final', exit: mark('over'), output: 'bye' },
    },
  })
  expect(after(machine, 'X').snapshot).toMatchObject({ status: 'active', context: { x: 'X' } })
  const done = after(machine, 'X', 'Y').snapshot
  expect(done).toMatchObject({ status: 'done', states: ['over'], output: [['over', 'end'], 'bye'] })
  expect(step(done, { type: 'X' }, 0).snapshot).toBe(done)
  expect(encode(restore(machine, encode(done)))).toEqual(encode(done))
})

const boom = (): boolean => {
  throw new TypeError('boom')
}

test('M7 an error skips the rest of its block and can be handled; unhandled it refuses the whole step', () => {
  const fails = assign(() => {
    throw new TypeError('boom')
  })
  const definition = {
    id: 'm',
    on: { GO: { actions: [mark('before'), fails, mark('after')] }, TEST: { guard: boom, actions: mark('passed') } },
  }
  const handled = defineMachine({
    ...definition,
    types: {} as { events: { type: 'GO' | 'TEST' } },
    on: { ...definition.on, 'error.execution': { actions: assign(({ event }) => ({ error: String(event.error) })) } },
  })
  expect(after(handled, 'GO').snapshot.context).toEqual({ marks: ['before'], error: 'TypeError: boom' })
  expect(after(handled, 'TEST').snapshot.context).toEqual({ error: 'TypeError: boom' })
  const unhandled = defineMachine(definition)
  for (const type of ['GO', 'TEST']) {
    expect(() => after(unhandled, type)).toThrow(expect.objectContaining({ code: 'invalid', cause: new TypeError('boom') }))
  }
  expect(can(initial(unhandled, 0).snapshot, { type: 'TEST' }, 0)).toBe(false)
})

test('M8 a machine that never rests is refused with the transitions that go round', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
  })
  expect(() => after(machine, 'GO')).toThrow(/within 1000 microsteps; it goes on with .*b ----> c, c ----> b/)
})

test('M9 a child starts once its state rests, and stops when it is left', () => {
  const machine = setup({ actors: { search: 'external' } }).defineMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { GO: 'busy', PASS: 'passing' } },
      busy: {
        invoke: {
          src: 'search',
          id: 's',
          input: ({ event }) => event.type,
          onDone: { target: 'a', actions: mark('done') },
          onError: 'failed',
        },
        on: { STOP: 'a' },
      },
      passing: { invoke: { src: 'search' }, always: 'a' },
      failed: {},
    },
  })
  const busy = after(machine, 'GO')
  expect(busy.effects).toEqual([{ type: 'start', id: 's', src: 'search', input: 'GO' }])
  expect(after(machine, 'PASS').effects).toEqual([])
  expect(after(machine, 'GO', 'STOP').effects).toEqual([{ type: 'stop', id: 's' }])
  const answer = { type: 'done.invoke.s', invokeId: 's', output: 1 }
  const restored = restore(machine, JSON.parse(JSON.stringify(encode(busy.snapshot))))
  for (const snapshot of [busy.snapshot, restored]) {
    expect(marks(step(snapshot, answer, 0).snapshot)).toEqual(['done'])
    expect(step(snapshot, { type: 'error.invoke.s', invokeId: 's' } as never, 0).snapshot.states).toEqual(['failed'])
  }
})

test('M10 an event nothing reacts to gives back the same snapshot', () => {
  const { snapshot } = initial(player, 0)
  expect(step(snapshot, { type: 'NOTHING' }, 0)).toMatchObject({ snapshot, effects: [], trace: [] })
  expect(step(snapshot, { type: 'NOTHING' }, 0).snapshot).toBe(snapshot)
})

test('M11 a machine that strangers send thousands of types to, and one of thousands of configurations, goes on as before', () => {
  let { snapshot } = initial(player, 0)
  for (let i = 0; i < 2000; i++) snapshot = step(snapshot, { type: `strange-${i}` }, 0).snapshot
  expect(step(snapshot, { type: 'NEXT' }, 0).snapshot.states).toEqual(['on.radio.am'])
  const bit = (i: number) => ({
    initial: 'zero',
    states: { zero: { on: { [`flip${i}`]: 'one' } }, one: { on: { [`flip${i}`]: 'zero' } } },
  })
  const many = defineMachine({
    id: 'many',
    type: 'parallel',
    states: Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`bit${i}`, bit(i)])),
  })
  let moment = initial(many, 0).snapshot
  // A Gray code visits all 8,192 configurations, twice the size of the table.
  for (let n = 1; n < 8192; n++) moment = step(moment, { type: `flip${31 - Math.clz32(n & -n)}` }, 0).snapshot
  expect(moment.states.map((id) => (id.endsWith('one') ? 1 : 0)).join('')).toBe('0000000000001')
})

test('L1 can, nextEvents and the snapshot agree about what an event does', () => {
  const { snapshot } = initial(player, 0)
  expect(nextEvents(snapshot)).toEqual(['OFF', 'TAPE', 'NEXT'])
  expect(['OFF', 'DEEP'].map((type) => can(snapshot, { type }, 0))).toEqual([true, false])
})

test('D5 a source that its own transition does not leave is not entered either when another transition leaves it', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'p',
    states: { p: { type: 'parallel', states: { x: { on: { GO: '#out' } }, y: { on: { GO: 'y' } } } }, out: { id: 'out' } },
  })
  expect(after(machine, 'GO').snapshot.states).toEqual(['out'])
})

test('M5 what an exit makes a history remember counts for the entry of the same microstep', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        initial: 'h',
        states: { h: { type: 'history', target: 'one' }, one: { on: { NEXT: 'two' } }, two: {} },
        on: { AGAIN: { target: 'a', reenter: true } },
      },
    },
  })
  expect(after(machine, 'NEXT', 'AGAIN').snapshot.states).toEqual(['a.two'])
})
