import { invalid } from './refusal.ts'

/** Where a page ended, as the outside sees it. `of` says what kind of list it belongs to. */
export function makeCursor(of: string, at: string | number): string {
  return Buffer.from(JSON.stringify([of, at])).toString('base64url')
}

/** @throws invalid for what is no cursor of such a list. */
export function readCursor<Kind extends 'string' | 'number'>(
  of: string,
  kind: Kind,
  cursor: string,
): Kind extends 'string' ? string : number {
  const found = parse(cursor)
  if (Array.isArray(found) && found[0] === of && typeof found[1] === kind) return found[1]
  throw invalid(
    `Expected the cursor that a page of ${of} came with as \`next\`, got ${JSON.stringify(cursor.slice(0, 100))}`,
    'after',
  )
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}
