import { createHash } from 'node:crypto'
import type { EntityRow } from '../store/index.ts'
import { compareEntity } from './entity-proof.ts'
import { LogProof } from './log-proof.ts'
import { breathe, PAGE, type Passage } from './passage.ts'
import { Unproved } from './unproved.ts'

/** What was found to be the same in both stores. */
export interface Proven {
  readonly entities: number
  readonly records: number
  /** Superseded versions. */
  readonly versions: number
  /** Of all segments of entities, current and past. */
  readonly bytes: number
  /** SHA-256, in hexadecimal, over all of it. */
  readonly digest: string
}

/**
 * Proves that the target holds what the source holds. Most of it is proved while the source is in use; what has changed since then is
 * proved once it is stopped.
 */
export class Proof {
  readonly #passage: Passage
  readonly #log: LogProof
  /** By num of the source; what has changed since is compared again. */
  readonly #entities = new Map<number, { readonly versions: number; readonly bytes: number; readonly digest: string }>()

  constructor(passage: Passage) {
    this.#passage = passage
    this.#log = new LogProof(passage)
  }

  /** Compares the logs up to a cut, and every entity that has not moved on behind it. @throws Unproved */
  async compareAll(cut: readonly number[], onProgress: (entities: number) => void): Promise<void> {
    await this.#log.compare(cut)
    const { source } = this.#passage
    for (let after = 0, isMore = true; isMore; ) {
      const rows = await source.transfer.entities(after, PAGE)
      for (const row of rows) {
        if (row.seq <= (cut[row.num % cut.length] ?? 0)) await this.#compare(row)
        onProgress(this.#entities.size)
        await breathe()
      }
      after = rows.at(-1)?.num ?? after
      isMore = rows.length === PAGE
    }
  }

  /** Compares what has changed since, in a source that is stopped. @throws Unproved */
  async compareRest(cut: readonly number[], changed: Iterable<number>): Promise<void> {
    await this.#log.compare(cut)
    for (const num of changed) {
      const row = await this.#passage.source.engine.entityByNum(num)
      if (row !== undefined) await this.#compare(row)
    }
    const count = this.#passage.numbering.nums.reduce((sum, each) => sum + each, 0)
    if (count === this.#entities.size) return
    throw new Unproved(
      `The target has ${count} entities, the source ${this.#entities.size}. Delete the target and move again, and tell us`,
    )
  }

  async #compare(row: EntityRow): Promise<void> {
    try {
      this.#entities.set(row.num, await compareEntity(this.#passage, row))
    } catch (error) {
      // One that has moved on meanwhile is compared again later.
      const now = await this.#passage.source.engine.entityByNum(row.num)
      if (now?.seq === row.seq) throw error
    }
  }

  get result(): Proven {
    const hash = createHash('sha256').update(this.#log.digest)
    let [versions, bytes] = [0, 0]
    for (const [, each] of [...this.#entities].sort(([a], [b]) => a - b)) {
      hash.update(each.digest)
      versions += each.versions
      bytes += each.bytes
    }
    return { entities: this.#entities.size, records: this.#log.records, versions, bytes, digest: hash.digest('hex') }
  }
}
