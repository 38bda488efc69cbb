import { describe, expect, it } from 'vitest'
import { HoldfastError, type Issue } from '../core/index.ts'
import { can, defineMachine, encode, initial, restore, type Snapshot, System, step } from '../statechart/index.ts'
import { machineFromJson, toJson } from './index.ts'

const order = {
  id: 'order',
  version: '2',
  description: 'An order that is paid in parts',
  schemas: {
    context: {
      type: 'object',
      properties: { due: { type: 'number', minimum: 0 }, paid: { type: 'array', items: { type: 'number' } } },
      required: ['due', 'paid'],
      additionalProperties: false,
    },
    events: {
      PAY: { type: 'object', properties: { amount: { type: 'number', exclusiveMinimum: 0 } }, required: ['amount'] },
      REVIEWED: true,
      SETTLED: true,
    },
    input: { type: 'object', properties: { due: { type: 'number' } }, required: ['due'] },
  },
  context: { due: { expr: 'input.due' }, paid: [] },
  effects: ['receipt'],
  actors: ['review'],
  delays: { patience: { expr: 'context.due > 100 ? "PT1H" : "PT5M"' } },
  initial: 'open',
  states: {
    open: {
      tags: ['unpaid'],
      instructions: 'Ask for the money.',
      tools: ['invoice'],
      on: {
        PAY: [
          {
            guard: { expr: 'event.amount >= context.due' },
            target: 'settled',
            actions: [
              { assign: { due: '0', paid: 'context.paid + [event.amount]' } },
              {
                effect: 'receipt',
                params: { amount: { expr: 'event.amount' }, parts: [{ expr: 'size(context.paid)' }, 'part'] },
              },
            ],
          },
          { actions: { assign: { due: 'context.due - event.amount', paid: 'context.paid + [event.amount]' } } },
        ],
      },
      after: { patience: 'reviewing', P1D: 'lost' },
    },
    reviewing: {
      invoke: { id: 'r', src: 'review', input: { due: { expr: 'context.due' } }, onDone: 'open', onError: 'lost' },
      on: { REVIEWED: { guard: { not: { or: [{ stateIn: 'open' }, { expr: 'context.due > 1000' }] } }, target: 'open' } },
    },
    settled: { entry: { raise: { type: 'SETTLED' } }, on: { SETTLED: 'closed' } },
    closed: { type: 'final', output: { paid: { expr: 'context.paid' }, by: 'parts' } },
    lost: { type: 'final' },
  },
}

const begin = (due = 10): Snapshot => initial(machineFromJson(order), 0, { due }).snapshot

function failure(work: () => unknown): { code: string; message: string; path?: string; issues: readonly Issue[] } {
  try {
    work()
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    const { path, issues = [] } = error.details as { path?: string; issues?: readonly Issue[] }
    return { code: error.code, message: error.message, ...(path !== undefined && { path }), issues }
  }
  return { code: 'none', message: '', issues: [] }
}

const pathsOf = (definition: unknown): string[] => failure(() => machineFromJson(definition)).issues.map(({ path }) => path)

/** A machine of one state that does `actions` on GO. */
const doing = (actions: unknown, more: object = {}) =>
  machineFromJson({ id: 'm', ...more, initial: 'a', states: { a: { on: { GO: { actions } } } } })

const effectsOf = (actions: unknown, more: object = {}, event: object = {}) =>
  step(initial(doing(actions, more), 0).snapshot, { ...event, type: 'GO' } as { type: string }, 1000).effects

describe('a machine in JSON', () => {
  it('J1 runs: expressions guard, assign, fill effects and outputs', () => {
    const part = step(begin(), { type: 'PAY', amount: 4 } as { type: string }, 1)
    expect([part.snapshot.states, part.snapshot.context, part.effects]).toEqual([['open'], { due: 6, paid: [4] }, []])
    const whole = step(part.snapshot, { type: 'PAY', amount: 6 } as { type: string }, 2)
    expect(whole.snapshot).toMatchObject({ status: 'done', states: ['closed'], output: { paid: [4, 6], by: 'parts' } })
    expect(whole.effects.find(({ type }) => type === 'perform')).toEqual({
      type: 'perform',
      name: 'receipt',
      payload: { amount: 6, parts: [2, 'part'] },
    })
  })

  it('J1 waits as durations and expressions say, and starts children with computed input', () => {
    const started: unknown[] = []
    const system = new System({ start: (effect) => void started.push(effect) })
    const actor = system.start(machineFromJson(order), 'o', { due: 10 })
    system.advance(5 * 60_000 - 1)
    expect(actor.snapshot.states).toEqual(['open'])
    system.advance(1)
    expect([started, actor.snapshot.states]).toEqual([[{ type: 'start', id: 'r', src: 'review', input: { due: 10 } }], ['lost']])
    const dear = new System()
    const other = dear.start(machineFromJson(order), 'o', { due: 101 })
    dear.advance(59 * 60_000)
    expect(other.snapshot.states).toEqual(['open'])
  })

  it.each([
    [{ emit: { type: 'TOLD', n: { expr: 'event.n * 2' } } }, { type: 'emit', event: { type: 'TOLD', n: 6 } }],
    [
      { log: ['n', { expr: 'event.n' }], label: 'seen' },
      { type: 'log', value: ['n', 3], label: 'seen' },
    ],
    [{ cancel: { expr: '"timer-" + string(event.n)' } }, { type: 'cancel', id: 'timer-3' }],
    [
      { sendTo: 'parent', event: { type: 'HI' } },
      { type: 'send', target: 'parent', event: { type: 'HI' } },
    ],
    [
      { sendTo: { expr: 'event.to' }, event: { type: 'HI' }, delay: { expr: 'event.n' }, id: 'later' },
      { type: 'send', target: 'ann', event: { type: 'HI' }, at: 1003, id: 'later' },
    ],
    [
      { raise: { type: 'BACK', at: { expr: 'now' } }, delay: 'PT1.5S' },
      { type: 'schedule', id: 'BACK', at: 2500, event: { type: 'BACK', at: 1000 } },
    ],
  ])('J2 does %j', (action, effect) => {
    expect(effectsOf(action, {}, { n: 3, to: 'ann' })).toEqual([effect])
  })

  it('J2 computes all of an assignment from the context before it', () => {
    const machine = doing({ assign: { a: 'context.b', b: 'context.a' } }, { context: { a: 1, b: 2 } })
    expect(step(initial(machine, 0).snapshot, { type: 'GO' }, 0).snapshot.context).toEqual({ a: 2, b: 1 })
  })

  it('J2 null takes an event, so that outer states do not see it', () => {
    const machine = machineFromJson({ id: 'm', on: { GO: '.b' }, initial: 'a', states: { a: { on: { GO: null } }, b: {} } })
    expect(step(initial(machine, 0).snapshot, { type: 'GO' }, 0).snapshot.states).toEqual(['a'])
  })

  it('J3 is written back exactly, and the copy does not change with the original', () => {
    const source = structuredClone(order)
    const machine = machineFromJson(source)
    source.states.open.tools.push('steal')
    expect(JSON.stringify(toJson(machine))).toBe(JSON.stringify(order))
    expect(JSON.stringify(toJson(machineFromJson(JSON.stringify(toJson(machine)))))).toBe(JSON.stringify(order))
    expect(toJson(defineMachine({ id: 'm' }))).toEqual({ id: 'm' })
  })

  it('J4 keeps its structure when only expressions change, so stored states are read; not when targets change', () => {
    const stored = JSON.parse(JSON.stringify(encode(begin())))
    const changed = JSON.parse(JSON.stringify(order).replace('event.amount >= context.due', 'event.amount > context.due'))
    expect(restore(machineFromJson(changed), stored).context).toEqual({ due: 10, paid: [] })
    const moved = machineFromJson(JSON.parse(JSON.stringify(order).replace('"target":"settled"', '"target":"closed"')))
    expect(failure(() => restore(moved, stored)).code).toBe('needs_migration')
  })

  it('J5 refuses an input, an assignment and an event that do not fit, with all issues, and changes nothing', () => {
    expect(failure(() => initial(machineFromJson(order), 0, { due: 'ten' }))).toMatchObject({
      code: 'invalid',
      issues: [{ path: 'input.due' }],
    })
    expect(failure(() => begin(-1))).toMatchObject({ code: 'invalid', issues: [{ path: 'context.due' }] })
    const snapshot = begin()
    const pay = (event: object) => failure(() => step(snapshot, { type: 'PAY', ...event } as { type: string }, 0))
    expect(pay({ amount: -4 })).toMatchObject({ code: 'invalid', path: 'event', issues: [{ path: 'event.amount' }] })
    expect(pay({}).issues).toEqual([{ path: 'event.amount', message: expect.any(String) }])
    expect(failure(() => step(snapshot, { type: 'STEAL' }, 0)).issues).toEqual([
      { path: 'event.type', message: expect.stringContaining('PAY') },
    ])
    expect(can(snapshot, { type: 'PAY', amount: 'x' } as { type: string }, 0)).toBe(false)
    expect(can(snapshot, { type: 'PAY', amount: 1 } as { type: string }, 0)).toBe(true)
    const schemas = { context: { type: 'object', properties: { n: { type: 'integer', maximum: 1 } } } }
    const machine = doing({ assign: { n: 'context.n + 1' } }, { schemas, context: { n: 1 } })
    expect(failure(() => step(initial(machine, 0).snapshot, { type: 'GO' }, 0)).message).toContain('context.n')
  })

  it('J6 says all that is wrong at once, each with its path, and expressions with line and column', () => {
    const wrong = {
      id: 'wrong',
      version: 'a b',
      stats: {},
      schemas: { context: { type: 'object', properties: { n: { type: 'number' } } }, events: { GO: { pattern: '(a+)+$' } } },
      context: { n: 'none' },
      initial: 'missing',
      states: {
        on: {
          on: {
            GO: [{ target: 'nowhere', guard: { expr: 'context.n +' } }, { actions: { assing: {} } }],
            'order.paid': { actions: [{ log: 1 }, { raise: { type: 'WENT' } }] },
          },
          after: { soon: 'on' },
          invoke: { src: 'nobody' },
        },
        done: { type: 'final', on: { GO: 'on' }, colour: 'red' },
      },
    }
    const { issues, code } = failure(() => machineFromJson(wrong))
    expect(code).toBe('invalid')
    expect(issues.map(({ path }) => path).sort()).toEqual(
      [
        'version',
        'stats',
        'schemas.events.GO.pattern',
        'context.n',
        'initial',
        'states.on.on.GO[0].target',
        'states.on.on.GO[0].guard.expr',
        'states.on.on.GO[1].actions',
        'states.on.on["order.paid"]',
        'states.on.on["order.paid"].actions[1].raise.type',
        'states.on.after.soon',
        'states.on.invoke.src',
        'states.done.on',
        'states.done.colour',
      ].sort(),
    )
    expect(issues.find(({ path }) => path.endsWith('.expr'))?.message).toContain('1:12')
  })

  it.each([
    [{ log: 'x', colour: 'red' }, 'actions.colour'],
    [{ assign: { n: 'missing + 1' } }, 'actions.assign.n'],
    [{ assign: [] }, 'actions.assign'],
    [{ effect: 'unheard' }, 'actions'],
    [{ raise: { amount: 1 } }, 'actions.raise'],
    [{ raise: { type: 'X' }, delay: 'P1M' }, 'actions.delay'],
    [{ sendTo: 5, event: { type: 'X' } }, 'actions.sendTo'],
    [{ cancel: '' }, 'actions.cancel'],
    ['name', 'actions'],
  ])('J6 refuses the action %j', (action, path) => {
    expect(failure(() => doing(action)).issues.map((issue) => issue.path)).toEqual([`states.a.on.GO.${path}`])
  })

  it('J6 tells of a target that stands alone where it stands', () => {
    const json = { id: 'm', initial: 'a', states: { a: { on: { 'GO.FAR': 'nowhere' } } } }
    expect(failure(() => machineFromJson(json)).issues.map((issue) => issue.path)).toEqual(['states.a.on["GO.FAR"]'])
  })

  it.each([
    [{ expr: '"text"' }, 'guard.expr'],
    [{ expr: 'true', not: { expr: 'true' } }, 'guard'],
    ['isRich', 'guard'],
    [{ and: [{ expr: 'true' }, { stateIn: 5 }] }, 'guard.and[1]'],
  ])('J6 refuses the guard %j', (guard, path) => {
    expect(pathsOf({ id: 'm', on: { GO: { guard } } })).toEqual([`on.GO.${path}`])
  })

  it('J6 a guard that gives no truth, and a delay that is none, are errors of the step', () => {
    const guarded = machineFromJson({ id: 'm', on: { GO: { guard: { expr: 'event.n' } } } })
    expect(failure(() => step(initial(guarded, 0).snapshot, { type: 'GO', n: 1 } as { type: string }, 0)).message).toContain(
      'event.n',
    )
    expect(failure(() => effectsOf({ raise: { type: 'X' }, delay: { expr: 'event.n' } }, {}, { n: -1 })).message).toContain('-1')
  })

  it('J7 shows expressions an error by code and message alone', () => {
    const machine = machineFromJson({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          on: {
            GO: { actions: { assign: { n: 'context.missing' } } },
            'error.execution': { target: 'b', actions: { assign: { why: 'event.error' } } },
          },
        },
        b: {},
      },
    })
    const { snapshot } = step(initial(machine, 0).snapshot, { type: 'GO' }, 0)
    expect(snapshot).toMatchObject({
      states: ['b'],
      context: { why: { code: 'invalid', message: expect.stringContaining('missing') } },
    })
  })

  it('J8 text that is no JSON is refused with line and column', () => {
    expect(failure(() => machineFromJson('{\n  "id": "m",\n  oops }'))).toMatchObject({ code: 'invalid', path: '3:3' })
    expect(failure(() => machineFromJson('{"id": "m"'))).toMatchObject({ code: 'invalid', path: '1:11' })
    expect(failure(() => machineFromJson('[]')).code).toBe('invalid')
  })

  it.each([
    ['a function', { id: 'm', context: { f: () => 1 } }, 'context.f'],
    ['a date', { id: 'm', context: { at: new Date(0) } }, 'context.at'],
    ['NaN', { id: 'm', context: { n: Number.NaN } }, 'context.n'],
    ['undefined', { id: 'm', context: { n: undefined } }, 'context.n'],
    ['__proto__', JSON.parse('{"id": "m", "context": {"__proto__": {"admin": true}}}'), 'context'],
    ['constructor', { id: 'm', states: { constructor: {} } }, 'states'],
  ])('J8 refuses %s with its path', (_, definition, path) => {
    expect(failure(() => machineFromJson(definition))).toMatchObject({ code: 'invalid', path })
  })

  it('J9 refuses what is too large, with the limit and where it was passed', () => {
    const refused = (definition: unknown, limits = {}) => failure(() => machineFromJson(definition, limits))
    let deep: object = {}
    for (let i = 0; i < 40; i++) deep = { initial: 's', states: { s: deep } }
    expect(refused({ id: 'm', ...deep })).toMatchObject({ code: 'too_large', path: expect.stringMatching(/^states\.s\.states/) })
    const cyclic: Record<string, unknown> = { id: 'm' }
    cyclic.meta = cyclic
    expect(refused(cyclic).code).toBe('too_large')
    expect(refused(`{"id": "${'m'.repeat(2 ** 20)}"}`).code).toBe('too_large')
    expect(refused({ id: 'm', states: { ['s'.repeat(300)]: {} } }).code).toBe('too_large')
    const many = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`s${i}`, { on: { GO: { guard: { expr: 'true' } } } }]))
    const wide = { id: 'm', initial: 's0', states: many }
    for (const limit of ['states', 'transitions', 'expressions']) {
      expect(refused(wide, { [limit]: 20 })).toMatchObject({
        code: 'too_large',
        path: expect.stringMatching(/s(19|20)/),
        message: expect.stringContaining(limit),
      })
    }
    expect(refused(wide).code).toBe('none')
  })

  it('J10 a step whose expressions cost too much together ends, whatever takes error.execution', () => {
    const machine = machineFromJson(
      {
        id: 'm',
        context: { list: Array.from({ length: 1000 }, (_, i) => i), n: 0 },
        initial: 'a',
        states: {
          a: { on: { GO: 'b' } },
          b: { always: { guard: { expr: 'context.list.all(i, i >= 0)' }, target: 'b', reenter: true }, on: { 'error.*': 'b' } },
        },
      },
      { steps: 100_000 },
    )
    const { snapshot } = initial(machine, 0)
    expect(failure(() => step(snapshot, { type: 'GO' }, 0))).toMatchObject({ code: 'too_large', path: 'step' })
    expect(failure(() => step(snapshot, { type: 'OTHER' }, 0)).code).toBe('none')
  })
})
