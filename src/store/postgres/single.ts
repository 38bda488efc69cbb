import type { Commit, EntityCommit, OutboxWrite, Receipt } from '../engine.ts'
import { hashOf, partitionOf } from '../partition.ts'
import { refKey } from '../ref.ts'
import { ordinal, STATES } from '../words.ts'
import type { PlainAnswer } from './plain-answer.ts'
import { OUTBOX_OPS } from './rows.ts'

/** One commit that changes one entity, which it expects at a revision, and nothing about any other: as `apply_single` takes it. */
export class SingleCommit {
  /** Those of `apply_single` behind the name of the batch. */
  readonly values: readonly unknown[]
  readonly #revision: number
  readonly #at: number

  private constructor(commit: Commit, change: EntityCommit, expected: number, partitions: number) {
    const { id, at, actor, cause, source, trust, store, outbox } = commit
    const { entity, root, schema, expires, event, writes, terms } = change
    const part = partitionOf(entity, partitions)
    const rows = outbox.map((write) => ({ ...toRow(write), part: hashOf(write.id, partitions) }))
    const pieces = [event, ...writes.flatMap(({ segment, undo }) => [segment, undo]), ...outbox.map(bytesOf)]
    this.#revision = expected + 1
    this.#at = at
    this.values = [
      partitions,
      [...new Set([part, ...rows.map((row) => row.part)])].sort((a, b) => a - b),
      ...[part, entity.tenant, entity.kind, entity.id, expected, at],
      ...[root ?? null, schema ?? null, schema === undefined, expires ?? null, expires === undefined],
      ...[id, actor, cause, source, trust, store],
      writes.length === 0 ? '' : JSON.stringify(writes.map(({ key }) => key)),
      ...[writes.map(({ key }) => key), writes.map(({ run }) => run), writes.map(({ subject }) => subject)],
      terms.length === 0
        ? null
        : JSON.stringify(terms.map(({ name, subject, values }) => ({ name, subject, values: [...new Set(values)] }))),
      rows.length === 0 ? null : JSON.stringify(rows),
      pieces.map((piece) => piece?.length ?? null),
      Buffer.concat(pieces.filter((piece) => piece !== null)),
    ]
  }

  /** Undefined for any other batch. */
  static of([commit, ...more]: readonly Commit[], partitions: number): SingleCommit | undefined {
    if (commit === undefined || more.length > 0 || commit.idempotency !== undefined) return undefined
    const { expect, entities, outbox } = commit
    const [expected, ...others] = expect
    const [change] = entities
    if (expected === undefined || !('revision' in expected) || others.length > 0 || change === undefined || entities.length > 1)
      return undefined
    const name = refKey(change.entity)
    const isOdd = change.delete === true || change.origin !== undefined || refKey(expected.entity) !== name
    if (isOdd || change.writes.some(({ class: of, segment }) => of !== 'state' || segment === null)) return undefined
    if (hasTwice(change.writes.map(({ key }) => key)) || hasTwice(change.terms.map((term) => term.name))) return undefined
    if (hasTwice(outbox.map(({ id }) => id))) return undefined
    if (outbox.some((write) => write.op === 'put' && refKey(write.entity) !== name)) return undefined
    return new SingleCommit(commit, change, expected.revision, partitions)
  }

  receipt({ seq: [before = 0], num: [num = 0], updated: [at = 0] }: PlainAnswer): Receipt {
    return { status: 'ok', records: [{ num, seq: before + 1, revision: this.#revision, at: Math.max(at, this.#at) }] }
  }
}

function hasTwice(names: readonly string[]): boolean {
  return names.length > 1 && new Set(names).size < names.length
}

function toRow(write: OutboxWrite): Record<string, unknown> {
  const { id } = write
  const op = OUTBOX_OPS.indexOf(write.op)
  if (write.op === 'cancel') return { op, id }
  if (write.op === 'settle') return { op, id, epoch: write.epoch, state: ordinal(STATES, write.state) }
  if (write.op === 'release') return { op, id, epoch: write.epoch, due: write.due }
  return { op, id, queue: write.queue, due: write.due, owner: write.claim?.owner, lease: write.claim?.lease }
}

function bytesOf(write: OutboxWrite): Uint8Array | null {
  return write.op === 'cancel' ? null : write.op === 'put' ? write.payload : write.result
}
