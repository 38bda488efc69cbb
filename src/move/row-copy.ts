import { plainText } from './digest.ts'
import { PAGE, type Passage } from './passage.ts'

/** Makes the outbox of the target what the source's is. Returns how many pages were not the same. */
export async function copyOutbox(passage: Passage): Promise<number> {
  const { source, target } = passage
  let changed = 0
  for (let after = '', isMore = true; isMore; ) {
    const rows = await source.transfer.outbox(after, PAGE)
    const last = rows.at(-1)
    isMore = rows.length === PAGE && last !== undefined
    const to = isMore ? last?.id : undefined
    const there = await target.transfer.outbox(after, PAGE + 1)
    const own = to === undefined ? there : there.slice(0, PAGE)
    if (plainText(own) !== plainText(rows)) {
      changed++
      passage.add({ put: 'outbox', after, to, rows }, rows.length, sizeOf(rows.map(({ payload }) => payload)))
      await passage.settle()
    }
    after = to ?? ''
  }
  return changed
}

/** Makes the answers kept for idempotency keys what the source's are. Returns how many pages were not the same. */
export async function copyIdempotency(passage: Passage): Promise<number> {
  const { source, target } = passage
  let changed = 0
  for (let after: { tenant: string; key: string } | undefined, isMore = true; isMore; ) {
    const rows = await source.transfer.idempotency(after, PAGE)
    const last = rows.at(-1)
    isMore = rows.length === PAGE && last !== undefined
    const to = isMore && last !== undefined ? { tenant: last.tenant, key: last.key } : undefined
    const there = await target.transfer.idempotency(after, PAGE + 1)
    const own = to === undefined ? there : there.slice(0, PAGE)
    if (plainText(own) !== plainText(rows)) {
      changed++
      passage.add({ put: 'idempotency', after, to, rows }, rows.length, sizeOf(rows.map(({ receipt }) => receipt)))
      await passage.settle()
    }
    after = to
  }
  return changed
}

function sizeOf(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}
