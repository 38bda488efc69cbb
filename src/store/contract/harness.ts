import assert from 'node:assert/strict'
import { HoldfastError } from '../../core/index.ts'
import type { Commit, Engine, EntityCommit, EntityRef, OutboxWrite, Receipt, RecordRef, Write } from '../engine.ts'

/** How the contract gets at the engine it examines. */
export interface ContractHarness {
  /** A fresh, empty engine. */
  open(): Promise<Engine>
  /** Closes the engine and opens its data again. Absent for engines that forget. */
  reopen?(engine: Engine): Promise<Engine>
  /** Another connection to the same data. Absent for engines of one process. */
  second?(engine: Engine): Promise<Engine>
  /** True for engines with a register of nodes. */
  readonly nodes?: true
}

/** One thing every engine must do. `id` is the number of the rule in SPEC.md; `run` rejects with what was found instead. */
export interface ContractRule {
  readonly id: string
  readonly title: string
  /** What the harness must be able to do for this; skip the rule, visibly, when it is absent. */
  readonly needs?: 'reopen' | 'second' | 'nodes'
  run(harness: ContractHarness): Promise<void>
}

type Check = (engine: Engine) => Promise<void>

/** A rule checked on a fresh engine, which is closed behind it. */
export function rule(id: string, title: string, check: Check): ContractRule {
  return {
    id,
    title,
    async run(harness) {
      const engine = await harness.open()
      try {
        await check(engine)
      } finally {
        await engine.close()
      }
    },
  }
}

/** The time of commits that do not name another. */
export const NOON = 43_200_000

let commits = 0

/** A commit of the parts given; the rest is empty. */
export function commit(parts: Partial<Commit>): Commit {
  const nobody = { actor: null, cause: null, source: null, trust: null, store: null }
  return { id: `commit-${++commits}`, at: NOON, ...nobody, expect: [], entities: [], outbox: [], ...parts }
}

export function ref(id: string, kind = 'doc', tenant = 'acme'): EntityRef {
  return { tenant, kind, id }
}

/** What a commit does to document `id`. */
export function on(id: string, parts: Partial<EntityCommit> = {}): EntityCommit {
  return { entity: ref(id), writes: [], terms: [], event: null, ...parts }
}

export function set(key: string, text: string, parts: Partial<Write> = {}): Write {
  return { key, class: 'state', subject: null, segment: bytes(text), undo: null, run: 0, ...parts }
}

export function unset(key: string, parts: Partial<Write> = {}): Write {
  return { ...set(key, ''), segment: null, ...parts }
}

type Put = OutboxWrite & { op: 'put' }

/** An outbox row for document `a` on queue `mail`. */
export function promise(id: string, parts: Partial<Put> = {}): Put {
  return { op: 'put', id, entity: ref('a'), queue: 'mail', due: NOON, payload: bytes(id), ...parts }
}

export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** Commits one batch of one commit, which must be accepted. */
export async function accept(engine: Engine, parts: Partial<Commit>): Promise<readonly RecordRef[]> {
  const [receipt] = await engine.commit([commit(parts)])
  if (receipt?.status === 'ok') return receipt.records
  return assert.fail(`Expected the commit to be accepted, got ${JSON.stringify(receipt)}`)
}

/** Writes document `id` in a commit of its own; returns its record. */
export async function write(engine: Engine, id: string, writes: readonly Write[], parts: Partial<EntityCommit> = {}, at = NOON) {
  const [record] = await accept(engine, { at, entities: [on(id, { writes, ...parts })] })
  return record ?? assert.fail('Expected a record')
}

/** Deletes document `id`; returns the record. */
export function remove(engine: Engine, id: string, at = NOON): Promise<RecordRef> {
  return write(engine, id, [], { delete: true }, at)
}

export async function statuses(engine: Engine, batch: readonly Commit[]): Promise<Receipt['status'][]> {
  return (await engine.commit(batch)).map(({ status }) => status)
}

/** The row of document `id`, which must exist. */
export async function row(engine: Engine, id: string) {
  return (await engine.entity(ref(id))) ?? assert.fail(`Expected document ${id} to exist`)
}

export async function refused(code: HoldfastError['code'], work: () => unknown): Promise<void> {
  await assert.rejects(
    async () => work(),
    (error) => HoldfastError.is(error, code),
  )
}

/** Deep equality in which bytes compare by content, whatever class holds them, and rows by their columns. */
export function same(actual: unknown, expected: unknown, message?: string): void {
  assert.deepEqual(plain(actual), plain(expected), message)
}

/** The value with bytes as text. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('latin1')}`
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}
