import type { EntityTx, Tx } from '../runtime/index.ts'
import { addressOf, ROOT_KIND } from './address.ts'
import type { DurableMachine } from './durable.ts'
import { timersOf } from './queue.ts'

/** The timer of an instance that looks whether its session has expired. */
export const EXPIRY_TIMER = 'session.expires'

/** When the session of an instance expires; null for never, and where there is none. */
export function expiryOf(tx: Tx, { ref }: EntityTx): number | null {
  return tx.entity(ROOT_KIND, addressOf(ref.id).session).expires
}

/** Has a new instance look when its session expires, if that is to be. */
export function followExpiry(tx: Tx, entity: EntityTx, durable: DurableMachine | undefined): void {
  const expires = expiryOf(tx, entity)
  if (expires !== null) remindOfExpiry(entity, expires, durable)
}

/** Has an instance look at a time. */
export function remindOfExpiry(entity: EntityTx, at: number, durable: DurableMachine | undefined): void {
  entity.reminder(EXPIRY_TIMER, at, timersOf(durable))
}
