import { checkDefinition } from '../../src/statechart/index.ts'
import { type Chance, soundDraft } from './sound.ts'

/** A definition nobody would write, made when it is asked for. */
type Hostile = () => unknown

const loop: Record<string, unknown> = { id: 'm', initial: 'a' }
loop.states = { a: loop, b: loop }
const list: unknown[] = []
list.push(list)

const thrower = new Proxy({}, { get: () => fail(), ownKeys: () => fail(), getPrototypeOf: () => fail() })

/** Each aims at one weakness. */
const known: readonly Hostile[] = [
  ...[undefined, null, 0, '', 'm', Number.NaN, [], () => {}, Symbol('m'), 7n, new Date(0), new Map(), list, thrower].map(
    (value) => () => value,
  ),
  () => loop,
  () => nested(100_000),
  () => shared(40),
  () => ({ id: 'm', type: 'parallel', states: many(24, region) }),
  () => ({ id: 'm', initial: 's0', states: many(5000, (i) => ({ on: { GO: `s${(i + 1) % 5000}` } })) }),
  () => ({ id: 'm', on: Object.fromEntries(Object.entries(many(20_000, () => ({ actions: list }))).slice(0, 50)) }),
  () => ({ id: 'm', initial: 'a', states: { a: { always: { guard: { type: '.and', guards: list } } } } }),
  () => JSON.parse('{"id":"m","initial":"__proto__","states":{"__proto__":{"on":{"constructor":"toString"}},"toString":{}}}'),
  () => ({
    id: 'm',
    initial: 'toString',
    states: { a: {} },
    guards: {
      get x() {
        return fail()
      },
    },
  }),
  () => ({ id: 'm', initial: 'a', states: { a: { on: { GO: [[[['a']]]] } } } }),
  () => ({ id: 'm', initial: 'a', states: { a: { after: { '-1': 'a', NaN: 'a', '1e400': 'a', '99999999999999999999': 'a' } } } }),
  () => ({ id: 'm', initial: 'a', context: () => fail(), states: { a: { on: { '': 'a', '.*': 'a', '*.*': 'a' } } } }),
  () => ({ id: 'm', initial: 'h', states: { h: { type: 'history', target: 'h' } } }),
  () => ({
    id: 'm',
    initial: 'a',
    states: { a: { initial: 'h', states: { h: { type: 'history', target: 'k' }, k: { type: 'history', target: 'h' }, b: {} } } },
  }),
  () => Object.create({ id: 'm', states: { a: {} } }),
  () => ({ id: 'm', initial: 'a', states: { a: { invoke: list, entry: list, on: { X: list } } } }),
]

/** How a look at something hostile ended otherwise than with findings. */
export interface Crash {
  readonly what: string
  readonly error: string
}

/** Looks at everything known to be hostile, and at sound definitions in which something was replaced by junk. */
export function tryHostile(chance: Chance, count: number): { readonly crashes: Crash[]; readonly tried: number } {
  const random = Array.from(
    { length: count },
    (_, i): Hostile =>
      () =>
        spoiled(soundDraft(chance, `machine${i}`).definition, chance),
  )
  const all = [...known, ...random]
  const crashes = all.flatMap((make, i) => {
    try {
      checkDefinition(make())
      return []
    } catch (error) {
      return [{ what: `definition ${i}`, error: String(error instanceof Error ? error.stack : error) }]
    }
  })
  return { crashes, tried: all.length }
}

function fail(): never {
  throw new RangeError('nobody reads this')
}

function nested(levels: number): object {
  let state: object = {}
  for (let i = 0; i < levels; i++) state = { initial: 'a', states: { a: state } }
  return { id: 'm', ...state }
}

/** Few objects that stand for two to the power of `levels` states. */
function shared(levels: number): object {
  let state: object = {}
  for (let i = 0; i < levels; i++) state = { initial: 'a', states: { a: state, b: state } }
  return { id: 'm', ...state }
}

function region(i: number): object {
  return { initial: 'off', states: { off: { on: { [`FLIP${i}`]: 'on' } }, on: { on: { [`FLIP${i}`]: 'off', ALL: 'off' } } } }
}

function many(count: number, make: (i: number) => object): Record<string, object> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, make(i)]))
}

/** One value somewhere inside, replaced. */
function spoiled(value: unknown, chance: Chance): unknown {
  const junk = [
    null,
    undefined,
    0,
    '',
    'nowhere',
    '.',
    '#',
    [],
    {},
    [null],
    { target: null },
    () => true,
    Number.NaN,
    list,
    loop,
    thrower,
  ]
  if (typeof value !== 'object' || value === null || chance(4) === 0) return junk[chance(junk.length)]
  const keys = Object.keys(value)
  const key = keys[chance(keys.length)]
  if (key === undefined) return junk[chance(junk.length)]
  const inner = spoiled((value as Record<string, unknown>)[key], chance)
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner }
}
