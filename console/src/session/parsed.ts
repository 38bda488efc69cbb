import type { Json } from '../api/json.ts'

type Parsed = { readonly ok: true; readonly json: Json } | { readonly ok: false; readonly why: string }

/** The JSON that a text stands for, or why it stands for none. */
export function parsed(text: string): Parsed {
  try {
    return { ok: true, json: JSON.parse(text) as Json }
  } catch (error) {
    return { ok: false, why: error instanceof Error ? error.message : 'unreadable' }
  }
}
