import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { HoldfastError, type Issue } from '../core/index.ts'
import { initial, type Machine, type Snapshot, step } from '../statechart/index.ts'
import { fromXState } from './index.ts'

const folder = join(import.meta.dirname, '../../conformance/node_modules/xstate')
const reason = existsSync(folder) ? '' : ' (skipped: npm ci --prefix conformance has not been run)'

function issuesOf(source: unknown): readonly Issue[] {
  try {
    fromXState(source)
    return []
  } catch (error) {
    if (!HoldfastError.is(error, 'invalid')) throw error
    return error.details.issues ?? []
  }
}

const begin = (machine: Machine): Snapshot => initial(machine, 0).snapshot
const sent = (snapshot: Snapshot, type: string, fields: object = {}) => step(snapshot, { type, ...fields }, 1000)

describe('a configuration that was JSON', () => {
  const config = JSON.parse(`{
    "id": "light", "initial": "green", "context": {"n": 1},
    "states": {
      "green": {"entry": "greet", "on": {"GO": [{"guard": "mayGo", "target": "red"}, {"target": "off"}]}, "after": {"patience": "off"}},
      "red": {"entry": {"type": "mail", "params": {"to": "ann"}}, "invoke": {"src": "ring", "onDone": "off"}, "tags": ["stop"]},
      "off": {"type": "final"}
    }
  }`)
  const machine = fromXState(config, {
    guards: { mayGo: ({ context, event }: { context: { n: number }; event: { n: number } }) => event.n > context.n },
    delays: { patience: 500 },
  })

  it('I1 runs with the implementations it is given', () => {
    expect(initial(machine, 0).effects).toContainEqual(expect.objectContaining({ type: 'schedule', at: 500 }))
    expect(sent(begin(machine), 'GO', { n: 2 }).snapshot.states).toEqual(['red'])
    expect(sent(begin(machine), 'GO', { n: 1 }).snapshot.states).toEqual(['off'])
  })

  it('I3 actions nobody implements are effects, actors are started under their names', () => {
    const { effects } = sent(begin(machine), 'GO', { n: 2 })
    expect(effects).toContainEqual({ type: 'perform', name: 'mail', payload: { to: 'ann' } })
    expect(effects).toContainEqual({ type: 'start', id: 'red:0', src: 'ring' })
  })

  it('I4 what cannot be imported is refused by name, all at once', () => {
    const wrong = {
      id: 'w',
      initial: 'a',
      strict: true,
      states: {
        a: {
          entry: () => {},
          on: { 'xstate.done.actor.k': 'a', GO: { cond: 'old', guard: 'missing' }, TO: 'nowhere' },
          invoke: { src: async () => 1 },
        },
      },
    }
    expect(issuesOf(wrong).map(({ path }) => path)).toEqual([
      'w.a.entry',
      'w.a.on.xstate.done.actor.k',
      'w.a.invoke.src',
      'w.strict',
      'w.a.on.GO.cond',
      'w.a.on.GO.guard',
      'w.a.on.TO.target',
    ])
  })
})

describe.skipIf(reason !== '')(`with XState${reason}`, async () => {
  const x = reason === '' ? await import(join(folder, 'dist/xstate.cjs.js')) : {}

  test('I1 I2 a machine goes the same way there and here', () => {
    const machine = x
      .setup({
        guards: { small: ({ context }: { context: { n: number } }, most: number) => context.n < most },
        actions: {
          add: x.assign({ n: ({ context }: { context: { n: number } }, by: number) => context.n + by }),
          ring: () => {},
        },
      })
      .createMachine({
        id: 'm',
        context: { n: 0 },
        type: 'parallel',
        states: {
          p: {
            initial: 'a',
            states: {
              a: { on: { GO: { guard: x.and([{ type: 'small', params: 3 }, x.not(x.stateIn({ q: 'y' }))]), target: 'b' } } },
              b: {
                entry: [{ type: 'add', params: 2 }, x.raise({ type: 'NEXT' }), 'ring'],
                on: { GO: { target: 'a', reenter: true } },
              },
            },
          },
          q: {
            initial: 'x',
            states: {
              x: { on: { NEXT: { target: 'y', guard: ({ context }: { context: { n: number } }) => context.n > 2 } } },
              y: {},
            },
          },
        },
      })
    let [theirs] = x.initialTransition(machine)
    let ours = begin(fromXState(machine))
    for (let i = 0; i < 8; i++) {
      ;[theirs] = x.transition(machine, theirs, { type: 'GO' })
      ours = sent(ours, 'GO').snapshot
      expect([ours.context, ours.states]).toEqual([theirs.context, [`p.${theirs.value.p}`, `q.${theirs.value.q}`]])
    }
    expect(ours.states).toEqual(['p.a', 'q.y'])
  })

  test('I2 I3 actions become requests', () => {
    const machine = x.createMachine({
      id: 'm',
      on: {
        GO: {
          actions: [
            x.sendTo('kid', ({ event }: { event: { n: number } }) => ({ type: 'HI', n: event.n }), { delay: 5, id: 's' }),
            x.sendParent({ type: 'UP' }),
            x.forwardTo('kid'),
            x.emit({ type: 'TOLD' }),
            x.log(({ event }: { event: { n: number } }) => event.n, 'seen'),
            x.cancel('s'),
            x.raise({ type: 'LATER' }, { delay: 10 }),
            { type: 'mail', params: ({ event }: { event: { n: number } }) => ({ n: event.n }) },
          ],
        },
      },
    })
    expect(sent(begin(fromXState(machine)), 'GO', { n: 3 }).effects).toEqual([
      { type: 'send', target: 'kid', event: { type: 'HI', n: 3 }, id: 's', at: 1005 },
      { type: 'send', target: 'parent', event: { type: 'UP' } },
      { type: 'send', target: 'kid', event: { type: 'GO', n: 3 } },
      { type: 'emit', event: { type: 'TOLD' } },
      { type: 'log', value: 3, label: 'seen' },
      { type: 'cancel', id: 's' },
      { type: 'schedule', id: 'LATER', at: 1010, event: { type: 'LATER' } },
      { type: 'perform', name: 'mail', payload: { n: 3 } },
    ])
  })

  test('I3 a runtime is told whose work it has to do: effects and actors by their names', () => {
    const states = { a: { entry: 'mail', invoke: { src: 'search' } } }
    const { actors, effects } = fromXState(x.createMachine({ id: 'm', initial: 'a', states }))
    expect([actors, effects]).toEqual([{ search: 'external' }, ['mail']])
  })

  test('I4 what a pure step cannot do is refused by its name', () => {
    const actions = [
      x.enqueueActions(() => {}),
      x.spawnChild('k'),
      x.stopChild('k'),
      x.sendTo(({ self }: { self: unknown }) => self, { type: 'HI' }),
    ]
    const found = issuesOf(x.createMachine({ id: 'm', entry: actions }))
    expect(found.map(({ path }) => path)).toEqual(['m.entry.0', 'm.entry.1', 'm.entry.2', 'm.entry.3'])
    for (const [i, name] of ['enqueueActions', 'spawnChild', 'stopChild', 'sendTo'].entries()) {
      expect(found[i]?.message).toContain(name)
    }
  })
})
