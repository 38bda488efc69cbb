import type { Item, ListNamespacesOperation, MatchCondition, SearchOperation } from '@langchain/langgraph-checkpoint'
import { entityRequest, type Principal, type Runtime, view } from '../../runtime/index.ts'
import type { EntityRow } from '../../store/index.ts'
import { fitsFilter } from './filter.ts'
import { ITEMS, labelsOf, namespaceId, toItem } from './item.ts'

/** Namespaces and items fetched at a time. */
const PAGE = 100

/** Reads the entities that a store's items are kept in, as far as they are durable. */
export class Shelf {
  readonly #runtime: Runtime
  readonly #principal: Principal
  readonly #kind: string

  constructor(runtime: Runtime, principal: Principal, kind: string) {
    this.#runtime = runtime
    this.#principal = principal
    this.#kind = kind
  }

  /** @throws forbidden, invalid */
  async get(namespace: readonly string[], key: string): Promise<Item | null> {
    if (namespace.length === 0) return null
    const ref = { tenant: this.#principal.tenant, kind: this.#kind, id: namespaceId(namespace) }
    this.#runtime.ports.gate.check(entityRequest(this.#principal, 'read', ref))
    const bytes = await view(this.#runtime, ref, ({ row, tree }) => (row === undefined ? undefined : tree.read(ITEMS + key)))
    return (bytes && toItem(namespace, key, bytes)) ?? null
  }

  /** The items below a namespace that fit, in order; no more are read than it takes to fill the page. @throws forbidden, invalid */
  async search({ namespacePrefix, filter = {}, offset = 0, limit = 10 }: SearchOperation): Promise<Item[]> {
    const found: Item[] = []
    let skipped = 0
    if (limit <= 0) return found
    for await (const row of this.#namespaces(namespacePrefix)) {
      for await (const item of this.#items(row)) {
        if (!fitsFilter(item.value, filter)) continue
        if (skipped++ < offset) continue
        found.push(item)
        if (found.length === limit) return found
      }
    }
    return found
  }

  /** @throws forbidden */
  async namespaces({ matchConditions = [], maxDepth, offset, limit }: ListNamespacesOperation): Promise<string[][]> {
    const found = new Map<string, string[]>()
    for await (const row of this.#namespaces([])) {
      const labels = labelsOf(row.id)
      if (!matchConditions.every((condition) => matches(labels, condition))) continue
      const cut = labels.slice(0, maxDepth)
      const name = namespaceId(cut)
      if (!found.has(name) && (await this.#isInhabited(row))) found.set(name, cut)
      if (found.size >= offset + limit) break
    }
    return [...found.values()].slice(offset, offset + limit)
  }

  async *#namespaces(prefix: readonly string[]): AsyncGenerator<EntityRow> {
    const { gate, store } = this.#runtime.ports
    const { tenant } = this.#principal
    gate.check({ principal: this.#principal, action: 'list', kind: this.#kind })
    const query = { tenant, kind: this.#kind, prefix: namespaceId(prefix), order: 'id', deleted: false, limit: PAGE } as const
    for (let after: EntityRow | undefined; ; ) {
      const rows = await store.engine.entities({ ...query, after })
      yield* rows
      after = rows.at(-1)
      if (after === undefined || rows.length < PAGE) return
    }
  }

  async *#items(row: EntityRow): AsyncGenerator<Item> {
    const { gate, store } = this.#runtime.ports
    gate.check(entityRequest(this.#principal, 'read', row))
    const labels = labelsOf(row.id)
    for (let from = ITEMS; ; ) {
      const rows = await store.engine.entries(row.num, { from, to: END_OF_ITEMS }, PAGE)
      for (const { key, segment } of rows) {
        const item = segment && toItem(labels, key.slice(ITEMS.length), store.codec.open(segment))
        if (item) yield item
      }
      const last = rows.at(-1)
      if (last === undefined || rows.length < PAGE) return
      from = `${last.key}\u0001`
    }
  }

  async #isInhabited({ num }: EntityRow): Promise<boolean> {
    return (await this.#runtime.ports.store.engine.entries(num, { from: ITEMS, to: END_OF_ITEMS }, 1)).length > 0
  }
}

const END_OF_ITEMS = `${ITEMS}\u{10ffff}`

function matches(labels: readonly string[], { matchType, path }: MatchCondition): boolean {
  if (path.length > labels.length) return false
  const start = matchType === 'prefix' ? 0 : labels.length - path.length
  return path.every((label, i) => label === '*' || label === labels[start + i])
}
