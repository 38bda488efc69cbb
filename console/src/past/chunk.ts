/** History is read in chunks of fixed borders, so that a full one never has to be read again. */
export const CHUNK = 64

export interface Span {
  readonly from: number
  readonly to: number
  /** No commit can change it any more. */
  readonly full: boolean
}

export const chunkOf = (revision: number) => Math.floor((revision - 1) / CHUNK)

export function spanOf(chunk: number, head: number): Span {
  const from = chunk * CHUNK + 1
  const to = Math.min(head, from + CHUNK - 1)
  return { from, to, full: to === from + CHUNK - 1 }
}

/** The chunks that hold revisions `from` to `to`. */
export function chunksFor(from: number, to: number): readonly number[] {
  const first = chunkOf(Math.max(1, from))
  const last = chunkOf(Math.max(1, to))
  return Array.from({ length: last - first + 1 }, (_, i) => first + i)
}

/** The first and last of `cards` revisions around `at`, as many as there are; at the newest they end with it. */
export function cardsAround(at: number, head: number, cards: number): { readonly first: number; readonly last: number } {
  const first = Math.max(1, Math.min(at - Math.floor(cards / 2), head - cards + 1))
  return { first, last: Math.min(head, first + cards - 1) }
}
