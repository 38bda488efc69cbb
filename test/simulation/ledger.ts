import {
  type Commit,
  type Engine,
  type EntityCommit,
  type EntityRef,
  type OutboxRow,
  type OutboxState,
  type OutboxWrite,
  type Receipt,
  type RecordRef,
  refKey,
} from '../../src/store/index.ts'

/** One accepted change of one entity. */
export interface Recorded extends RecordRef {
  readonly commit: string
  readonly change: EntityCommit
}

/** What an entity has come to by what was accepted. */
export interface Account {
  readonly num: number
  revision: number
  isDeleted: boolean
  /** Oldest first. */
  readonly records: Recorded[]
  terms: Map<string, readonly string[]>
}

interface Promised {
  readonly entity: string
  epoch: number
  state: OutboxState
}

/**
 * Keeps books on what an engine was asked for and what it said it did, without looking inside it: what must hold between any two
 * of its answers is checked at once, and what it must hold in the end can be worked out from here.
 */
export class Ledger {
  /** For each partition its records, by seq. */
  readonly logs: readonly Recorded[][]
  readonly accounts = new Map<string, Account>()
  readonly byNum = new Map<number, Account>()
  readonly outbox = new Map<string, Promised>()
  readonly #keys = new Set<string>()
  readonly #report: (violation: string) => void

  constructor(report: (violation: string) => void, partitions: number) {
    this.#report = report
    this.logs = Array.from({ length: partitions }, () => [])
  }

  /** The log that an entity's records are in. */
  logOf(num: number): Recorded[] {
    return this.logs[num % this.logs.length] as Recorded[]
  }

  /** The partition of an entity that has records. */
  partitionOf(entity: EntityRef): number {
    return (this.accounts.get(refKey(entity))?.num ?? 0) % this.logs.length
  }

  /** How long each log is. */
  get heads(): readonly number[] {
    return this.logs.map((log) => log.length)
  }

  /** The engine, with all its answers written down. */
  watching(engine: Engine): Engine {
    return {
      ...engine,
      commit: (batch) => {
        const receipts = engine.commit(batch) as readonly Receipt[]
        for (const [i, commit] of batch.entries()) this.#note(commit, receipts[i])
        return receipts
      },
      claim: (request) => {
        const rows = engine.claim(request) as readonly OutboxRow[]
        for (const { id, epoch } of rows) this.#claimed(id, epoch)
        return rows
      },
    }
  }

  /** Every key of an entity with its segment, as of a seq; worked out from the writes alone. */
  asOf(num: number, seq: number): Map<string, Uint8Array> {
    const records = this.byNum.get(num)?.records ?? []
    const [first] = records
    const origin = first?.change.origin
    const current = origin && seq >= first.seq ? this.asOf(origin.num, origin.seq) : new Map<string, Uint8Array>()
    for (const record of records) {
      if (record.seq > seq) break
      if (record.change.delete) current.clear()
      else for (const { key, segment } of record.change.writes) put(current, key, segment)
    }
    return current
  }

  #note(commit: Commit, receipt: Receipt | undefined): void {
    if (receipt?.status !== 'ok') return
    this.#checkExpectations(commit)
    const { idempotency: request } = commit
    if (request !== undefined) {
      const key = `${request.tenant}/${request.key}`
      if (this.#keys.has(key)) this.#report(`E5: request ${key} was accepted twice`)
      this.#keys.add(key)
    }
    if (receipt.records.length !== commit.entities.length) this.#report(`E1: commit ${commit.id} has too few records`)
    for (const [i, change] of commit.entities.entries()) this.#record(commit, change, receipt.records[i])
    for (const write of commit.outbox) this.#promise(commit, write)
  }

  #checkExpectations({ id, expect }: Commit): void {
    for (const each of expect) {
      if (!('revision' in each)) continue
      const found = this.accounts.get(refKey(each.entity))?.revision ?? 0
      if (found === each.revision) continue
      const { entity, revision } = each
      this.#report(`I2: commit ${id} expected ${entity.kind} ${entity.id} at ${revision}, it was at ${found}, and was accepted`)
    }
  }

  #record({ id }: Commit, change: EntityCommit, record: RecordRef | undefined): void {
    if (record === undefined) return
    const { kind, id: name } = change.entity
    const account = this.#account(change, record.num)
    const { seq, revision } = record
    const log = this.logOf(record.num)
    if (seq !== log.length + 1) this.#report(`I4: behind seq ${log.length} came ${seq}`)
    if (revision !== account.revision + 1)
      this.#report(`E11: behind revision ${account.revision} of ${kind} ${name} came ${revision}`)
    const recorded = { ...record, commit: id, change }
    log.push(recorded)
    account.records.push(recorded)
    account.revision = revision
    account.isDeleted = change.delete === true
    if (change.delete) this.#ended(change)
    else for (const { name: term, values } of change.terms) account.terms.set(term, [...new Set(values)].sort())
  }

  #account({ entity }: EntityCommit, num: number): Account {
    const name = refKey(entity)
    const known = this.accounts.get(name)
    if (known !== undefined) return known
    const account: Account = { num, revision: 0, isDeleted: false, records: [], terms: new Map() }
    this.accounts.set(name, account)
    this.byNum.set(num, account)
    return account
  }

  #ended({ entity }: EntityCommit): void {
    const name = refKey(entity)
    this.accounts.get(name)?.terms.clear()
    for (const row of this.outbox.values()) if (row.entity === name && row.state === 'due') row.state = 'cancelled'
  }

  #promise(commit: Commit, write: OutboxWrite): void {
    const known = this.outbox.get(write.id)
    if (write.op === 'put') {
      const epoch = known === undefined ? (write.claim ? 1 : 0) : known.epoch + 1
      this.outbox.set(write.id, { entity: refKey(write.entity), epoch, state: 'due' })
      return
    }
    if (known === undefined) return
    if (write.op === 'cancel') {
      if (known.state === 'due') known.state = 'cancelled'
      return
    }
    const was = `commit ${commit.id} was to ${write.op} ${write.id} of epoch ${write.epoch}`
    if (write.epoch !== known.epoch) this.#report(`I7: ${was}, it had ${known.epoch}, and was accepted`)
    if (known.state !== 'due') this.#report(`I7: ${was}, it was ${known.state} already, and was accepted`)
    if (write.op === 'settle') known.state = write.state
  }

  #claimed(id: string, epoch: number): void {
    const known = this.outbox.get(id)
    if (epoch !== (known?.epoch ?? Number.NaN) + 1)
      this.#report(`E31: the claim of ${id} has epoch ${epoch}, it had ${known?.epoch ?? 'none'} before`)
    if (known !== undefined) known.epoch = epoch
  }
}

function put<Value>(map: Map<string, Value>, key: string, value: Value | null): void {
  if (value === null) map.delete(key)
  else map.set(key, value)
}
