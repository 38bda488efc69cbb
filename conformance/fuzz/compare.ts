import { inHoldfast } from './holdfast.ts'
import { Chance } from './random.ts'
import type { Run } from './run.ts'
import { EVENTS, type Limits, randomSketch, type Sketch } from './sketch.ts'

/** Events to one chart. */
const EVENTS_EACH = 12

/** A chart, and events, after which two interpreters are not alike. */
export interface Difference {
  readonly seed: number
  readonly events: readonly string[]
  readonly ours: string
  readonly theirs: string
}

/** What comparing found. */
export interface Comparison {
  readonly events: number
  readonly charts: number
  readonly differences: readonly Difference[]
}

/** How a chart is run. */
type Interpreter = (sketch: Sketch) => Run

/** Holds Holdfast against an oracle over random charts, until `events` have been sent. */
export function compare(
  seed: number,
  events: number,
  limits: Limits,
  oracle: Interpreter,
  own: Interpreter = inHoldfast,
): Comparison {
  const differences: Difference[] = []
  let sent = 0
  let charts = 0
  for (let chart = seed; sent < events; chart++) {
    const found = compareOne(chart, limits, oracle, own)
    sent += found.sent
    charts++
    if (found.difference !== undefined) differences.push(found.difference)
  }
  return { events: sent, charts, differences }
}

function compareOne(
  seed: number,
  limits: Limits,
  oracle: Interpreter,
  own: Interpreter,
): { sent: number; difference: Difference | undefined } {
  const chance = new Chance(seed)
  const sketch = randomSketch(chance, limits)
  const [ours, theirs] = [own(sketch), oracle(sketch)]
  const events: string[] = []
  for (let i = 0; i <= EVENTS_EACH; i++) {
    const [a, b] = [show(ours, limits), show(theirs, limits)]
    if (a !== b) return { sent: events.length, difference: { seed, events, ours: a, theirs: b } }
    if (ours.isDone()) break
    const event = chance.pick(EVENTS)
    events.push(event)
    ours.send(event)
    theirs.send(event)
  }
  return { sent: Math.max(1, events.length), difference: undefined }
}

function show(run: Run, { ordered }: Limits): string {
  const log = ordered ? run.log() : [...run.log()].sort()
  return `${run.states().join(' ')}${run.isDone() ? ' done' : ''} | ${log.join(' ')}`
}
