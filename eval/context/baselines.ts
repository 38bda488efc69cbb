import type { Prepared } from '../../src/context/index.ts'
import type { Moment } from './moments.ts'

/** The newest first; of one revision, what stands last. */
export function byRecency({ candidates }: Moment): number[] {
  const { list } = candidates
  return order(list, (one) => one.variable.changed)
}

/** Those that contain most words of the query; of as many, the newest. */
export function bySubstring({ candidates, query }: Moment): number[] {
  const { list } = candidates
  const words = [...new Set(query.toLowerCase().match(/[\p{L}\p{N}_@.-]{3,}/gu) ?? [])].map((word) => word.replace(/[.-]+$/, ''))
  const hits = new Map(
    list.map((one) => [one, words.filter((word) => `${one.path} ${one.text}`.toLowerCase().includes(word)).length]),
  )
  return order(list, (one) => (hits.get(one) ?? 0) * 1e6 + one.variable.changed)
}

function order(list: readonly Prepared[], key: (one: Prepared) => number): number[] {
  return list.map((_, i) => i).sort((a, b) => keyAt(list, b, key) - keyAt(list, a, key) || b - a)
}

function keyAt(list: readonly Prepared[], i: number, key: (one: Prepared) => number): number {
  const one = list[i]
  return one === undefined ? 0 : key(one)
}

/** Takes variables in an order as long as they fit. */
export function take(list: readonly Prepared[], positions: readonly number[], tokens: number): number[] {
  const taken: number[] = []
  let left = tokens
  for (const i of positions) {
    const cost = list[i]?.tokens ?? 0
    if (cost > left) continue
    left -= cost
    taken.push(i)
  }
  return taken
}
