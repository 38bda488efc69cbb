import type { EntityRef } from '../store/index.ts'

/**
 * Effects and timers are named within their tenant; the outbox of a store knows one name for each in all tenants. That
 * one is what the outside gets as idempotency key.
 */
export function outboxId(tenant: string, id: string): string {
  return `${flat(tenant)}/${id}`
}

/** The name within its tenant of what the outbox knows by this id. */
export function idWithin(tenant: string, outboxId: string): string {
  return outboxId.slice(flat(tenant).length + 1)
}

/** The id of an entity's timer of a name, within its tenant. */
export function timerId({ kind, id }: Pick<EntityRef, 'kind' | 'id'>, name: string): string {
  return `timer/${flat(kind)}/${flat(id)}/${name}`
}

/** The queue that timers of a kind of entities wait in. */
export function timerQueue(kind: string): string {
  return `timer/${kind}`
}

function flat(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1')
}
