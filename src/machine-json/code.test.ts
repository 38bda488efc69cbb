import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import {
  and,
  assign,
  cancel,
  defineMachine,
  emit,
  encode,
  initial,
  log,
  type Machine,
  not,
  or,
  raise,
  type Snapshot,
  sendTo,
  setup,
  stateIn,
  step,
} from '../statechart/index.ts'
import { type MachineCode, machineFromJson, toJson } from './index.ts'

type Count = { readonly n: number; readonly seen: readonly unknown[]; readonly by?: string }
type Told = { type: 'ADD'; by: number } | { type: 'GO' | 'BACK' | 'TICK' | 'DEEP' | 'NOTE' | 'END' }

const clock = defineMachine({ id: 'clock', initial: 'on', states: { on: { on: { STOP: 'off' } }, off: { type: 'final' } } })

const parts = {
  guards: {
    above: ({ context }: { context: Count }, { least }: { least: number }) => context.n > least,
    even: ({ context }: { context: Count }) => context.n % 2 === 0,
  },
  actions: {
    add: assign<Count, Told, unknown>({ n: ({ context, event }) => context.n + (event.type === 'ADD' ? event.by : 0) }),
    twice: [assign<Count>({ n: ({ context }) => context.n * 2 }), emit<Count>({ type: 'DOUBLED' })],
  },
  effects: { report: ({ context }: { context: Count }, params: { to: string }) => ({ n: context.n, ...params }) },
  delays: { soon: 500, later: ({ context }: { context: Count }) => 1000 + context.n },
  actors: { clock, search: 'external' as const },
}

/** Every form a definition has. */
const counter = setup({ types: {} as { context: Count; events: Told; input: { n: number } }, ...parts }).defineMachine({
  id: 'counter',
  version: '7',
  description: 'Counts',
  context: ({ input }) => ({ n: input.n, seen: [] }),
  output: ({ context }) => context.n,
  initial: 'idle',
  on: { END: '.over', NOTE: undefined },
  states: {
    idle: {
      tags: ['quiet'],
      meta: { expr: 'only data', deep: [1, null] },
      instructions: 'Count.',
      tools: ['abacus'],
      entry: [
        log({ at: 'idle' }, 'seen'),
        assign({ by: 'nobody, "yet"\n', seen: [1, 'a', { b: true }], n: 1e21 }),
        assign({ n: -3 }),
      ],
      exit: 'twice',
      on: {
        ADD: [
          {
            guard: { type: 'above', params: { least: 10 } },
            target: 'busy',
            actions: ['add', { type: 'report', params: { to: 'ann' } }],
          },
          { guard: or([and(['even', not('even')]), not(stateIn({ busy: { right: 'two' } }))]), actions: 'add' },
        ],
        GO: { target: 'busy', reenter: true, description: 'on with it' },
        'TICK.*': 'idle',
      },
      after: { soon: { target: 'busy', late: 'drop' }, 90: { guard: 'even', actions: sendTo('parent', { type: 'LATE' }) } },
    },
    busy: {
      type: 'parallel',
      onDone: 'over',
      entry: raise({ type: 'TICK' }, { delay: 'later', id: 'tick', late: 'restart' }),
      exit: cancel('tick'),
      states: {
        left: {
          initial: { target: 'one', actions: 'add' },
          states: {
            one: {
              invoke: [
                { src: 'search', id: 'search', input: { term: 'x' }, onDone: 'two', onError: { actions: log('failed') } },
                { src: 'clock' },
              ],
              always: { guard: { type: 'above', params: { least: 1e6 } }, target: 'two' },
              on: { TICK: 'two' },
            },
            two: { type: 'final', output: { well: 'done' } },
          },
        },
        right: {
          initial: 'one',
          on: { DEEP: '.two.b', BACK: '#counter.idle' },
          states: {
            one: { on: { GO: ['two'] } },
            two: { id: 'second', initial: 'a', states: { a: {}, b: { on: { NOTE: undefined, GO: '#counter.busy.right.end' } } } },
            past: { type: 'history', history: 'deep', target: 'two' },
            end: { type: 'final' },
          },
        },
      },
    },
    over: { type: 'final' },
  },
})

const code: MachineCode = {
  context: ({ input }: { input: { n: number } }) => ({ n: input.n, seen: [] }),
  output: ({ context }: { context: Count }) => context.n,
  guards: parts.guards,
  actions: parts.actions,
  effects: parts.effects,
  delays: { later: parts.delays.later },
  actors: { clock },
}

const events = fc.oneof(
  fc.record({ type: fc.constant('ADD'), by: fc.integer({ min: -20, max: 20 }) }),
  fc.record({
    type: fc.constantFrom('GO', 'BACK', 'TICK', 'TICK.TOCK', 'DEEP', 'NOTE', 'END', 'done.invoke.search', 'error.invoke.search'),
  }),
)

/** Everything a run shows. */
function runOf(machine: Machine, n: number, sent: readonly { type: string }[]): unknown[] {
  let { snapshot, effects, trace } = initial(machine, 0, { n }) as { snapshot: Snapshot; effects: unknown; trace: unknown }
  const shown = [encode(snapshot), effects, trace]
  for (const [i, event] of sent.entries()) {
    ;({ snapshot, effects, trace } = step(snapshot, event, i * 100))
    shown.push(encode(snapshot), snapshot.context, effects, trace)
  }
  return shown
}

function issuesOf(work: () => unknown): string[] {
  try {
    work()
  } catch (error) {
    if (HoldfastError.is(error, 'invalid')) return (error.details.issues ?? []).map(({ path, message }) => `${path}: ${message}`)
  }
  return []
}

describe('code beside a machine in JSON', () => {
  it('J3 E3 what toJson writes of a definition is read as a machine that steps the same', () => {
    const text = JSON.stringify(toJson(counter))
    const read = machineFromJson(text, { code })
    expect([read.tag, read.effects, read.actors]).toEqual([counter.tag, ['report'], { clock, search: 'external' }])
    expect(JSON.stringify(toJson(read))).toBe(text)
    fc.assert(
      fc.property(fc.integer({ min: -5, max: 30 }), fc.array(events, { maxLength: 12 }), (n, sent) => {
        expect(runOf(read, n, sent)).toEqual(runOf(counter, n, sent))
      }),
    )
  })

  it('J12 what is named and not brought, and what was brought and is not named, is found, all at once', () => {
    const json = toJson(counter)
    const asked = issuesOf(() => machineFromJson(json)).map((issue) => issue.split(':')[0])
    expect(asked.toSorted()).toEqual(
      ['context', 'output', 'guards[0]', 'guards[1]', 'actions[0]', 'actions[1]', 'effects[0]', 'delays[0]', 'actors[0]']
        .map((path) => `code.${path}`)
        .toSorted(),
    )
    const more = { ...code, guards: { ...code.guards, odd: () => true } }
    expect(issuesOf(() => machineFromJson(json, { code: more }))).toEqual([
      'code.guards: odd was brought, and the JSON does not name it',
    ])
  })

  it.each([
    [{ guards: 'even' }, 'code.guards'],
    [{ guards: [1] }, 'code.guards'],
    [{ context: 'yes' }, 'code.context'],
    [{ eval: ['x'] }, 'code.eval'],
    ['code', 'code'],
  ])('J12 refuses %j by name', (wrong, path) => {
    expect(issuesOf(() => machineFromJson({ id: 'm', code: wrong }))[0]?.split(':')[0]).toBe(path)
  })

  it('J12 a name the JSON does not list is unknown, whatever JavaScript calls by it', () => {
    const json = { id: 'm', initial: 'a', states: { a: { entry: ['toString'], on: { GO: { guard: 'valueOf', target: 'a' } } } } }
    expect(issuesOf(() => machineFromJson(json)).map((issue) => issue.split(':')[0])).toEqual([
      'states.a.on.GO.guard',
      'states.a.entry[0]',
    ])
  })
})
