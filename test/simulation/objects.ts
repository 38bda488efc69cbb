import type { BotTx } from '../../src/bot-tx.ts'
import type { Holdfast } from '../../src/holdfast.ts'
import type { Model } from '../linearizability/history.ts'
import {
  compareAndSet,
  counter,
  type LeaseInput,
  type LeaseState,
  lease,
  type QueueInput,
  queue,
  type SwapInput,
  type VersionedInput,
  type VersionedOutput,
  versioned,
} from '../linearizability/models.ts'
import type { Request } from './calls.ts'
import type { Chance } from './chance.ts'

/** What a question is made of. */
export interface Asking {
  readonly chance: Chance
  /** What the asker's clock shows. */
  readonly now: number
  /** A value that nobody else has: those tell best who has overwritten whom. They count up. */
  readonly fresh: () => number
}

/** A kind of object whose answers a model tells. */
export interface ObjectKind {
  readonly model: Model<unknown, unknown, unknown>
  /** The request that a question of the model is. */
  request(object: string, input: unknown): Request<unknown>
  /** Something to ask of an object. */
  ask(object: string, asking: Asking): Request<unknown>
  /** Asks what it has come to; given when nothing else happens any more. */
  look(object: string, now: number): Request<unknown>
}

/** Objects are called `<number>/<kind>`: those of one number share a partition. */
export function objectKindOf(object: string): ObjectKind | undefined {
  return objectKinds[object.slice(object.lastIndexOf('/') + 1)]
}

/** The request that a question of an object's model is. @throws for objects of no known kind */
export function requestOf(object: string, input: unknown): Request<unknown> {
  const known = objectKindOf(object)
  if (known === undefined) throw new Error(`${object} is of no kind that is known`)
  return known.request(object, input)
}

/** By the kind of their entities. */
const objectKinds: Readonly<Record<string, ObjectKind>> = {
  session: kind(compareAndSet, {
    request: session,
    ask: askSession,
    look: (object) => session(object, { do: 'read' }),
  }),
  counter: kind(counter, {
    request: count,
    ask: (object, { chance }) => count(object, { add: chance.happens(0.5) ? 0 : 1 + chance.below(2) }),
    look: (object) => count(object, { add: 0 }),
  }),
  queue: kind(queue, {
    request: line,
    ask: (object, { chance, fresh }) =>
      line(object, chance.below(2) === 0 ? { do: 'dequeue' } : { do: 'enqueue', value: fresh() }),
    look: (object) => line(object, { do: 'dequeue' }),
  }),
  lease: kind(lease, {
    request: hold,
    ask: askLease,
    look: (object, now) => hold(object, { do: 'acquire', owner: 'the last', now, ttl: 1 }),
  }),
  document: kind(versioned, {
    request: edit,
    ask: askDocument,
    look: (object) => edit(object, { do: 'read' }),
  }),
}

/** A kind in the words of its own model. */
interface Told<Input> extends Omit<ObjectKind, 'model' | 'request'> {
  request(object: string, input: Input): Request<unknown>
}

function kind<State, Input, Output>(model: Model<State, Input, Output>, rest: Told<Input>): ObjectKind {
  const request = rest.request as ObjectKind['request']
  return { ...rest, request, model: model as unknown as ObjectKind['model'] }
}

function askSession(object: string, { chance, fresh }: Asking): Request<unknown> {
  const what = chance.weighted({ read: 6, write: 3, swap: 3 })
  if (what === 'read') return session(object, { do: 'read' })
  if (what === 'write') return session(object, { do: 'write', value: fresh() })
  const to = fresh()
  // The newest values are the likeliest.
  const from = chance.happens(0.2) ? null : to - 1 - chance.below(4)
  return session(object, { do: 'swap', from, to })
}

function session(object: string, input: SwapInput): Request<unknown> {
  const about = { object, input }
  if (input.do === 'read') {
    const run = async (hf: Holdfast): Promise<unknown> => (await hf.session(object).get('value')) ?? null
    return { about, reads: true, run }
  }
  if (input.do === 'write')
    return {
      about,
      async run(hf, options) {
        await hf.session(object).set('value', input.value, options)
        return null
      },
    }
  const { from, to } = input
  const swap = (state: { value?: unknown }): boolean => {
    if ((state.value ?? null) !== from) return false
    state.value = to
    return true
  }
  return { about, run: (hf, options) => hf.session(object).update(swap, options) }
}

function count(object: string, input: { readonly add: number }): Request<unknown> {
  const reads = input.add === 0 ? { reads: true as const } : {}
  const request = decided(object, input, (tx) => {
    const entity = tx.entity('counter', object)
    const sum = Number(entity.get('sum') ?? 0) + input.add
    if (input.add === 0) return sum
    entity.set('sum', sum)
    entity.term('size', [`${sum}`])
    return sum
  })
  return { ...request, ...reads }
}

function line(object: string, input: QueueInput): Request<unknown> {
  return decided(object, input, (tx) => {
    const entity = tx.entity('queue', object)
    const { state, output } = queue.apply((entity.get('items') ?? []) as number[], input)
    entity.set('items', state)
    return output
  })
}

function askLease(object: string, { chance, now }: Asking): Request<unknown> {
  const ttl = 1 + chance.below(200)
  if (chance.happens(0.5)) return hold(object, { do: 'acquire', owner: chance.pick(['a', 'b', 'c']), now, ttl })
  const token = 1 + chance.below(5)
  return hold(object, chance.happens(0.5) ? { do: 'release', token, now } : { do: 'renew', token, now, ttl })
}

function hold(object: string, input: LeaseInput): Request<unknown> {
  return decided(object, input, (tx) => {
    const entity = tx.entity('lease', object)
    const { state, output } = lease.apply((entity.get('held') as LeaseState | undefined) ?? lease.initial, input)
    entity.set('held', state)
    return output
  })
}

function askDocument(object: string, { chance, fresh }: Asking): Request<unknown> {
  const what = chance.weighted({ read: 4, create: 3, write: 2, swap: 3 })
  if (what === 'read') return edit(object, { do: 'read' })
  return edit(object, what === 'swap' ? { do: 'swap', from: 1 + chance.below(8), value: fresh() } : { do: what, value: fresh() })
}

/** What is refused is told the revision that stands in the way, as over HTTP with `If-Match` and `If-None-Match`. */
function edit(object: string, input: VersionedInput): Request<unknown> {
  const request = decided(object, input, (tx): VersionedOutput => {
    const entity = tx.entity('document', object)
    const { exists, revision } = entity
    if (input.do === 'read') return exists ? { value: Number(entity.get('value')), revision } : null
    if (input.do === 'create' && exists) return { current: revision }
    if (input.do !== 'create' && !exists) return null
    if (input.do === 'swap' && input.from !== revision) return { current: revision }
    entity.set('value', input.value)
    return input.do === 'create' ? { made: true } : { revision: revision + 1 }
  })
  const isRefusal = (output: VersionedOutput): boolean => output === null || 'current' in output
  return input.do === 'read' ? { ...request, reads: true } : { ...request, readsIf: isRefusal as (output: unknown) => boolean }
}

function decided(object: string, input: unknown, decide: (tx: BotTx) => number | boolean | VersionedOutput): Request<unknown> {
  return { about: { object, input }, run: (hf, options) => hf.commit(decide, options) }
}
