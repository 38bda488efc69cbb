import type { Moment, Passage } from './moment.ts'

interface Visit {
  readonly moment: Moment
  readonly order: number
  low: number
  /** The next of its passages to follow. */
  next: number
  open: boolean
}

/**
 * Moments that lead to each other: strongly connected components, without recursion.
 * R. Tarjan, Depth-first search and linear graph algorithms, SIAM J. Comput. 1(2), 1972.
 */
export function components(moments: readonly Moment[], follows: (passage: Passage) => boolean): Moment[][] {
  const visits = new Map<Moment, Visit>()
  const open: Visit[] = []
  const found: Moment[][] = []
  const enter = (moment: Moment): Visit => {
    const visit: Visit = { moment, order: visits.size, low: visits.size, next: 0, open: true }
    visits.set(moment, visit)
    open.push(visit)
    return visit
  }
  for (const root of moments) {
    const path = visits.has(root) ? [] : [enter(root)]
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const passage = at.moment.passages[at.next++]
      if (passage === undefined) {
        path.pop()
        const above = path.at(-1)
        if (above !== undefined) above.low = Math.min(above.low, at.low)
        if (at.low === at.order) found.push(close(open, at))
      } else if (follows(passage)) {
        const seen = visits.get(passage.to)
        if (seen === undefined) path.push(enter(passage.to))
        else if (seen.open) at.low = Math.min(at.low, seen.order)
      }
    }
  }
  return found
}

function close(open: Visit[], root: Visit): Moment[] {
  const members = open.splice(open.indexOf(root))
  for (const visit of members) visit.open = false
  return members.map(({ moment }) => moment)
}
