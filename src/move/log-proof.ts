import { createHash, type Hash } from 'node:crypto'
import type { Engine, LogRow } from '../store/index.ts'
import { plainText } from './digest.ts'
import { headsOf, records } from './log-copy.ts'
import type { Passage } from './passage.ts'
import { expectSame, Unproved } from './unproved.ts'

/** One log that is being compared: what comes next in it. */
interface Reading {
  readonly engine: Engine
  readonly partition: number
  position: number
  next: LogRow | undefined
  rest: AsyncGenerator<LogRow> | undefined
}

/**
 * Proves that the target's log is the source's: the same records, none more, in an order that keeps the one of every partition,
 * what a commit has in one partition being neighbours. It reads both logs once, and can go on where it stopped.
 */
export class LogProof {
  readonly #passage: Passage
  readonly #source: readonly Reading[]
  readonly #target: readonly Reading[]
  /** By partition of the target: the last record, of which it is still to be seen whether its commit goes on. */
  readonly #before = new Map<number, LogRow>()
  readonly #hash: Hash = createHash('sha256')
  records = 0

  constructor(passage: Passage) {
    this.#passage = passage
    const readings = (engine: Engine): Reading[] =>
      Array.from({ length: engine.partitions }, (_, partition) => ({
        ...{ engine, partition, position: 0, next: undefined, rest: undefined },
      }))
    this.#source = readings(passage.source.engine)
    this.#target = readings(passage.target.engine)
  }

  /** SHA-256, in hexadecimal, over the records so far, in the order of the target. */
  get digest(): string {
    return this.#hash.copy().digest('hex')
  }

  /** Compares up to the cut of the source, where the target's log must end. @throws Unproved */
  async compare(cut: readonly number[]): Promise<void> {
    const heads = await headsOf(this.#passage.target.engine)
    for (const [i, reading] of this.#source.entries()) await begin(reading, cut[i] ?? 0)
    for (const [i, reading] of this.#target.entries()) await begin(reading, heads[i] ?? 0)
    for (let isMore = true; isMore; ) {
      isMore = false
      for (const reading of this.#target) while (await this.#match(reading)) isMore = true
    }
    for (const { next } of [...this.#source, ...this.#target]) {
      if (next !== undefined) throw astray(next)
    }
    for (const record of this.#before.values()) if (!record.last) throw astray(record)
  }

  /** Takes the target's next record, if it is the next one somewhere in the source. */
  async #match(reading: Reading): Promise<boolean> {
    const found = reading.next
    if (found === undefined) return false
    for (const source of this.#source) {
      const { next } = source
      if (next?.revision !== found.revision || next.commit !== found.commit) continue
      if ((await this.#passage.num(next.num)) !== found.num) continue
      this.#compareRecords(next, found, reading.partition)
      await advance(source)
      await advance(reading)
      return true
    }
    return false
  }

  #compareRecords(source: LogRow, target: LogRow, partition: number): void {
    const { isSame } = this.#passage
    const own = isSame ? {} : { seq: target.seq, last: target.last }
    const text = plainText({ ...source, num: target.num, ...own })
    expectSame(text, plainText(target), `Revision ${target.revision} of entity ${source.num}`)
    const before = this.#before.get(partition)
    if (!isSame && before !== undefined && before.last !== (before.commit !== target.commit)) throw astray(before)
    if (!isSame) this.#before.set(partition, target)
    this.#hash.update(`${text}\n`)
    this.records++
  }
}

async function begin(reading: Reading, to: number): Promise<void> {
  reading.rest = records(reading.engine, reading.partition, reading.position, to)
  await advance(reading)
}

async function advance(reading: Reading): Promise<void> {
  const { value, done } = (await reading.rest?.next()) ?? { value: undefined, done: true }
  reading.next = done === true ? undefined : value
  if (reading.next !== undefined) reading.position = reading.next.seq
}

function astray({ commit, seq }: LogRow): Unproved {
  return new Unproved(
    `The logs differ at commit ${commit} (seq ${seq}). The source is as it was; delete the target and move again, and tell us`,
  )
}
