import { afterPrefix, applySplice, type Codec, compareUtf8, HoldfastError } from '../core/index.ts'
import type { Awaitable, Chain, Engine, EntityRow, EntryRow } from './engine.ts'

/** A version as the reader hands it out: opened, patches applied. */
export interface PlainVersion {
  readonly plain: Uint8Array
  readonly subject: string | null
}

/** The current version of an entity's own key, or an inherited one. */
export interface CurrentVersion extends PlainVersion {
  readonly row: EntryRow | undefined
}

/** Rows read at a time where a whole range is wanted. */
const PAGE = 1000

/**
 * Reads entries as they are and as they were: opens segments, applies patches, and follows a fork to its origin for what
 * it has no version of its own of.
 */
export class Reader {
  readonly #engine: Engine
  readonly #codec: Codec

  constructor(engine: Engine, codec: Codec) {
    this.#engine = engine
    this.#codec = codec
  }

  /** The current version of a key; undefined when there is none. */
  async current(entity: EntityRow, key: string): Promise<CurrentVersion | undefined> {
    const found = this.#engine.entry(entity.num, key)
    const row = found instanceof Promise ? await found : found
    if (row !== undefined) return this.#opened(row)
    if (entity.origin === null || entity.origin.until !== null) return undefined
    const origin = await this.#origin(entity)
    const version = origin && (await this.at(origin.row, key, origin.seq))
    return version && { ...version, row: undefined }
  }

  /** Every current version below a prefix, in key order. */
  async currentBelow(entity: EntityRow, prefix: string): Promise<Map<string, CurrentVersion>> {
    const found = new Map<string, CurrentVersion>()
    const hidden = new Set<string>()
    for await (const rows of this.#rows(entity.num, prefix)) {
      for (const row of rows) {
        const version = this.#opened(row)
        if (version === undefined) hidden.add(row.key)
        else found.set(row.key, version)
      }
    }
    if (entity.origin === null || entity.origin.until !== null) return found
    for (const [key, version] of await this.#inherited(entity, prefix)) {
      if (!found.has(key) && !hidden.has(key)) found.set(key, { ...version, row: undefined })
    }
    return inKeyOrder(found)
  }

  /** The version of a key that was current at `seq`; undefined when there was none. */
  async at(entity: EntityRow, key: string, seq: number): Promise<PlainVersion | undefined> {
    this.checkFloor(entity, seq)
    const chain = await this.#engine.version(entity.num, key, seq)
    if (chain !== undefined) return this.#materialise(chain)
    if (!inherits(entity, seq)) return undefined
    const origin = await this.#origin(entity)
    return origin && this.at(origin.row, key, origin.seq)
  }

  /** Every version below a prefix that was current at `seq`, in key order. */
  async below(entity: EntityRow, prefix: string, seq: number): Promise<Map<string, PlainVersion>> {
    this.checkFloor(entity, seq)
    const isMixed = inherits(entity, seq)
    const found = isMixed ? await this.#inherited(entity, prefix) : new Map<string, PlainVersion>()
    for await (const chains of this.#chains(entity.num, prefix, seq)) {
      for (const chain of chains) {
        const version = this.#materialise(chain)
        if (version === undefined) found.delete(chain.key)
        else found.set(chain.key, version)
      }
    }
    return isMixed ? inKeyOrder(found) : found
  }

  /** Everything a fork can see of its origin, as of its birth. */
  inherited(fork: EntityRow): Promise<Map<string, PlainVersion>> {
    return this.#inherited(fork, '')
  }

  async #inherited(entity: EntityRow, prefix: string): Promise<Map<string, PlainVersion>> {
    const origin = await this.#origin(entity)
    return origin === undefined ? new Map() : this.below(origin.row, prefix, origin.seq)
  }

  async #origin(entity: EntityRow): Promise<{ row: EntityRow; seq: number } | undefined> {
    if (entity.origin === null) return undefined
    const row = await this.#engine.entityByNum(entity.origin.num)
    if (row === undefined)
      throw new HoldfastError('corrupt', `The origin of ${entity.kind} ${entity.id} is gone; run \`holdfast doctor\``, {
        entity: entity.id,
      })
    return { row, seq: entity.origin.seq }
  }

  /** @throws not_found when what was current at `seq` has been swept. */
  checkFloor(entity: EntityRow, seq: number): void {
    if (seq >= entity.floor || seq < entity.born) return
    const message = `History of ${entity.kind} ${entity.id} before seq ${entity.floor} has been swept; ask for a later revision, or keep more history`
    throw new HoldfastError('not_found', message, { entity: entity.id })
  }

  #opened(row: EntryRow): CurrentVersion | undefined {
    return row.segment === null ? undefined : { plain: this.#codec.open(row.segment), subject: row.subject, row }
  }

  #materialise(chain: Chain): PlainVersion | undefined {
    const { versions, subject } = chain
    const whole = versions.at(-1)
    if (whole === undefined || whole.op === 'absent') return undefined
    let plain = this.#codec.open(whole.segment)
    for (let i = versions.length - 2; i >= 0; i--) plain = applySplice(plain, this.#codec.open(versions[i]?.segment ?? plain))
    return { plain, subject }
  }

  #rows(num: number, prefix: string): AsyncGenerator<readonly EntryRow[]> {
    return pages(prefix, (range, limit) => this.#engine.entries(num, range, limit))
  }

  #chains(num: number, prefix: string, seq: number): AsyncGenerator<readonly Chain[]> {
    return pages(prefix, (range, limit) => this.#engine.versions(num, range, seq, limit))
  }
}

/** Own and inherited versions come one after the other; items of an array are told by the order of their keys. */
function inKeyOrder<Version>(versions: ReadonlyMap<string, Version>): Map<string, Version> {
  return new Map([...versions].sort(([a], [b]) => compareUtf8(a, b)))
}

async function* pages<Row extends { key: string }>(
  prefix: string,
  read: (range: { from: string; to: string | undefined }, limit: number) => Awaitable<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  const to = afterPrefix(prefix)
  for (let from = prefix; ; ) {
    const rows = await read({ from, to }, PAGE)
    yield rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    from = `${last.key}\u0001`
  }
}

function inherits(entity: EntityRow, seq: number): boolean {
  return entity.origin !== null && seq >= entity.born && (entity.origin.until === null || seq < entity.origin.until)
}
