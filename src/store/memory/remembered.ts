import { compareUtf8 } from '../../core/index.ts'
import type { IdempotencyPlace, IdempotencyRow } from '../engine.ts'
import type { Data } from './data.ts'

/** Keeps the answer to a request; one of the same key is replaced. */
export function remember(data: Data, row: IdempotencyRow): void {
  const known = data.idempotency.get(nameOf(row))
  if (known !== undefined) data.remembered.delete(known)
  data.idempotency.set(nameOf(row), row)
  data.remembered.set(row)
}

export function forget(data: Data, row: IdempotencyRow): void {
  data.remembered.delete(row)
  data.idempotency.delete(nameOf(row))
}

/** By tenant, then key: the order in which they move. */
export function comparePlaces(a: IdempotencyPlace, b: IdempotencyPlace): number {
  return compareUtf8(a.tenant, b.tenant) || compareUtf8(a.key, b.key)
}

function nameOf({ tenant, key }: IdempotencyPlace): string {
  return `${tenant}\0${key}`
}
