import {
  BaseStore,
  type GetOperation,
  type Operation,
  type OperationResults,
  type PutOperation,
  type SearchOperation,
} from '@langchain/langgraph-checkpoint'
import { HoldfastError } from '../../core/index.ts'
import type { Holdfast } from '../../index.ts'
import { localOwner, type Principal, type Runtime, type Tx } from '../../runtime/index.ts'
import { ITEMS, namespaceId, type StoredItem } from './item.ts'
import { Shelf } from './shelf.ts'

/** How a store keeps its items. */
export interface StoreOptions {
  /** The kind of the entities that namespaces are kept in. Default `langgraph-store`. */
  readonly kind?: string
  /** Who asks: the gate and the audit trail are told. Default: the local owner. */
  readonly principal?: Principal
}

/**
 * Keeps the memories of LangGraph agents, across threads, in an open Holdfast: a namespace is an entity, and all writes of a batch are one
 * commit. Values are plain data, richer than JSON: Dates, Maps and big integers come back as they were.
 *
 * It has no vectors: a search with a `query` is refused.
 */
export class HoldfastStore extends BaseStore {
  readonly #runtime: Runtime
  readonly #principal: Principal
  readonly #kind: string
  readonly #shelf: Shelf

  constructor(hf: Holdfast, { kind = 'langgraph-store', principal = localOwner }: StoreOptions = {}) {
    super()
    this.#runtime = hf.runtime
    this.#principal = principal
    this.#kind = kind
    this.#shelf = new Shelf(hf.runtime, principal, kind)
  }

  /**
   * Reads see what was stored before the batch; then all its writes are made in one commit, of those to one item the last.
   * @throws invalid, too_large for what cannot be stored or asked; forbidden
   */
  override async batch<Op extends Operation[]>(operations: Op): Promise<OperationResults<Op>> {
    const results = await Promise.all(operations.map((operation) => this.#read(operation)))
    const writes = operations.filter(isPut)
    if (writes.length > 0) await this.#runtime.commit(this.#principal, (tx) => this.#write(tx, writes))
    return results as OperationResults<Op>
  }

  /** What a batch answers to an operation; nothing to a write. */
  #read(operation: Operation): unknown {
    if (isPut(operation)) return undefined
    if (isSearch(operation)) return this.#search(operation)
    return isGet(operation) ? this.#shelf.get(operation.namespace, operation.key) : this.#shelf.namespaces(operation)
  }

  async #search(operation: SearchOperation) {
    if (operation.query === undefined || operation.query === '') return this.#shelf.search(operation)
    const message =
      'Expected a search by filter, got a query; HoldfastStore has no vectors: leave the query out, or ask a store that has'
    throw new HoldfastError('invalid', message, { path: 'query' })
  }

  #write(tx: Tx, writes: readonly PutOperation[]): void {
    for (const { namespace, key, value } of writes) {
      if (namespace.length === 0)
        throw new HoldfastError('invalid', `Expected a namespace for ${key}, got none`, { path: 'namespace' })
      const entity = tx.entity(this.#kind, namespaceId(namespace))
      if (value === null) entity.delete(ITEMS + key)
      else {
        const known = entity.get(ITEMS + key) as StoredItem | undefined
        entity.set(ITEMS + key, { value, created: known?.created ?? tx.now, updated: tx.now } satisfies StoredItem)
      }
    }
  }
}

function isPut(operation: Operation): operation is PutOperation {
  return 'value' in operation
}

function isSearch(operation: Operation): operation is SearchOperation {
  return 'namespacePrefix' in operation
}

function isGet(operation: Operation): operation is GetOperation {
  return 'key' in operation
}
