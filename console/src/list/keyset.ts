/**
 * A list read page by page behind opaque cursors. Page n is reached by the cursor that page n-1 gave; what scrolled far away may be
 * forgotten and read again by its cursor, so a list of any length holds a bounded number of rows.
 */
export interface Keyset {
  /** The cursor of each page known so far; null reads the first. */
  readonly cursors: readonly (string | null)[]
  /** Rows of each page read so far. */
  readonly counts: readonly number[]
}

export const firstPage: Keyset = { cursors: [null], counts: [] }

/** Notes what a page held and where the next one begins. A changed cursor forgets the pages behind it. */
export function notePage(keyset: Keyset, page: number, rows: number, next: string | undefined): Keyset {
  if (page >= keyset.cursors.length) return keyset
  const known = keyset.cursors[page + 1]
  if (keyset.counts[page] === rows && known === next) return keyset
  const stays = next !== undefined && known === next
  const cursors = stays ? keyset.cursors : [...keyset.cursors.slice(0, page + 1), ...(next === undefined ? [] : [next])]
  const counts = stays ? keyset.counts.with(page, rows) : [...keyset.counts.slice(0, page), rows]
  return { cursors, counts }
}

export const rowsKnown = (keyset: Keyset) => keyset.counts.reduce((sum, rows) => sum + rows, 0)

/** True when there is nothing behind the pages read so far. */
export const isWhole = (keyset: Keyset) => keyset.cursors.length === keyset.counts.length

/** The pages that hold these rows, and the next one to read when the end is near. */
export function pagesFor(keyset: Keyset, first: number, end: number, ahead: number): readonly number[] {
  const pages: number[] = []
  let start = 0
  for (const [page, rows] of keyset.counts.entries()) {
    if (start < end && start + rows > first) pages.push(page)
    start += rows
  }
  if (!isWhole(keyset) && end + ahead >= start) pages.push(keyset.counts.length)
  // A page that turned out empty has no rows to be seen by, but what is behind it may be waiting.
  return pages.length === 0 ? [0] : pages
}

/** Where a row lies: its page and its place there. */
export function placeOf(keyset: Keyset, row: number): { readonly page: number; readonly at: number } | undefined {
  let start = 0
  for (const [page, rows] of keyset.counts.entries()) {
    if (row < start + rows) return { page, at: row - start }
    start += rows
  }
  return undefined
}
