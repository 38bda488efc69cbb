import { seeded } from '../random.ts'

/** A sound machine with something of every kind in it: what is hostile is made of it. */
const SOUND = {
  id: 'm',
  schemas: { context: { type: 'object', properties: { n: { type: 'number' } } }, events: { GO: true, NEXT: { type: 'object' } } },
  context: { n: 0, text: 'abc', list: [1, 2, 3], by: { expr: 'has(input.by) ? input.by : 1' } },
  effects: ['mail'],
  actors: ['child'],
  delays: { wait: { expr: 'context.n * 1000.0' } },
  initial: 'a',
  states: {
    a: {
      entry: [{ assign: { n: 'context.n + 1' } }, { log: { expr: 'context.text' } }],
      on: { GO: { guard: { and: [{ expr: 'context.n < 5' }, { not: { stateIn: 'b' } }] }, target: 'b' }, '*': null },
      after: { wait: 'b', PT1H: 'c' },
    },
    b: {
      type: 'parallel',
      states: {
        x: {
          initial: 'x1',
          states: { x1: { on: { GO: 'x2' } }, x2: { type: 'final' }, h: { type: 'history', history: 'deep' } },
        },
        y: {
          initial: 'y1',
          states: { y1: { always: { guard: { expr: 'context.n > 2' }, target: 'y2' } }, y2: { type: 'final' } },
        },
      },
      invoke: { id: 'k', src: 'child', input: { n: { expr: 'context.n' } }, onDone: 'c', onError: 'a' },
      onDone: { target: 'c', actions: [{ effect: 'mail', params: { n: { expr: 'context.n' } } }, { raise: { type: 'NEXT' } }] },
      on: { NEXT: [{ target: '#m.a', reenter: true }, 'c'] },
    },
    c: { type: 'final', output: { n: { expr: 'context.n' } } },
  },
}

const EXPRESSIONS = [
  'context.text + context.text + context.text + context.text',
  'context.list + context.list',
  'context.list.all(a, context.list.all(b, context.list.all(c, context.list.all(d, context.list.all(e, a == b)))))',
  '"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!".matches("(a+)+$")',
  'cel.bind(x, context.list, x + x)',
  `${'('.repeat(5000)}1${')'.repeat(5000)}`,
  `${'!'.repeat(3000)}true`,
  Array(3000).fill('1').join(' + '),
  '{"__proto__": 1}',
  'constructor.constructor("return process")()',
  'context.__proto__',
  '1 / 0',
  '9223372036854775807 + 1',
  '"\\u0000\\ud800"',
  'event',
  'context',
  'true',
  'false',
  '',
  '\u0000',
]

const KEYS = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'then',
  '',
  ' ',
  '.',
  '#',
  '*',
  'a.b',
  'states',
  'on',
  'expr',
  'type',
  '0',
  'length',
]

type Below = (limit: number) => number
type Tree = Record<string, unknown> | unknown[]

/** A hostile definition: a value, or a text. The same seed gives the same one. */
export function hostileJson(seed: number): unknown {
  const below = seeded(seed)
  const machine = structuredClone(SOUND) as Tree
  if (below(2) === 0) for (let i = below(4); i >= 0; i--) express(machine, below)
  else for (let i = below(4) + (below(8) === 0 ? 20 : 0); i >= 0; i--) spoil(machine, below)
  const kind = below(10)
  if (kind === 0) return spoiledText(textOf(machine), below)
  if (kind === 1) return bombs[below(bombs.length)]?.(below)
  return kind < 4 ? serial(machine) : machine
}

function textOf(machine: Tree): string {
  const text = serial(machine)
  return typeof text === 'string' ? text : JSON.stringify(SOUND)
}

/** Text where it can be: cycles and the like stay values. */
function serial(machine: Tree): unknown {
  try {
    return JSON.stringify(machine)
  } catch {
    return machine
  }
}

function spoil(machine: Tree, below: Below): void {
  const places = placesOf(machine)
  const [holder, key] = places[below(places.length)] ?? [machine, 'id']
  const [other, from] = places[below(places.length)] ?? [machine, 'id']
  const hold = holder as Record<string, unknown>
  const kind = below(6)
  if (kind === 0) delete hold[key]
  else if (kind === 1) hold[key] = junk(below, machine)
  else if (kind === 2) hold[key] = structured((other as Record<string, unknown>)[from])
  else if (kind === 3) define(hold, pick(KEYS, below), junk(below, machine))
  else if (kind === 4) hold[key] = { expr: pick(EXPRESSIONS, below) }
  else hold[key] = pick(EXPRESSIONS, below)
}

/** Only what stands in an expression's place: most of these machines run. */
function express(machine: Tree, below: Below): void {
  const places = placesOf(machine).filter(([, key]) => key === 'expr' || key === 'n')
  const [holder, key] = places[below(places.length)] ?? [machine, 'id']
  define(holder, key, pick(EXPRESSIONS, below))
}

/** An own property even where assignment would mean the prototype. */
function define(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder.push(value)
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

function structured(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return value
  }
}

function junk(below: Below, machine: Tree): unknown {
  const kinds: readonly (() => unknown)[] = [
    () => null,
    () => undefined,
    () => Number.NaN,
    () => -1,
    () => 1e308,
    () => '',
    () => 'x'.repeat(1 << below(22)),
    () => [],
    () => ({}),
    () => [[[]], null, {}],
    () => true,
    () => () => 'reached the host',
    () => new Date(0),
    () => Symbol('s'),
    () => 10n,
    () => machine,
    () => nested(1 << below(14)),
    () => Array(1 << below(15)).fill('a'),
    () => ({ [pick(KEYS, below)]: pick(EXPRESSIONS, below) }),
    () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    () => ({ target: pick(KEYS, below), actions: pick(EXPRESSIONS, below) }),
    () => '#m',
    () => 'a',
  ]
  return pick(kinds, below)()
}

function nested(depth: number): unknown {
  let value: unknown = {}
  for (let i = 0; i < depth; i++) value = { initial: 's', states: { s: value } }
  return value
}

function placesOf(root: Tree): [Tree, string][] {
  const found: [Tree, string][] = []
  const seen = new Set<unknown>()
  const open: Tree[] = [root]
  for (let tree = open.pop(); tree !== undefined && found.length < 2000; tree = open.pop()) {
    if (seen.has(tree)) continue
    seen.add(tree)
    for (const key of Object.keys(tree).slice(0, 200)) {
      found.push([tree, key])
      const inner: unknown = (tree as Record<string, unknown>)[key]
      if (typeof inner === 'object' && inner !== null) open.push(inner as Tree)
    }
  }
  return found
}

function spoiledText(text: string, below: Below): string {
  const at = below(text.length)
  const part = pick(['', '"', '{', '}', ',', '\u0000', '\ud800', '"__proto__":', '1e999', '//', 'NaN', '"id":"m",'], below)
  return text.slice(0, at) + part + text.slice(at + below(3))
}

/** Large in one way each. */
const bombs: readonly ((below: Below) => unknown)[] = [
  (below) => '['.repeat(1 << below(21)),
  (below) => `{"id":"m","context":${'{"a":'.repeat(1 << below(18))}`,
  (below) => ({ id: 'm', initial: 's0', states: many(1 << below(14), (i) => ({ on: { GO: `s${i + 1}` } })) }),
  (below) => ({
    id: 'm',
    on: { GO: Array.from({ length: 1 << below(15) }, (_, i) => ({ target: `.s${i}`, guard: { expr: 'true' } })) },
  }),
  (below) => ({
    id: 'm',
    type: 'parallel',
    states: many(1 << below(11), () => ({ initial: 'a', states: { a: { on: { GO: 'b' } }, b: {} } })),
  }),
  (below) => ({ id: 'm', ...(nested(1 << below(6)) as object) }),
  () => ({ id: 'm', initial: 'a', states: { a: { always: 'b' }, b: { always: 'a' } } }),
  () => ({
    id: 'm',
    initial: 'a',
    context: { text: 'ab' },
    states: { a: { entry: { assign: { text: 'context.text + context.text' } }, always: { target: 'a', reenter: true } } },
  }),
  () => ({
    id: 'm',
    initial: 'a',
    states: { a: { entry: { raise: { type: 'GO' } }, on: { GO: { target: 'a', reenter: true } } } },
  }),
  () => ({
    id: 'm',
    initial: 'a',
    states: { a: { entry: { assign: { x: 'context.none' } }, on: { 'error.*': { target: 'a', reenter: true } } } },
  }),
  (below) => ({
    id: 'm',
    initial: 'a',
    states: {
      a: { always: Array.from({ length: 1 << below(13) }, () => ({ guard: { expr: 'context.missing > 1' }, target: 'a' })) },
    },
  }),
  (below) => ({
    id: 'm',
    type: 'parallel',
    states: many(1 << below(8), (i) => ({
      on: { GO: { target: Array.from({ length: 250 }, (_, k) => `#m.s${(k + i) % 250}`) } },
    })),
  }),
]

function many(count: number, make: (i: number) => unknown): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`s${i}`, make(i)]))
}

function pick<V>(list: readonly V[], below: Below): V {
  return list[below(list.length)] as V
}
