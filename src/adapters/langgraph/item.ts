import type { Item } from '@langchain/langgraph-checkpoint'
import { HoldfastError } from '../../core/index.ts'
import { decodeNode } from '../../store/index.ts'

/** What is stored of an item; times in milliseconds since the epoch. */
export interface StoredItem {
  readonly value: Readonly<Record<string, unknown>>
  readonly created: number
  readonly updated: number
}

/** What the keys of items begin with. */
export const ITEMS = 'i/'

/**
 * The id of a namespace's entity: each label ends with a slash, so the ids of all namespaces below one begin with its id.
 * @throws invalid for labels that are no text or empty
 */
export function namespaceId(labels: readonly string[]): string {
  return labels.map((label) => `${flat(label, labels)}/`).join('')
}

export function labelsOf(id: string): string[] {
  return id
    .split('/')
    .slice(0, -1)
    .map((label) => label.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** An item as LangGraph is given it; undefined for bytes that hold none. */
export function toItem(namespace: readonly string[], key: string, bytes: Uint8Array): Item | undefined {
  const node = decodeNode(bytes)
  if (node.type !== 'leaf') return undefined
  const { value, created, updated } = node.value as StoredItem
  return { value: { ...value }, key, namespace: [...namespace], createdAt: new Date(created), updatedAt: new Date(updated) }
}

function flat(label: unknown, labels: readonly string[]): string {
  if (typeof label === 'string' && label !== '') return label.replaceAll('~', '~0').replaceAll('/', '~1')
  const message = `Expected the labels of a namespace to be text that is not empty, got ${JSON.stringify(labels)}`
  throw new HoldfastError('invalid', message, { path: 'namespace' })
}
