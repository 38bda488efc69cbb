/** Says where a position of an entity's log in the source is in the target. */
export type Positions = (seq: number) => number

/** Where both stores have as many partitions nothing moves. */
export const unmoved: Positions = (seq) => seq

/**
 * The positions of one entity, told by its records: those it has in the source, oldest first, and the same ones in the target. What
 * lies between two records is where the earlier one is: the entity was the same there. What lies before the first has been swept,
 * or never was: it is right before it, in the order of before.
 */
export function positionsBetween(source: readonly number[], target: readonly number[]): Positions {
  return (seq) => {
    const at = countAtMost(source, seq)
    return at === 0 ? (target[0] ?? 1) - 1 : (target[at - 1] ?? 0)
  }
}

/** How many of the ascending numbers are at most `bound`. */
export function countAtMost(numbers: readonly number[], bound: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) <= bound) low = middle + 1
    else high = middle
  }
  return low
}
