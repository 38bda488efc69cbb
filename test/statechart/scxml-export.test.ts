import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadScxml, type ScxmlReader } from '../../src/scxml/index.ts'
import { assign, defineMachine, initial, type Machine, raise, setup, stateIn, step, toScxml } from '../../src/statechart/index.ts'
import { seeded } from '../faults/random.ts'

let reader: ScxmlReader
beforeAll(async () => {
  reader = await loadScxml()
})
afterAll(() => reader[Symbol.dispose]())

const region = (other: string) =>
  ({
    initial: 'one',
    states: {
      one: { entry: raise({ type: `IN.${other}` }), on: { GO: { target: 'two', guard: stateIn('work') }, SWAP: 'two' } },
      two: { on: { BACK: 'one', GO: 'three' } },
      three: { type: 'final' },
    },
  }) as const

/** Something of everything that a document can say. */
const nested = setup({
  guards: { odd: ({ context }) => Object(context).n % 2 === 1 },
  actions: { count: assign(({ context }) => ({ n: Object(context).n + 1 })) },
}).defineMachine({
  id: 'nested',
  context: { n: 0 },
  initial: 'open',
  on: { RESET: '.open', ODD: { guard: 'odd', target: '.work' } },
  exit: assign({ n: 0 }),
  states: {
    open: {
      entry: 'count',
      on: { START: 'work', 'order.*': 'paused', order: { target: 'open', reenter: true }, SELF: 'open' },
      after: { 50: 'work' },
    },
    work: {
      type: 'parallel',
      states: { x: region('x'), y: { ...region('y'), on: { JUMP: '.two' } } },
      onDone: 'over',
      on: { PAUSE: 'paused', OPEN: '#nested.open' },
    },
    paused: {
      initial: { target: 'deep', actions: 'count' },
      states: {
        deep: { on: { NEXT: 'deeper' } },
        deeper: { always: { guard: 'odd', target: 'deep' } },
        back: { type: 'history' },
      },
      on: { RESUME: 'work', AGAIN: '.back', LEAVE: 'open' },
    },
    over: { on: { END: 'closed' } },
    closed: { type: 'final' },
  },
})

const flat = defineMachine({
  id: 'flat',
  initial: 'a',
  states: { a: { on: { GO: 'b', 'GO.far': 'c' } }, b: { always: 'c' }, c: { on: { GO: 'a', END: 'd' } }, d: { type: 'final' } },
})

const names = { guards: { odd: 'n % 2 === 1' }, actions: { count: 'n = n + 1' } }
const types =
  'START RESET ODD order order.x order.x.y SELF GO BACK SWAP JUMP PAUSE OPEN NEXT RESUME AGAIN LEAVE END after.50.open'.split(' ')

test.each([nested, flat])('E4 $id, a machine read back from its document goes the same ways', (machine: Machine) => {
  const read: Machine = reader.read(toScxml(machine, names))
  const chance = seeded(7)
  const visited = new Set<string>()
  for (let run = 0; run < 60; run++) {
    const known = machine === flat ? [...types, 'GO.far'] : types
    let [own, other] = [initial(machine, 0).snapshot, initial(read, 0).snapshot]
    for (let i = 0; i < 80 && own.status === 'active'; i++) {
      const type = known[chance(known.length)] ?? ''
      own = step(own, { type }, 0).snapshot
      other = step(other, { type }, 0).snapshot
      visited.add(own.states.join(' '))
      if (own.status === 'active') expect([type, other.states]).toEqual([type, own.states])
      expect(other.status).toBe(own.status)
    }
  }
  expect([...visited]).toContain(machine === flat ? 'd' : 'over')
  expect(visited.size).toBeGreaterThan(machine === flat ? 2 : 9)
})
