import { type EntityRef, type LogRow, partitionOf } from '../store/index.ts'

/**
 * Gives entities and records their places in a store with another number of partitions: the n-th entity of partition p is
 * n × partitions + p, records count on in the log of their entity's partition.
 */
export class Numbering {
  readonly partitions: number
  /** How many entities each partition has. */
  readonly nums: number[]
  /** The newest seq of each partition. */
  readonly seqs: number[]
  readonly #base: number

  /** `isSwept`: something of the source's log is missing, so no log of the target may seem to be whole: seq 1 is what was swept. */
  constructor({ nums, seqs }: { readonly nums: readonly number[]; readonly seqs: readonly number[] }, isSwept: boolean) {
    this.partitions = seqs.length
    this.nums = [...nums]
    this.seqs = [...seqs]
    this.#base = isSwept ? 1 : 0
  }

  /** Counts an entity that keeps its num. */
  kept(num: number): number {
    const partition = num % this.partitions
    this.nums[partition] = (this.nums[partition] ?? 0) + 1
    return num
  }

  /** The num of a new entity. */
  entity(ref: EntityRef): number {
    const partition = partitionOf(ref, this.partitions)
    const count = (this.nums[partition] ?? 0) + 1
    this.nums[partition] = count
    return count * this.partitions + partition
  }

  /** The records of one commit, by partition. `num` says what a record's entity is called in the target. */
  commit(records: readonly LogRow[], num: (source: number) => number): Map<number, LogRow[]> {
    const placed = new Map<number, LogRow[]>()
    for (const record of records) {
      const target = num(record.num)
      const partition = target % this.partitions
      const seq = Math.max(this.seqs[partition] ?? 0, this.#base) + 1
      this.seqs[partition] = seq
      const rows = placed.get(partition) ?? []
      rows.push({ ...record, num: target, seq, last: false })
      placed.set(partition, rows)
    }
    return new Map([...placed].map(([partition, rows]) => [partition, markLast(rows)]))
  }
}

function markLast(rows: readonly LogRow[]): LogRow[] {
  return rows.map((row, i) => ({ ...row, last: i === rows.length - 1 }))
}
