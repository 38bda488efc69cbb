import type { SQLInputValue, StatementSync } from 'node:sqlite'
import type { Commit, EntityCommit, EntityRef, Receipt, RecordRef } from '../engine.ts'
import { secondOf } from '../recent.ts'
import { refKey } from '../ref.ts'
import { refuseRepeats } from '../repeats.ts'
import { ordinal, RECORD_OPS } from '../words.ts'
import { jumpRow } from './chain.ts'
import type { Connection } from './connection.ts'
import { EntryWriter } from './entry-write.ts'
import { type Head, inherits } from './head.ts'
import { cancelAll, writeOutbox } from './outbox-write.ts'
import { type StoredRecord, sumOf } from './rows.ts'

/** Stores batches of commits, each in one transaction of `connection`. */
export class Applier {
  readonly #db: Connection
  readonly #entries: EntryWriter
  readonly #lastSeq: StatementSync
  readonly #selectHead: StatementSync
  readonly #updateHead: StatementSync
  readonly #jump: StatementSync
  readonly #insertRecord: StatementSync
  /** Of the batch at hand. */
  readonly #heads = new Map<string, Head>()
  readonly #poisoned = new Set<string>()
  #seq = 0

  constructor(connection: Connection) {
    this.#db = connection
    this.#entries = new EntryWriter(connection)
    this.#lastSeq = connection.prepare('select max(seq) as seq from log')
    this.#selectHead = connection.prepare(
      `select num, revision, seq, updated, recent, deleted, origin, origin_until from entity
       where tenant = ? and kind = ? and id = ?`,
    )
    this.#updateHead = connection.prepare(
      'update entity set revision = ?, seq = ?, updated = ?, deleted = ?, origin_until = ? where num = ?',
    )
    this.#jump = connection.prepare('select jump from log where seq = ?')
    this.#insertRecord = connection.prepare('insert into log values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)')
  }

  /** One receipt for each commit, in order. Throws with nothing stored. */
  apply(batch: readonly Commit[]): Receipt[] {
    for (const commit of batch) refuseRepeats(commit)
    this.#heads.clear()
    this.#poisoned.clear()
    return this.#db.transaction(() => {
      this.#seq = (this.#lastSeq.get() as { seq: number | null } | undefined)?.seq ?? 0
      this.#entries.begin()
      const receipts = batch.map((commit) => this.#commit(commit))
      for (const head of this.#heads.values()) if (head.dirty) this.#saveHead(head)
      return receipts
    })
  }

  #commit(commit: Commit): Receipt {
    const refusal = this.#repeated(commit) ?? this.#unmet(commit) ?? this.#staleOutbox(commit)
    if (refusal !== undefined) {
      for (const { entity } of commit.expect) this.#poisoned.add(refKey(entity))
      for (const { entity } of commit.entities) this.#poisoned.add(refKey(entity))
      return refusal
    }
    const count = commit.entities.length
    const records = commit.entities.map((change, i) => this.#writeEntity(commit, change, i === count - 1))
    for (const write of commit.outbox) writeOutbox(this.#db, write, commit.at, (ref) => this.#head(ref, refKey(ref))?.num)
    const once = commit.idempotency
    if (once) {
      this.#db.run('insert into idempotency values (?, ?, ?, ?, ?)', once.tenant, once.key, once.body, once.receipt, commit.at)
    }
    return { status: 'ok', records }
  }

  #repeated(commit: Commit): Receipt | undefined {
    const once = commit.idempotency
    if (!once) return undefined
    const found = this.#db.get<{ body: string; receipt: Uint8Array }>(
      'select body, receipt from idempotency where tenant = ? and key = ?',
      once.tenant,
      once.key,
    )
    if (found === undefined) return undefined
    return found.body === once.body ? { status: 'replayed', receipt: found.receipt } : { status: 'reused' }
  }

  #unmet(commit: Commit): Receipt | undefined {
    for (const expected of commit.expect) {
      const key = refKey(expected.entity)
      const head = this.#head(expected.entity, key)
      const current = head?.revision ?? 0
      const refuse = (on: 'entity' | 'entry', found: number): Receipt => ({
        status: 'conflict',
        on,
        id: expected.entity.id,
        current: found,
      })
      if (this.#poisoned.has(key)) return refuse('entity', current)
      if ('revision' in expected) {
        if (expected.revision !== current) return refuse('entity', current)
      } else {
        const found = head === undefined ? 0 : this.#entrySeq(head, expected.key)
        if (expected.seq !== found) return refuse('entry', found)
      }
    }
    return undefined
  }

  /** A deleted key counts only where it hides an origin's: there its seq tells deletion from "never touched". */
  #entrySeq(head: Head, key: string): number {
    const row = this.#db.get<{ seq: number; gone: number }>(
      'select seq, segment is null as gone from entry where num = ? and key = ?',
      head.num,
      key,
    )
    return row === undefined || (row.gone === 1 && !inherits(head)) ? 0 : row.seq
  }

  #staleOutbox({ entities, outbox }: Commit): Receipt | undefined {
    for (const write of outbox) {
      if (write.op === 'cancel') continue
      if (write.op === 'put') {
        const key = refKey(write.entity)
        if (entities.some(({ entity }) => refKey(entity) === key) || this.#head(write.entity, key) !== undefined) continue
        return { status: 'conflict', on: 'entity', id: write.entity.id, current: 0 }
      }
      const row = this.#db.get<{ epoch: number; state: number }>('select epoch, state from outbox where id = ?', write.id)
      if (row === undefined || row.state !== 0 || row.epoch !== write.epoch) {
        return { status: 'conflict', on: 'effect', id: write.id, current: row?.epoch ?? 0 }
      }
    }
    return undefined
  }

  #head(ref: EntityRef, key: string): Head | undefined {
    const known = this.#heads.get(key)
    if (known !== undefined) return known
    const row = this.#selectHead.get(ref.tenant, ref.kind, ref.id) as Omit<Head, 'dirty'> | undefined
    if (row === undefined) return undefined
    const head = { ...row, dirty: false }
    this.#heads.set(key, head)
    return head
  }

  #saveHead(head: Head): void {
    head.dirty = false
    this.#updateHead.run(head.revision, head.seq, head.updated, head.deleted, head.origin_until, head.num)
    const recent = secondOf(head.updated)
    if (recent !== head.recent) this.#db.run('update entity set recent = ? where num = ?', recent, head.num)
  }

  #writeEntity(commit: Commit, change: EntityCommit, last: boolean): RecordRef {
    const key = refKey(change.entity)
    const seq = ++this.#seq
    const known = this.#head(change.entity, key)
    const at = Math.max(commit.at, known?.updated ?? 0)
    const created = !change.delete && (known === undefined || known.deleted === 1)
    const before = known?.seq ?? 0
    const head = known ?? this.#create(change, key, seq, at)
    head.revision += known === undefined ? 0 : 1
    head.seq = seq
    head.updated = at
    head.dirty = true
    if (known !== undefined) this.#describe(head, change, created, at)
    const keys = change.delete
      ? []
      : change.writes.filter((write) => this.#entries.write(head, write, seq)).map((write) => write.key)
    if (change.delete) this.#delete(head, seq, at)
    else for (const { name, values, subject } of change.terms) this.#writeTerms(head, change.entity, name, values, subject)
    this.#record(commit, change, head, before, created, last, keys)
    return { num: head.num, seq, revision: head.revision, at }
  }

  #create(change: EntityCommit, key: string, seq: number, at: number): Head {
    const { entity, origin } = change
    const row = this.#db.get<{ num: number }>(
      `insert into entity(tenant, kind, id, root, origin, origin_seq, revision, seq, born, floor, deleted, schema, created, updated, recent, expires)
       values (?, ?, ?, ?, ?, ?, 1, ?, ?, ?, 0, ?, ?, ?, ?, ?) returning num`,
      entity.tenant,
      entity.kind,
      entity.id,
      change.root ?? null,
      origin?.num ?? null,
      origin?.seq ?? null,
      seq,
      seq,
      seq,
      change.schema ?? null,
      at,
      at,
      secondOf(at),
      change.expires ?? null,
    )
    const head = {
      num: row?.num ?? 0,
      revision: 1,
      seq,
      updated: at,
      recent: secondOf(at),
      deleted: 0,
      origin: origin?.num ?? null,
      origin_until: null,
      dirty: true,
    }
    this.#heads.set(key, head)
    return head
  }

  /** The columns of an entity that was there before; most commits change none of them. */
  #describe(head: Head, change: EntityCommit, recreated: boolean, at: number): void {
    if (recreated) {
      head.deleted = 0
      this.#db.run('update entity set created = ? where num = ?', at, head.num)
      if (change.root !== undefined) this.#db.run('update entity set root = ? where num = ?', change.root, head.num)
    }
    if (change.schema !== undefined) this.#db.run('update entity set schema = ? where num = ?', change.schema, head.num)
    if (change.expires !== undefined) this.#db.run('update entity set expires = ? where num = ?', change.expires, head.num)
  }

  #writeTerms(head: Head, ref: EntityRef, name: string, values: readonly string[], subject: string | null): void {
    this.#db.run(
      'delete from term where (tenant, kind, name, value, num) in (select tenant, kind, name, value, num from term where num = ? and name = ?)',
      head.num,
      name,
    )
    for (const value of new Set(values)) {
      this.#db.run('insert into term values (?, ?, ?, ?, ?, ?)', ref.tenant, ref.kind, name, value, head.num, subject)
    }
  }

  #delete(head: Head, seq: number, at: number): void {
    const { num } = head
    this.#entries.deleteAll(head, seq)
    this.#db.run(
      'delete from term where (tenant, kind, name, value, num) in (select tenant, kind, name, value, num from term where num = ?)',
      num,
    )
    cancelAll(this.#db, num, at)
    this.#db.run('update entity set expires = null where num = ?', num)
    head.deleted = 1
    if (head.origin !== null && head.origin_until === null) head.origin_until = seq
  }

  #record(
    commit: Commit,
    change: EntityCommit,
    head: Head,
    before: number,
    created: boolean,
    last: boolean,
    keys: string[],
  ): void {
    const op = change.delete ? 'delete' : created ? 'create' : 'write'
    const jump = jumpRow(head.revision, before, (row) => this.#jump.get(row) as { jump: number } | undefined)
    const row: StoredRecord = {
      seq: head.seq,
      commit: commit.id,
      last: last ? 1 : 0,
      num: head.num,
      revision: head.revision,
      prev: before,
      jump: jump ?? 0,
      op: ordinal(RECORD_OPS, op),
      at: head.updated,
      actor: commit.actor,
      cause: commit.cause,
      source: commit.source,
      trust: commit.trust,
      store: commit.store,
      event: change.event,
      keys: keys.length === 0 ? '' : JSON.stringify(keys),
    }
    this.#insertRecord.run(...(Object.values(row) as SQLInputValue[]), sumOf(row))
  }
}
