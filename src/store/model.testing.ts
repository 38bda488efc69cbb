import type { Commit, EntityCommit, Expectation, OutboxRow, OutboxWrite, Receipt, SweepRequest } from './engine.ts'

/** What a key is of an entity's own: when it became so, and its text; null for a tombstone. */
interface Own {
  readonly seq: number
  readonly text: string | null
}

/** What the model knows of an entity. */
export interface Thing {
  revision: number
  deleted: boolean
  updated: number
  born: number
  floor: number
  origin: { readonly id: string; readonly seq: number; until: number | null } | undefined
  readonly own: Map<string, Own>
  /** State as a reader sees it, origin included. */
  readonly state: Map<string, string>
  readonly terms: Map<string, readonly string[]>
  records: { readonly seq: number; readonly revision: number; readonly at: number }[]
}

type Snapshot = ReadonlyMap<string, ReadonlyMap<string, string>>

const decoder = new TextDecoder()

/**
 * An engine so simple that it is plainly right: after every record it copies the whole state of every entity. One
 * partition, entities known by id alone. Tests ask it what an engine must answer.
 */
export class Model {
  readonly things = new Map<string, Thing>()
  /** State of everything at each seq; `snapshots[0]` is empty. */
  readonly snapshots: Snapshot[] = [new Map()]
  readonly outbox = new Map<string, OutboxRow>()
  readonly idempotency = new Map<string, { readonly body: string; readonly receipt: Uint8Array }>()
  floor = 0

  get seq(): number {
    return this.snapshots.length - 1
  }

  /** The receipt a commit must get (nums left out), having written what it writes. */
  commit(commit: Commit, poisoned: Set<string>): unknown {
    const refusal = this.#refusal(commit, poisoned)
    if (refusal !== undefined) {
      for (const { entity } of [...commit.expect, ...commit.entities]) poisoned.add(entity.id)
      return refusal
    }
    const records = commit.entities.map((change) => this.#write(change, commit.at))
    for (const write of commit.outbox) this.#promise(write, commit.at)
    const { idempotency } = commit
    if (idempotency) this.idempotency.set(idempotency.key, idempotency)
    return { status: 'ok', records }
  }

  #refusal(commit: Commit, poisoned: ReadonlySet<string>): Receipt | undefined {
    const known = commit.idempotency && this.idempotency.get(commit.idempotency.key)
    if (known !== undefined) {
      return known.body === commit.idempotency?.body ? { status: 'replayed', receipt: known.receipt } : { status: 'reused' }
    }
    const unmet = commit.expect.map((expected) => this.#unmet(expected, poisoned)).find((refusal) => refusal !== undefined)
    return unmet ?? commit.outbox.map((write) => this.#stale(write)).find((refusal) => refusal !== undefined)
  }

  #unmet(expected: Expectation, poisoned: ReadonlySet<string>): Receipt | undefined {
    const { id } = expected.entity
    const thing = this.things.get(id)
    const revision = thing?.revision ?? 0
    const holds = 'revision' in expected ? expected.revision === revision : true
    if (poisoned.has(id) || !holds) return { status: 'conflict', on: 'entity', id, current: revision }
    if ('revision' in expected) return undefined
    const current = thing?.own.get(expected.key)?.seq ?? 0
    return current === expected.seq ? undefined : { status: 'conflict', on: 'entry', id, current }
  }

  #stale(write: OutboxWrite): Receipt | undefined {
    if (write.op !== 'settle' && write.op !== 'release') return undefined
    const row = this.outbox.get(write.id)
    if (row?.state === 'due' && row.epoch === write.epoch) return undefined
    return { status: 'conflict', on: 'effect', id: write.id, current: row?.epoch ?? 0 }
  }

  #write(change: EntityCommit, at: number) {
    const seq = this.seq + 1
    const thing = this.things.get(change.entity.id) ?? this.#bear(change, seq)
    thing.revision++
    thing.updated = Math.max(at, thing.updated)
    thing.deleted = change.delete === true
    thing.records.push({ seq, revision: thing.revision, at: thing.updated })
    if (thing.deleted) this.#remove(thing, change.entity.id, seq)
    else writeKeys(thing, change, seq)
    this.snapshots.push(new Map([...this.things].map(([id, { state }]) => [id, new Map(state)])))
    return { seq, revision: thing.revision, at: thing.updated }
  }

  #bear({ entity, origin }: EntityCommit, seq: number): Thing {
    const id = origin ? ([...this.things.keys()][origin.num] ?? '') : ''
    const state = origin ? this.snapshots[origin.seq]?.get(id) : undefined
    const thing: Thing = {
      ...{ revision: 0, deleted: false, updated: 0, born: seq, floor: seq },
      origin: origin ? { id, seq: origin.seq, until: null } : undefined,
      ...{ own: new Map(), state: new Map(state), terms: new Map(), records: [] },
    }
    this.things.set(entity.id, thing)
    return thing
  }

  #remove(thing: Thing, id: string, seq: number): void {
    if (thing.origin?.until === null) thing.origin.until = seq
    for (const map of [thing.own, thing.state, thing.terms]) map.clear()
    for (const row of this.outbox.values()) {
      if (row.entity.id === id && row.state === 'due')
        this.outbox.set(row.id, { ...row, state: 'cancelled', owner: null, lease: null })
    }
  }

  #promise(write: OutboxWrite, at: number): void {
    const old = this.outbox.get(write.id)
    if (write.op === 'put') {
      const { id, entity, queue, due, payload, claim } = write
      const [owner, lease, attempts] = claim ? [claim.owner, claim.lease, 1] : [null, null, 0]
      const epoch = old === undefined ? attempts : old.epoch + 1
      const fresh = { state: 'due', created: at, result: null } as const
      this.outbox.set(id, { id, entity, queue, due, payload, owner, lease, attempts, epoch, ...fresh })
    } else if (old !== undefined) {
      const free = { ...old, owner: null, lease: null }
      if (write.op === 'settle') this.outbox.set(write.id, { ...free, state: write.state, result: write.result })
      else if (write.op === 'release') this.outbox.set(write.id, { ...free, due: write.due, result: write.result })
      else if (old.state === 'due') this.outbox.set(write.id, { ...free, state: 'cancelled' })
    }
  }

  /** What a claim must take. */
  claim(owner: string, now: number, lease: number, limit: number): OutboxRow[] {
    const free = [...this.outbox.values()].filter(
      (row) => row.state === 'due' && row.due <= now && (row.owner === null || (row.lease ?? 0) <= now),
    )
    const taken = free.toSorted((a, b) => a.due - b.due || (a.id < b.id ? -1 : 1)).slice(0, limit)
    const rows = taken.map((row) => ({ ...row, owner, lease, epoch: row.epoch + 1, attempts: row.attempts + 1 }))
    for (const row of rows) this.outbox.set(row.id, row)
    return rows
  }

  /** What a sweep may take of histories; returns how many records it must drop. */
  sweep({ historyBefore, keepRevisions, limit }: SweepRequest): number {
    let dropped = 0
    for (const [id, thing] of this.things) {
      const read = [...this.things.values()].flatMap(({ origin }) => (origin?.id === id ? [origin.seq] : []))
      const newest = Math.min(thing.revision - keepRevisions, (thing.records[0]?.revision ?? 0) + limit)
      const edge = thing.records.findLast(
        (record) => record.at < historyBefore && record.revision <= newest && record.seq <= Math.min(...read),
      )
      if (edge === undefined) continue
      const gone = thing.records.filter(({ seq }) => seq < edge.seq)
      thing.records = thing.records.filter(({ seq }) => seq >= edge.seq)
      thing.floor = edge.seq
      dropped += gone.length
      this.floor = Math.max(this.floor, ...gone.map(({ seq }) => seq))
    }
    return dropped
  }

  /** The versions a fork would have to adopt to stand alone. */
  inherited({ origin }: Thing): ReadonlyMap<string, string> {
    return (origin && this.snapshots[origin.seq]?.get(origin.id)) ?? new Map()
  }

  adopt(thing: Thing, keys: readonly string[], last: boolean): void {
    const { origin, own, born } = thing
    for (const key of keys) {
      const text = this.inherited(thing).get(key)
      if (text !== undefined && origin?.until === null && !own.has(key)) own.set(key, { seq: born, text })
    }
    if (!last) return
    thing.origin = undefined
    for (const [key, { text }] of own) if (text === null) own.delete(key)
  }
}

function writeKeys(thing: Thing, change: EntityCommit, seq: number): void {
  for (const { key, segment, class: kind } of change.writes) {
    const text = segment === null ? null : decoder.decode(segment)
    if (text !== null || thing.origin?.until === null) thing.own.set(key, { seq, text })
    else thing.own.delete(key)
    if (text !== null && kind === 'state') thing.state.set(key, text)
    else thing.state.delete(key)
  }
  for (const { name, values } of change.terms) thing.terms.set(name, [...new Set(values)].toSorted())
}
