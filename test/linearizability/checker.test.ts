import { describe, expect, test } from 'vitest'
import { seeded } from '../faults/random.ts'
import { tryAll } from './brute-force.testing.ts'
import { check } from './checker.ts'
import { byObject, type Model, type Operation } from './history.ts'
import {
  compareAndSet,
  counter,
  type LeaseInput,
  lease,
  type QueueInput,
  queue,
  type RegisterInput,
  register,
  type SwapInput,
} from './models.ts'

type Below = (limit: number) => number

/** Calls of a kind of object, from chance. */
interface Kind<State, Input, Output> {
  readonly name: string
  readonly model: Model<State, Input, Output>
  readonly input: (below: Below) => Input
  readonly output: (below: Below) => Output
}

function kind<State, Input, Output>(each: Kind<State, Input, Output>): Kind<unknown, unknown, unknown> {
  return each as unknown as Kind<unknown, unknown, unknown>
}

const swap = (below: Below): SwapInput =>
  below(2) === 0 ? { do: 'swap', from: [null, 0, 1][below(3)] ?? null, to: below(2) } : { do: 'write', value: below(2) }

const hold = (below: Below): LeaseInput => {
  const now = below(20)
  if (below(2) === 0) return { do: 'acquire', owner: below(2) === 0 ? 'a' : 'b', now, ttl: 6 }
  return below(2) === 0 ? { do: 'release', token: 1 + below(2), now } : { do: 'renew', token: 1 + below(2), now, ttl: 6 }
}

const get = (below: Below): RegisterInput => (below(2) === 0 ? { do: 'read' } : { do: 'write', value: below(3) })

const line = (below: Below): QueueInput => (below(2) === 0 ? { do: 'dequeue' } : { do: 'enqueue', value: below(3) })

const kinds = [
  kind({
    name: 'register',
    model: register,
    input: get,
    output: (below) => [null, 0, 1, 2][below(4)] ?? null,
  }),
  kind({
    name: 'compare-and-set',
    model: compareAndSet,
    input: (below) => (below(3) === 0 ? { do: 'read' } : swap(below)),
    output: (below) => [null, 0, 1, true, false][below(5)] ?? null,
  }),
  kind({ name: 'counter', model: counter, input: (below) => ({ add: below(3) }), output: (below) => below(8) }),
  kind({
    name: 'queue',
    model: queue,
    input: line,
    output: (below) => [null, 0, 1, 2][below(4)] ?? null,
  }),
  kind({ name: 'lease', model: lease, input: hold, output: (below) => [null, 1, 2, true, false][below(5)] ?? null }),
]

/** Up to six calls that overlap, answered as an object would have that took each at some moment of its span; often falsified. */
function randomHistory({ model, input, output }: Kind<unknown, unknown, unknown>, below: Below): Operation[] {
  const calls = Array.from({ length: 1 + below(6) }, () => {
    const invoked = below(30)
    const at = invoked + 1 + below(12)
    return { input: input(below), invoked, at, taken: invoked + ((at - invoked) * below(100)) / 100 }
  })
  let state = model.initial
  const operations = calls
    .sort((a, b) => a.taken - b.taken)
    .map(({ input, invoked, at }): Operation => {
      const after = model.apply(state, input)
      // What is never answered may not have happened.
      const isKnown = below(6) > 0
      if (isKnown || below(2) === 0) state = after.state
      return { input, invoked, answer: isKnown ? { at, output: after.output } : undefined }
    })
  if (below(3) === 0) return operations
  const one = below(operations.length)
  return operations.map((each, i) =>
    i === one && each.answer ? { ...each, answer: { ...each.answer, output: output(below) } } : each,
  )
}

describe('against every order there is', () => {
  test.each(kinds)('a $name: the same verdict on 2,000 histories, and both often', (each) => {
    const below = seeded(7)
    let good = 0
    let bad = 0
    for (let i = 0; i < 2000; i++) {
      const history = randomHistory(each, below)
      const verdict = check(each.model, history)
      expect(verdict.linearizable, JSON.stringify(history)).toBe(tryAll(each.model, history))
      if (verdict.linearizable) good++
      else bad++
    }
    expect(good).toBeGreaterThan(400)
    expect(bad).toBeGreaterThan(200)
  })
})

/** `[input, called, answered, answer]`, or only the first two where no answer came. */
function history(...calls: readonly (readonly [input: unknown, invoked: number, at?: number, output?: unknown])[]): Operation[] {
  return calls.map(([input, invoked, at, output = null]) => ({
    input,
    invoked,
    answer: at === undefined ? undefined : { at, output },
  }))
}

const write = (value: number) => ({ do: 'write', value })
const read = { do: 'read' }
const enqueue = (value: number) => ({ do: 'enqueue', value })
const acquire = (owner: string, now: number) => ({ do: 'acquire', owner, now, ttl: 10 })

describe('what must not be', () => {
  const planted = {
    'a stale read': [register, history([write(1), 0, 1], [write(2), 2, 3], [read, 4, 5, 1])],
    'two readers who disagree on the order': [
      register,
      history([write(1), 0, 9], [write(2), 0, 9], [read, 1, 2, 1], [read, 3, 4, 2], [read, 5, 6, 1]),
    ],
    'a lost update': [counter, history([{ add: 1 }, 0, 5, 1], [{ add: 1 }, 1, 6, 2], [{ add: 0 }, 7, 8, 1])],
    'a doubled increment': [counter, history([{ add: 1 }, 0, 1, 1], [{ add: 0 }, 2, 3, 2])],
    'two that were both told to be the first': [
      compareAndSet,
      history([{ do: 'swap', from: null, to: 1 }, 0, 5, true], [{ do: 'swap', from: null, to: 2 }, 1, 6, true]),
    ],
    'a queue in another order': [
      queue,
      history([enqueue(1), 0, 1], [enqueue(2), 2, 3], [{ do: 'dequeue' }, 4, 5, 2], [{ do: 'dequeue' }, 6, 7, 1]),
    ],
    'two live owners': [lease, history([acquire('a', 0), 0, 1, 1], [acquire('b', 5), 2, 3, 2])],
    'one token for two owners': [lease, history([acquire('a', 0), 0, 1, 1], [acquire('b', 20), 2, 3, 1])],
  } as const satisfies Record<string, readonly [unknown, Operation[]]>

  test.each(Object.entries(planted))('%s', (_, [model, operations]) => {
    const verdict = check(model as Model<unknown, unknown, unknown>, operations)
    expect(verdict.linearizable).toBe(false)
  })

  test('the operation that fits nowhere is named, with what could be explained before it', () => {
    const operations = history([{ add: 1 }, 0, 1, 1], [{ add: 1 }, 2, 3, 2], [{ add: 0 }, 4, 5, 7])
    expect(check(counter, operations as never)).toEqual({
      linearizable: false,
      order: operations.slice(0, 2),
      stuck: operations[2],
    })
  })
})

describe('what may be', () => {
  test('a call without an answer has happened late, or never', () => {
    const late = history([write(1), 0, 1], [write(2), 2], [read, 3, 4, 1], [read, 5, 6, 2])
    const never = history([write(1), 0, 1], [write(2), 2], [read, 3, 4, 1], [read, 5, 6, 1])
    const undone = history([write(1), 0, 1], [write(2), 2], [read, 3, 4, 2], [read, 5, 6, 1])
    const verdicts = [late, never, undone].map((each) => check(register, each as never).linearizable)
    expect(verdicts).toEqual([true, true, false])
  })

  test('what would take too long is left undecided, and said to be', () => {
    const many = Array.from({ length: 40 }, (_, i) => [enqueue(i), i] as const)
    const verdict = check(queue as never, history(...many, [{ do: 'dequeue' }, 50, 51, 99]), 5000)
    expect(verdict).toEqual({ linearizable: undefined, tried: 5000 })
  })

  test('objects are judged by themselves', () => {
    const operations = [
      { object: 'a', input: write(1), invoked: 0, answer: { at: 1, output: null } },
      { object: 'b', input: read, invoked: 2, answer: { at: 3, output: null } },
    ]
    const verdicts = [...byObject(operations).values()].map((each) => check(register, each as never).linearizable)
    expect(verdicts).toEqual([true, true])
  })

  test('twenty thousand operations on fifty objects, many at once, are judged in seconds', () => {
    const below = seeded(3)
    const sums = new Map<string, number>()
    const operations = Array.from({ length: 20_000 }, (_, i) => {
      const object = `${below(50)}`
      const add = below(3)
      const sum = (sums.get(object) ?? 0) + add
      sums.set(object, sum)
      // Calls overlap with some hundred others, eight or so of them on the same object.
      return { object, input: { add }, invoked: i - below(200), answer: { at: i + 1 + below(200), output: sum } }
    })
    for (const each of byObject(operations).values()) expect(check(counter, each).linearizable).toBe(true)
  })
})
