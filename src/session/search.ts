import type { EntityRow, Store } from '../store/index.ts'
import { decodeMeta, META_KEY } from './meta.ts'
import { stateOf } from './past.ts'
import { mask } from './secret.ts'

/** True when a session's state has this text, in lower case, in a value or a name; what is secret does not count. */
export async function holdsText(store: Store, row: EntityRow, text: string): Promise<boolean> {
  const entries = await store.reader.currentBelow(row, '')
  const secret = decodeMeta(entries.get(META_KEY)?.plain)?.secret ?? []
  return hasText(mask(stateOf(entries), secret), text)
}

function hasText(value: unknown, text: string): boolean {
  if (typeof value === 'string') return value.toLowerCase().includes(text)
  if (value instanceof Map) return [...value].some(([key, item]) => hasText(key, text) || hasText(item, text))
  if (value instanceof Set) return [...value].some((item) => hasText(item, text))
  if (typeof value !== 'object' || value === null) return String(value).includes(text)
  if (value instanceof Date || value instanceof URL) return JSON.stringify(value).toLowerCase().includes(text)
  return Object.entries(value).some(([name, item]) => hasText(name, text) || hasText(item, text))
}
