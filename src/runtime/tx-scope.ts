import type { EntityRef, EntityState, OutboxWrite, Store } from '../store/index.ts'
import type { Gate } from './gate.ts'
import type { Miss, Wanted } from './miss.ts'
import type { Principal } from './principal.ts'

/** What happens to an entity that others live in the tree of. */
export type TreeChange =
  | { readonly do: 'close' | 'destroy' }
  /** It will expire at this time, in milliseconds since the epoch, if nothing changes it before. */
  | { readonly do: 'expire'; readonly at: number }

/** What a transaction needs of the runtime around it. */
export interface TxScope {
  readonly store: Store
  readonly gate: Gate
  readonly principal: Principal
  /** What was loaded for this decision in its earlier runs, by name. */
  readonly loaded: ReadonlyMap<string, unknown> | undefined
  /** Called at the first touch of an entity; throws a Miss when an earlier decision must go first. */
  readonly touch: (state: EntityState) => void
  /** Claims an effect for this process, if one of its workers is free and has a handler for the queue. */
  readonly claim: (queue: string) => { readonly owner: string; readonly lease: number } | undefined
}

/** What an entity inside a transaction needs of the transaction. */
export interface TxOwner {
  readonly now: number
  readonly principal: Principal
  id(): string
  checkOpen(): void
  promise(write: OutboxWrite): void
  tellTree(root: EntityRef, change: TreeChange): void
  miss: Miss | Wanted | undefined
}
