import { coverage, type Machine, type Share } from 'holdfast/statechart'
import type { Journey } from './journey.ts'
import { SupportAgent } from './machine.ts'
import { CHANGES } from './tools.ts'

/** What one instance has been through, on a line. */
export function lineOf({ session, visits, unhandled, end, known }: Journey): string {
  const isOuter = (id: string): boolean => id.startsWith('#') || [...visits.keys()].some((other) => other.startsWith(`${id}.`))
  const innermost = [...visits].filter(([id]) => !isOuter(id))
  const phases = innermost.map(([id, times]) => `${lastOf(id)} ${times}`)
  const outside = known.outside.length === 0 ? '' : `; outside their phase: ${known.outside.join(', ')}`
  return `${session}: ${phases.join(', ')}; now ${end.states.map(lastOf).join(' + ')}; unhandled ${unhandled.length}${outside}`
}

/** What all of them have been through together. */
export function summaryOf(journeys: readonly Journey[]): string {
  const machine: Machine = SupportAgent
  const events = journeys.flatMap((journey) => journey.events)
  const calls = events.flatMap((event) => ('tool' in event && event.type === 'tool.called' ? [String(event.tool)] : []))
  const outside = journeys.flatMap(({ known }) => known.outside)
  const isChange = (tool: string): boolean => CHANGES.includes(tool)
  const changes = calls.filter(isChange).length
  const { states, transitions } = coverage(
    machine,
    journeys.map((journey) => journey.events),
  )
  return [
    `${journeys.length} runs, ${events.length} events, ${journeys.flatMap(({ unhandled }) => unhandled).length} unhandled`,
    `now ${listed(journeys.map(({ end }) => end.states.map(lastOf).join(' + ')))}`,
    `tool calls ${calls.length}, outside their phase ${outside.length}: ${listed(outside)}`,
    `changes ${changes}, after a yes ${changes - outside.filter(isChange).length}`,
    `states ${shareOf(states)}`,
    `transitions ${shareOf(transitions)}`,
  ].join('\n')
}

function shareOf({ covered, missed }: Share): string {
  const never = missed.length === 0 ? '' : `; never: ${missed.map((path) => path.slice(path.indexOf('.') + 1)).join(', ')}`
  return `${covered.length} of ${covered.length + missed.length}${never}`
}

/** Names with how often each occurs, the most frequent first. */
function listed(names: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const sorted = [...counts].sort(([, a], [, b]) => b - a)
  return sorted.map(([name, times]) => `${name} ${times}`).join(', ') || 'none'
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1)
}
