import type { DiagramState, MachineDiagram } from '../statechart/index.ts'

/** A machine as lists show it. */
export interface MachineSummary {
  readonly id: string
  readonly version: string
  readonly tag: string
  /** How many, pseudo states left out. */
  readonly states: number
  readonly transitions: number
  /** What it waits for: types as they are written, platform events left out; sorted. The first 200. */
  readonly events: readonly string[]
}

const MOST_EVENTS = 200

/** What there is to say of a machine in a line. */
export function summaryOf({ id, version, tag, root, transitions }: MachineDiagram): MachineSummary {
  const own = transitions.filter(({ source }) => !source.endsWith(':initial'))
  const events = own.flatMap((one) => one.events).filter((event) => !isOfPlatform(event))
  const types = [...new Set(events)].sort().slice(0, MOST_EVENTS)
  return { id, version, tag, states: count(root), transitions: own.length, events: types }
}

function isOfPlatform(event: string): boolean {
  return /^(?:done|error)\.(?:state|invoke|execution|communication)\b|^after\./.test(event)
}

function count({ kind, children }: DiagramState): number {
  const isPseudo = kind === 'initial' || kind === 'shallow' || kind === 'deep'
  return (isPseudo ? 0 : 1) + children.reduce((sum, child) => sum + count(child), 0)
}
