/** Which rows of a long list are on screen, with some to spare on both sides. */
export interface Visible {
  readonly first: number
  /** One past the last. */
  readonly end: number
}

export function visibleRows(scroll: number, height: number, rowHeight: number, rows: number, spare = 12): Visible {
  const first = Math.max(0, Math.floor(scroll / rowHeight) - spare)
  const end = Math.min(rows, Math.ceil((scroll + height) / rowHeight) + spare)
  return { first: Math.min(first, end), end }
}

/** Where to scroll so that a row is in sight; undefined when it is. */
export function scrollTo(row: number, scroll: number, height: number, rowHeight: number): number | undefined {
  const top = row * rowHeight
  if (top < scroll) return top
  return top + rowHeight > scroll + height ? top + rowHeight - height : undefined
}
