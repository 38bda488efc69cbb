import { writeDescriptor } from '../descriptor.ts'
import { doneInvoke, errorInvoke } from '../event.ts'
import type { ChartState, ChartTransition } from '../state-table.ts'

/** What a transition waits for, in a reader's words. Events of the platform about its own source lose what the source says already. */
export function triggerOf({ on, facts }: Pick<ChartTransition, 'on' | 'facts'>, source: ChartState): string {
  if (facts.delay !== undefined) return `after ${/^\d+$/.test(facts.delay) ? durationOf(Number(facts.delay)) : facts.delay}`
  return on.map((descriptor) => shortened(writeDescriptor(descriptor), source)).join(' ')
}

function shortened(event: string, { id, invokes }: ChartState): string {
  if (event === `done.state.${id}`) return 'done'
  const isOnlyOne = invokes.length === 1
  for (const { facts } of invokes) {
    if (facts?.id === undefined) continue
    if (event === doneInvoke(facts.id)) return isOnlyOne ? 'done' : `done ${facts.src}`
    if (event === errorInvoke(facts.id)) return isOnlyOne ? 'error' : `error ${facts.src}`
  }
  return event
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const

/** Milliseconds in the fewest units that say them exactly: `1m 30s`. */
export function durationOf(ms: number): string {
  let rest = ms
  const parts: string[] = []
  for (const [name, size] of units) {
    const count = Math.floor(rest / size)
    if (count > 0) parts.push(`${count}${name}`)
    rest -= count * size
  }
  return parts.join(' ') || '0ms'
}
