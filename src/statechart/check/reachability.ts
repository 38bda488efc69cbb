import { covers } from '../descriptor.ts'
import { pathOfState, pathOfTransition, transitionsOf } from '../location.ts'
import { type ChartTransition, isHistory } from '../state-table.ts'
import type { Exploration } from './exploration.ts'
import type { Finding } from './finding.ts'
import { traceTo } from './moment.ts'

/** States that nothing enters; of several inside each other, the outermost. */
export function unreachableStates({ chart, moments, complete }: Exploration): Finding[] {
  if (!complete) return []
  const { table } = chart
  const reached = new Set(moments.flatMap(({ configuration }) => configuration.states))
  const targeted = new Set(
    table.all.flatMap(({ initial, transitions }) =>
      [...transitions, ...(initial ? [initial] : [])].flatMap(({ targets }) => targets),
    ),
  )
  const isMissed = (state: number): boolean => (isHistory(table.at(state).kind) ? !targeted.has(state) : !reached.has(state))
  return table.all
    .filter(({ index, parent }) => isMissed(index) && (parent < 0 || reached.has(parent)))
    .map(({ index, kind }) => ({
      kind: 'unreachable-state',
      severity: 'warning',
      certainty: 'certain',
      path: pathOfState(chart, index),
      message: isHistory(kind)
        ? 'no transition leads to this history'
        : 'no sequence of events enters this state; remove it, or lead a transition to it',
      trace: [],
    }))
}

/** Transitions of states that are reached, never taken although their event may come. `explained` are left out. */
export function deadTransitions(exploration: Exploration, explained: ReadonlySet<ChartTransition>): Finding[] {
  const { chart, taken, complete } = exploration
  return transitionsOf(chart).flatMap((transition) => {
    if (explained.has(transition)) return []
    const moment = exploration.at(transition.source)
    const siblings = chart.table.at(transition.source).transitions
    const before = siblings.slice(0, siblings.indexOf(transition)).filter((other) => isAlike(other, transition))
    const shadow =
      before.find((other) => other.test === undefined && isCovered(transition, other)) ?? earlierTimer(transition, siblings)
    const isDead = shadow !== undefined || (complete && !taken.has(transition))
    if (!isDead || moment === undefined) return []
    const reason = reasonOf(exploration, transition, before, shadow)
    const path = pathOfTransition(chart, transition)
    return [{ ...reason, severity: 'warning', certainty: 'certain', path, trace: traceTo(moment) } satisfies Finding]
  })
}

function reasonOf(
  { chart, questions, moments }: Exploration,
  transition: ChartTransition,
  before: readonly ChartTransition[],
  shadow: ChartTransition | undefined,
): Pick<Finding, 'kind' | 'message'> {
  const path = (other: ChartTransition): string => pathOfTransition(chart, other)
  if (shadow !== undefined)
    return { kind: 'dead-transition', message: `is never taken: ${path(shadow)} comes first and has no guard` }
  const around = moments.filter(({ configuration }) => configuration.has(transition.source))
  const mayPass = (others: readonly ChartTransition[]): boolean => {
    return around.some(({ configuration }) => questions.canPass(transition, others, configuration))
  }
  if (!mayPass([])) return { kind: 'dead-transition', message: 'is never taken: its guard can never hold' }
  if (before.length > 0 && !mayPass(before)) {
    const names = before.map(path).join(', ')
    return { kind: 'guard-overlap', message: `is never taken: whenever its guard holds, one before it holds too (${names})` }
  }
  return {
    kind: 'dead-transition',
    message: 'is never taken: in every configuration another transition comes first, or its guard cannot hold',
  }
}

function isAlike(one: ChartTransition, other: ChartTransition): boolean {
  if (one.on.length === 0 || other.on.length === 0) return one.on.length === other.on.length
  return one.on.some((a) => other.on.some((b) => covers(a, b.name) || covers(b, a.name)))
}

function isCovered(transition: ChartTransition, by: ChartTransition): boolean {
  return transition.on.every((wanted) => by.on.some((each) => (each.prefix || !wanted.prefix) && covers(each, wanted.name)))
}

/** A timer of the same state that runs out before, and whose transition leaves the state without asking. */
function earlierTimer(transition: ChartTransition, siblings: readonly ChartTransition[]): ChartTransition | undefined {
  const delay = delayOf(transition)
  if (delay === undefined) return undefined
  return siblings.find((other) => {
    const leaves = other.test === undefined && other.targets.length > 0 && !other.internal
    return leaves && (delayOf(other) ?? Number.POSITIVE_INFINITY) < delay
  })
}

/** Milliseconds, where the transition waits for a timer of a fixed delay. */
function delayOf({ on }: ChartTransition): number | undefined {
  const digits = on.length === 1 ? /^after\.(\d+)\./.exec(on[0]?.name ?? '')?.[1] : undefined
  return digits === undefined ? undefined : Number(digits)
}
