/** How much there is in a value. */
export interface Extent {
  /** Items of lists and keys of objects, in all. */
  items: number
  /** Characters of texts, in all. */
  characters: number
}

/** Adds what a value holds. */
export function measure(value: unknown, into: Extent): Extent {
  if (typeof value === 'string') into.characters += value.length
  else if (typeof value === 'object' && value !== null)
    for (const item of Object.values(value)) {
      into.items++
      measure(item, into)
    }
  return into
}
