import type { Json } from '../api/json.ts'
import { parsed } from '../session/parsed.ts'
import { MASK } from '../value/kind.ts'
import { sameJson } from '../value/tree.ts'

/** What goes out in place of what was asked: nothing when it was left as it is. */
export type Amended = { readonly ok: true; readonly data?: Json } | { readonly ok: false; readonly why: string }

/** Reads what was typed over the data of an approval. */
export function amended(asked: Json | undefined, text: string): Amended {
  if (text.trim() === '') return asked === undefined ? { ok: true } : { ok: false, why: 'Expected a value; null is one.' }
  const value = parsed(text)
  if (!value.ok) return { ok: false, why: `This is not JSON yet: ${value.why}` }
  if (asked !== undefined && sameJson(asked, value.json)) return { ok: true }
  // The browser never had the secret: what stands in its place would be taken for it.
  if (holdsMask(value.json))
    return { ok: false, why: `A changed value cannot hold ${MASK}: it would take the place of the secret.` }
  return { ok: true, data: value.json }
}

function holdsMask(value: Json): boolean {
  if (typeof value === 'string') return value.includes(MASK)
  return typeof value === 'object' && value !== null && Object.values(value).some((each: Json) => holdsMask(each))
}
