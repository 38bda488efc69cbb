import * as v from 'valibot'
import { expect, test } from 'vitest'
import { and, assign, defineMachine, encode, initial, not, raise, sendTo, setup, step } from '../index.ts'
import { check, checkDefinition, type Finding } from './index.ts'

/** What a definition is found guilty of, in short. */
function found(definition: object, options: Parameters<typeof checkDefinition>[1] = {}): string[] {
  return checkDefinition(definition, options).map(({ kind, path, trace }) => `${kind} ${path} [${trace.join(' ')}]`)
}

const isOpen = () => true
const guards = { open: isOpen, full: isOpen }

test('K1 a sound machine has no findings, whatever its guards are made of', () => {
  const sound = {
    id: 'm',
    initial: 'a',
    guards,
    states: {
      a: { on: { GO: [{ guard: and(['open', 'full']), target: 'b' }, { guard: 'open', target: 'a' }, 'p'] } },
      b: {
        always: [
          { guard: 'open', target: 'p' },
          { guard: not('open'), target: 'end' },
        ],
      },
      p: {
        type: 'parallel',
        states: {
          x: { initial: 'one', states: { one: { on: { GO: 'two' } }, two: { type: 'final' } } },
          y: { initial: 'one', states: { one: { after: { 10: 'two' } }, two: { type: 'final' } } },
        },
        onDone: 'end',
      },
      end: { type: 'final' },
    },
  }
  expect(found(sound, { events: ['GO'] })).toEqual([])
})

test('K2 what cannot be defined is found at once, with paths', () => {
  const broken = { id: 'm', initial: 'x', states: { a: { on: { GO: { target: 'z', guard: 'none' } } } } }
  expect(found(broken)).toEqual([
    'illegal-definition m.initial []',
    'illegal-definition m.a.on.GO.target []',
    'illegal-definition m.a.on.GO.guard []',
  ])
})

test('K3 states nothing leads to are found; of several inside each other, the outermost', () => {
  const states = {
    a: { on: { GO: 'end' } },
    b: { initial: 'c', states: { c: { on: { GO: '#m.end' } }, h: { type: 'history' } } },
    end: { type: 'final' },
  }
  expect(found({ id: 'm', initial: 'a', states })).toEqual(['unreachable-state m.b []'])
})

test('K3 what only the failure of code leads to is reached, within a step too; without code it is not', () => {
  const machine = (output: unknown) => ({
    id: 'm',
    initial: 'a',
    states: {
      a: { initial: 'b', states: { b: { type: 'final', output } }, onDone: 'end', on: { 'error.execution': 'failed' } },
      end: { type: 'final' },
      failed: { type: 'final' },
    },
  })
  expect(found(machine(() => 1))).toEqual([])
  expect(found(machine(undefined))).toContain('unreachable-state m.failed []')
})

test.each([
  [
    'another without a guard is before it',
    { on: { GO: [{ target: 'end' }, { target: 'a', guard: 'open' }] } },
    'dead-transition m.a.on.GO.1 []',
  ],
  ['a shorter timer is before it', { after: { 10: 'end', 20: 'a' } }, 'dead-transition m.a.after.20 []'],
  [
    'its guard contradicts itself',
    { on: { GO: [{ target: 'a', guard: and(['open', not('open')]) }, 'end'] } },
    'dead-transition m.a.on.GO.0 []',
  ],
  [
    'a guard before it holds whenever its own does',
    {
      on: {
        GO: [
          { guard: 'open', target: 'end' },
          { guard: and(['full', 'open']), target: 'a' },
        ],
      },
    },
    'guard-overlap m.a.on.GO.1 []',
  ],
])('K4 a transition is dead when %s', (_, a, finding) => {
  expect(found({ id: 'm', initial: 'a', guards, states: { a, end: { type: 'final' } } })).toContain(finding)
})

test('K4 a transition of an outer state is dead when all inner states take the event, and alive when one may not', () => {
  const outer = (guard: object) => ({
    id: 'm',
    guards,
    initial: 'a',
    states: {
      a: {
        initial: 'b',
        on: { GO: 'end' },
        states: { b: { on: { GO: { target: 'c', ...guard } } }, c: { on: { GO: 'b', OUT: '#m.end' } } },
      },
      end: { type: 'final' },
    },
  })
  expect(found(outer({}))).toContain('dead-transition m.a.on.GO []')
  expect(found(outer({ guard: 'open' }))).not.toContain('dead-transition m.a.on.GO []')
})

test('K5 regions that both leave on one event are in conflict, unless they lead to the same', () => {
  const machine = (second: string) => ({
    id: 'm',
    initial: 'a',
    states: {
      a: { on: { IN: 'p' } },
      p: { type: 'parallel', states: { x: { on: { OUT: '#one' } }, y: { on: { OUT: second } } } },
      one: { id: 'one', type: 'final' },
      two: { id: 'two', type: 'final' },
    },
  })
  expect(found(machine('#two'))).toContain('region-conflict m.p.y.on.OUT [IN OUT]')
  expect(found(machine('#one')).filter((each) => each.startsWith('region'))).toEqual([])
})

test('K6 dead ends and traps come with the fewest events that lead there, and say whether a guard is on the way', () => {
  const states = {
    a: { on: { LONG: 'b', SHORT: 'stuck', LOOP: { guard: 'open', target: 'x' }, END: 'end' } },
    b: { on: { NEXT: 'stuck' } },
    stuck: {},
    x: { on: { GO: 'y' } },
    y: { on: { GO: 'x' } },
    end: { type: 'final' },
  }
  const findings = checkDefinition({ id: 'm', initial: 'a', guards: { open: isOpen }, states })
  const short = findings.map(({ kind, path, certainty, trace }) => [kind, path, certainty, ...trace])
  expect(short).toEqual([
    ['dead-end', 'm.stuck', 'certain', 'SHORT'],
    ['cannot-finish', 'm.x', 'possible', 'LOOP'],
  ])
})

test('K6 a machine that never ends by design is no trap, and guards that all fail are only a hint', () => {
  expect(found({ id: 'm', initial: 'a', states: { a: { on: { GO: 'b' } }, b: { on: { GO: 'a' } } } })).toEqual([])
  const choosing = {
    id: 'm',
    initial: 'a',
    guards,
    states: { a: { always: [{ guard: 'open', target: 'b' }] }, b: { type: 'final' } },
  }
  expect(checkDefinition(choosing).filter(({ kind }) => kind === 'dead-end')).toMatchObject([
    { severity: 'info', certainty: 'possible' },
  ])
})

test.each([
  ['eventless transitions', { b: { always: 'c' }, c: { always: 'b' } }, ['endless-step certain GO']],
  [
    'guards that hold together and nothing that changes them',
    { b: { always: { guard: 'open', target: 'c' } }, c: { always: { guard: 'open', target: 'b' } } },
    ['endless-step possible GO'],
  ],
  [
    'guards that exclude each other',
    { b: { always: { guard: 'open', target: 'c' } }, c: { always: { guard: not('open'), target: 'b' } } },
    [],
  ],
  [
    'an assignment on the way',
    { b: { always: { guard: 'open', target: 'c', actions: assign({ n: 1 }) } }, c: { always: { guard: 'open', target: 'b' } } },
    [],
  ],
  [
    'raised events',
    { b: { entry: raise({ type: 'X' }), on: { X: 'c' } }, c: { entry: raise({ type: 'Y' }), on: { Y: 'b' } } },
    ['endless-step certain GO'],
  ],
])('K7 a round of %s', (_, states, expected) => {
  const findings = checkDefinition({ id: 'm', initial: 'a', guards, states: { a: { on: { GO: 'b' } }, ...states } })
  const endless = findings.filter(({ kind }) => kind === 'endless-step')
  expect(endless.map(({ kind, certainty, trace }) => `${kind} ${certainty} ${trace}`)).toEqual(expected)
})

test('K7 what is found to be endless is refused by the machine itself', () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
  })
  const [endless] = check(machine)
  const way = (): unknown =>
    endless?.trace.reduce((snapshot, type) => step(snapshot, { type }, 0).snapshot, initial(machine, 0).snapshot)
  expect(endless).toMatchObject({ kind: 'endless-step', severity: 'error' })
  expect(way).toThrow(/come to rest/)
})

test('K8 events raised for nobody, sent to deaf children, announced or awaited in vain are found', () => {
  const child = defineMachine({ id: 'child', initial: 'a', states: { a: { on: { STOP: 'b' } }, b: { type: 'final' } } })
  const machine = {
    id: 'm',
    initial: 'a',
    actors: { child },
    states: {
      a: { entry: raise({ type: 'HELLO' }), on: { GO: 'b', GHOST: 'b' } },
      b: {
        invoke: { src: 'child', id: 'c', onDone: 'end', onError: 'end' },
        on: {
          ASK: { actions: sendTo('c', { type: 'STPO' }) },
          'done.invoke.d': 'a',
          STOP: { actions: sendTo('c', { type: 'STOP' }) },
        },
        after: { 10: 'end' },
      },
      end: { type: 'final' },
    },
  }
  expect(found(machine, { events: ['GO', 'ASK', 'STOP', 'NEVER'] })).toEqual([
    'event-never-raised m.a.on.GHOST []',
    'event-never-raised m.b.on.done.invoke.d [GO]',
    'event-never-handled m []',
    'event-never-handled m.a.entry []',
    'event-never-handled m.b.on.ASK.actions [GO]',
  ])
})

test('K8 an event raised where no active state takes it is never handled', () => {
  const states = {
    a: { on: { GO: { target: 'b', actions: raise({ type: 'X' }) } } },
    b: { on: { NEXT: 'c' } },
    c: { on: { X: 'a' } },
  }
  expect(found({ id: 'm', initial: 'a', states })).toEqual(['event-never-handled m.a.on.GO.actions []'])
})

test('K9 onDone of a state or of a child that never comes to its end can never fire', () => {
  const loop = { initial: 'x', states: { x: { on: { GO: 'y' } }, y: { on: { GO: 'x' } } } } as const
  const endless = defineMachine({ id: 'endless', ...loop })
  const machine = {
    id: 'm',
    initial: 'a',
    actors: { endless },
    states: {
      a: { ...loop, onDone: 'b', on: { OUT: 'b' } },
      b: { invoke: { src: 'endless', onDone: 'end', onError: 'end' }, after: { 10: 'end' } },
      end: { type: 'final' },
    },
  }
  expect(found(machine)).toEqual(['done-never-fires m.a.onDone []', 'done-never-fires m.b.invoke.onDone [OUT]'])
})

test('K10 children whose failure nobody hears, and states only their answer leaves, are found', () => {
  const machine = {
    id: 'm',
    initial: 'a',
    actors: { search: 'external' },
    states: { a: { invoke: { src: 'search', onDone: 'b' } }, b: { type: 'final' } },
  }
  expect(found(machine)).toEqual(['invoke-without-error m.a.invoke []', 'invoke-without-timeout m.a.invoke []'])
  const outer = { ...machine, on: { 'error.*': '.b', CANCEL: '.b' } }
  expect(found(outer)).toEqual([])
})

test('K11 names nobody uses are found, and functions without a name are a hint', () => {
  const machine = setup({
    guards: { open: isOpen, shut: isOpen },
    delays: { soon: 10 },
    actions: { note: assign({}) },
  }).defineMachine({
    id: 'm',
    initial: 'a',
    states: { a: { on: { GO: { guard: 'open', target: 'b' }, RUN: { guard: () => true, target: 'b' } } }, b: { type: 'final' } },
  })
  const short = check(machine).map(({ kind, severity, path }: Finding) => `${kind} ${severity} ${path}`)
  expect(short).toEqual([
    'unused-implementation warning m.guards.shut',
    'unused-implementation warning m.actions.note',
    'unused-implementation warning m.delays.soon',
    'unnamed-implementation info m.a.on.RUN.guard',
  ])
})

test('K12 a context its schema refuses is found with its path, made from the input', () => {
  const machine = defineMachine({
    id: 'm',
    types: {} as { context: { price: unknown }; input: { price: unknown } },
    context: ({ input }) => ({ price: input.price }),
    on: { GO: {} },
  })
  const schema = v.object({ price: v.number() })
  expect(check(machine, { schema, input: { price: 3 } })).toEqual([])
  expect(check(machine, { schema, input: { price: 'x' } })).toMatchObject([{ kind: 'context-mismatch', path: 'm.context.price' }])
  expect(check(machine, { schema })).toMatchObject([{ kind: 'context-mismatch', path: 'm.context' }])
})

test('K13 configurations and snapshots of the version before that have no place any more are found', () => {
  const versions = (version: string, key: string) =>
    defineMachine({ id: 'm', version, initial: 'a', states: { a: { on: { GO: key } }, [key]: { on: { BACK: 'a' } } } })
  const [before, after] = [versions('1', 'old'), versions('2', 'new')]
  expect(check(after, { previous: before })).toMatchObject([
    { kind: 'snapshot-unfit', trace: ['GO'], message: expect.stringContaining('old') },
  ])
  const stored = [encode(initial(before, 0).snapshot), encode(step(initial(before, 0).snapshot, { type: 'GO' }, 0).snapshot)]
  expect(check(after, { previous: stored })).toHaveLength(1)
  expect(check(before, { previous: before })).toEqual([])
})

test('K14 of a machine with too many configurations, what was not looked at is not called unreachable', () => {
  const region = (i: number) => ({
    initial: 'a',
    states: { a: { on: { [`E${i}`]: 'b' } }, b: { on: { [`E${i}`]: [{ target: 'a' }, 'b'] } } },
  })
  const states = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`r${i}`, region(i)]))
  const findings = checkDefinition({ id: 'm', type: 'parallel', states }, { most: 100 })
  expect(findings.filter(({ kind }) => kind === 'bound-reached')).toHaveLength(1)
  expect(findings.map(({ kind }) => kind)).not.toContain('unreachable-state')
})
