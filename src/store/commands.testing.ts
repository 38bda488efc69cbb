import { makeSplice } from '../core/index.ts'
import { bytes, commit, on, promise, ref, set, unset } from './contract/harness.ts'
import type { Commit, EntityCommit, Expectation, Origin, OutboxWrite, Write } from './engine.ts'
import type { Model, Thing } from './model.testing.ts'

/** Few names, so that commands meet; some order differently by UTF-8 and UTF-16. */
export const IDS = ['a', 'b', 'c', 'd', 'e'] as const
export const KEYS = ['k', 'k/1', '\uffee', '😀', 'z'] as const
/** A key of class `derived`; the others are state. */
export const DERIVED = 'index'

/** What one step asks, in words that mean something whatever happened before. */
export type Command =
  /** `careful`: each commit expects the entities it changes as they are, deletes none and derives nothing, as most commits do. */
  | { readonly do: 'commit'; readonly batch: readonly CommitCommand[]; readonly careful: boolean }
  | { readonly do: 'claim'; readonly later: number; readonly limit: number }
  | { readonly do: 'sweep'; readonly age: number; readonly keep: number; readonly limit: number }
  | { readonly do: 'adopt'; readonly fork: number; readonly keys: number; readonly last: boolean }

export interface CommitCommand {
  /** How much later than the commit before; less than zero for a clock that went back. */
  readonly later: number
  readonly changes: readonly ChangeCommand[]
  /** What it expects; `key` null for the revision of the whole. */
  readonly expect: readonly { readonly id: string; readonly key: string | null; readonly wrong: boolean }[]
  readonly outbox: readonly OutboxCommand[]
  readonly once: { readonly key: string; readonly body: string } | null
}

interface ChangeCommand {
  readonly id: string
  readonly delete: boolean
  readonly writes: readonly { readonly key: string; readonly text: string | null; readonly patch: boolean }[]
  /** If this makes the entity: fork the `origin`th as of a few records back. */
  readonly fork: { readonly origin: number; readonly back: number } | null
  readonly tag: readonly string[] | null
}

interface OutboxCommand {
  readonly op: 'put' | 'born' | 'settle' | 'release' | 'cancel'
  readonly id: string
  readonly due: number
  /** Names an epoch that is not the row's. */
  readonly zombie: boolean
}

/** The same command, as somebody careful would give it. */
export function careful(command: CommitCommand): CommitCommand {
  const changes = command.changes.map((change) => ({
    ...change,
    delete: false,
    writes: change.writes.filter(({ key }) => key !== DERIVED),
  }))
  return { ...command, changes, expect: changes.map(({ id }) => ({ id, key: null, wrong: false })) }
}

/** The commit a command means now. `origin.num` is the place of the origin among the model's things: see `withNums`. */
export function commitFor(command: CommitCommand, model: Model, id: string, now: number): Commit {
  const entities = command.changes.map((change) => changeFor(change, model))
  const { once } = command
  return {
    ...commit({ id, at: now, entities }),
    expect: command.expect.map((expected) => expectationFor(expected, model)),
    outbox: command.outbox.flatMap((write) => outboxFor(write, model, entities, now)),
    ...(once && { idempotency: { ...once, tenant: 'acme', receipt: bytes(`${id} ${once.key}`) } }),
  }
}

/** The commit with the engine's nums in the place of the model's. */
export function withNums(each: Commit, nums: (place: number) => number): Commit {
  const entities = each.entities.map((change) =>
    change.origin ? { ...change, origin: { ...change.origin, num: nums(change.origin.num) } } : change,
  )
  return { ...each, entities }
}

function changeFor(command: ChangeCommand, model: Model): EntityCommit {
  const thing = model.things.get(command.id)
  const fork = thing === undefined && !command.delete ? command.fork : null
  const origin = fork && originFor(fork.origin, fork.back, model)
  return on(command.id, {
    delete: command.delete,
    ...(origin && { origin }),
    writes: command.writes.map((write) => writeFor(write, thing)),
    terms: command.tag === null ? [] : [{ name: 'tag', values: command.tag, subject: null }],
  })
}

function originFor(place: number, back: number, model: Model): Pick<Origin, 'num' | 'seq'> | null {
  const things = [...model.things.values()]
  const origin = things[place % Math.max(things.length, 1)]
  if (origin === undefined) return null
  return { num: place % things.length, seq: Math.max(model.seq - back * 3, origin.floor) }
}

function writeFor({ key, text, patch }: ChangeCommand['writes'][number], thing: Thing | undefined): Write {
  if (key === DERIVED) return text === null ? unset(key, { class: 'derived' }) : set(key, text, { class: 'derived' })
  const old = thing?.own.get(key)?.text ?? null
  if (text === null) return unset(key)
  return set(key, text, patch && old !== null ? { undo: makeSplice(bytes(text), bytes(old)), run: 1 } : {})
}

function expectationFor({ id, key, wrong }: CommitCommand['expect'][number], model: Model): Expectation {
  const thing = model.things.get(id)
  const off = wrong ? 1 : 0
  if (key === null) return { entity: ref(id), revision: (thing?.revision ?? 0) + off }
  return { entity: ref(id), key, seq: (thing?.own.get(key)?.seq ?? 0) + off }
}

function outboxFor(command: OutboxCommand, model: Model, entities: readonly EntityCommit[], now: number): OutboxWrite[] {
  const { op, id, due, zombie } = command
  const epoch = (model.outbox.get(id)?.epoch ?? 0) + (zombie ? 1 : 0)
  if (op === 'cancel') return [{ op, id }]
  if (op === 'settle') return [{ op, id, epoch, state: zombie ? 'dead' : 'settled', result: bytes('done') }]
  if (op === 'release') return [{ op, id, epoch, due: now + due, result: bytes('failed') }]
  const entity = entities[0]?.entity ?? [...model.things.keys()].map((each) => ref(each))[0]
  if (entity === undefined) return []
  const claim = op === 'born' ? { owner: 'w', lease: now + due } : undefined
  return [promise(id, { entity, due: now + due, claim })]
}
