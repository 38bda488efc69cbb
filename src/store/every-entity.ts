import type { Engine, EntityRow } from './engine.ts'

/** Records read at a time to learn which entities there are. */
const PAGE = 1000

/**
 * Every entity of every tenant, deleted ones too, in no particular order. The log names them all: however much of it is
 * swept, the newest record of each entity stays.
 */
export async function* everyEntity(engine: Engine): AsyncGenerator<EntityRow> {
  const seen = new Set<number>()
  for (let partition = 0; partition < engine.partitions; partition++) {
    for (let after = 0, isMore = true; isMore; ) {
      const records = await engine.log({ partition, after, limit: PAGE })
      for (const { num } of records) {
        if (seen.has(num)) continue
        seen.add(num)
        const row = await engine.entityByNum(num)
        if (row !== undefined) yield row
      }
      isMore = records.length === PAGE
      after = records.at(-1)?.seq ?? after
    }
  }
}
