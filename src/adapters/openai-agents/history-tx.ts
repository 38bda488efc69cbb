import type { AgentInputItem } from '@openai/agents-core'
import type { EntityTx } from '../../runtime/index.ts'

import type { Place } from './place.ts'
import { Remembered } from './remembered.ts'

/** The kind of the entities that the items of conversations are kept in. */
export const HISTORY_KIND = 'openai-history'

const LENGTH = 'length'
const ITEMS = 'item/'
/** Items whose keys begin alike, and are loaded together. */
const PAGE = 64

/** The items of a conversation inside a decision: one entry each, numbered from 0 without gaps. */
export class HistoryTx {
  /** The fingerprints of the transactions that were applied last, by operation id. */
  readonly operations: Remembered
  readonly #entity: EntityTx
  readonly #place: Place

  constructor(entity: EntityTx, place: Place) {
    this.#entity = entity
    this.#place = place
    this.operations = new Remembered(entity, 'operation')
  }

  get length(): number {
    return (this.#entity.get(LENGTH) as number | undefined) ?? 0
  }

  /** The newest items, oldest first; all where there are no more. Only the pages they are on are loaded. */
  last(count: number): AgentInputItem[] {
    const { length } = this
    const from = Math.max(0, length - count)
    if (from === 0) return this.#below(ITEMS)
    const pages = Array.from({ length: pageOf(length - 1) - pageOf(from) + 1 }, (_, i) => pageKey(pageOf(from) + i))
    return pages.flatMap((page) => this.#below(page)).slice(from - length)
  }

  append(items: readonly AgentInputItem[]): void {
    this.replaceLast(0, items)
  }

  /** Takes the newest item away. */
  pop(): AgentInputItem | undefined {
    const [item] = this.last(1)
    if (item !== undefined) this.replaceLast(1, [])
    return item
  }

  /** Puts items in the place of the newest `count`, of which there are so many. */
  replaceLast(count: number, items: readonly AgentInputItem[]): void {
    this.#place.settle(this.#entity)
    const { length } = this
    const from = length - count
    for (const [i, item] of items.entries()) this.#entity.set(itemKey(from + i), item)
    const now = from + items.length
    for (let n = now; n < length; n++) this.#entity.delete(itemKey(n))
    this.#entity.set(LENGTH, now)
    this.#entity.event('items', { from, removed: count, added: items.length })
  }

  /** Forgets all of it, the operations that were applied too. */
  clear(): void {
    if (this.#entity.exists) this.#entity.destroy()
  }

  #below(prefix: string): AgentInputItem[] {
    return [...this.#entity.scan(prefix)].map(([, item]) => item as AgentInputItem)
  }
}

function pageOf(item: number): number {
  return Math.floor(item / PAGE)
}

function pageKey(page: number): string {
  return `${ITEMS}${String(page).padStart(10, '0')}/`
}

function itemKey(item: number): string {
  return pageKey(pageOf(item)) + String(item % PAGE).padStart(2, '0')
}
