import type { Chart } from '../chart.ts'
import { covers } from '../descriptor.ts'
import { doneInvoke, errorInvoke } from '../event.ts'
import { pathOfTransition, transitionsOf } from '../location.ts'
import type { ActionNote } from '../note.ts'
import type { ChartTransition } from '../state-table.ts'
import { contents, invokes } from './content.ts'
import type { Exploration } from './exploration.ts'
import type { Family } from './family.ts'
import type { Finding } from './finding.ts'
import { traceTo } from './moment.ts'
import { literalType, UNKNOWN } from './raised.ts'

/** Events that are announced, raised, or sent to a child, and that nothing takes. */
export function unhandledEvents(exploration: Exploration, announced: readonly string[], family: Family): Finding[] {
  const { chart } = exploration
  const known = announced
    .filter((type) => !takes(chart, type))
    .map((type) => unhandled(chart.blueprint.id, `${type} is announced as an event, and no transition takes it`, []))
  const asked = contents(chart).flatMap(({ state, notes }) => notes.map((note) => ({ state, note })))
  const raised = asked.flatMap(({ state, note }) => {
    const message = note.kind === 'raise' ? unheard(exploration, note) : unheardByChild(chart, note, family)
    const moment = exploration.at(state)
    return message === undefined || moment === undefined ? [] : [unhandled(note.path, message, traceTo(moment))]
  })
  return [...known, ...raised]
}

/** Transitions that wait for what nobody raises, sends or ends, each with its finding. */
export function unraisedEvents(exploration: Exploration, family: Family): Map<ChartTransition, Finding> {
  const { chart } = exploration
  const found = new Map<ChartTransition, Finding>()
  for (const transition of transitionsOf(chart)) {
    const moment = exploration.at(transition.source)
    const reasons = transition.on.map(({ name, prefix }) => (prefix ? undefined : silence(exploration, name, family)))
    const [reason] = reasons
    if (moment === undefined || reason === undefined || reasons.includes(undefined)) continue
    const path = pathOfTransition(chart, transition)
    found.set(transition, { ...reason, severity: 'warning', certainty: 'certain', path, trace: traceTo(moment) })
  }
  return found
}

/** Why no event of that type ever comes; undefined when one may. */
function silence(exploration: Exploration, type: string, family: Family): Pick<Finding, 'kind' | 'message'> | undefined {
  const { chart, raised, complete, alphabet } = exploration
  if (type.startsWith('done.state.')) {
    const id = type.slice('done.state.'.length)
    if (chart.table.find(id) === undefined)
      return { kind: 'event-never-raised', message: `waits for the end of ${id}, and there is no such state` }
    if (!complete || raised.has(type)) return undefined
    return { kind: 'done-never-fires', message: `is never taken: ${id} never comes to its final states` }
  }
  if (type.startsWith('done.invoke.') || type.startsWith('error.invoke.')) return silentChild(chart, type, family)
  if (type.startsWith('after.') || type.startsWith('error.') || raised.has(type) || !alphabet.isForeign(type)) return undefined
  return {
    kind: 'event-never-raised',
    message: `waits for ${type}, which is not among the events announced and is raised nowhere`,
  }
}

function silentChild(chart: Chart, type: string, family: Family): Pick<Finding, 'kind' | 'message'> | undefined {
  const notes = invokes(chart).map(({ note }) => note)
  const isUnknown = chart.table.all.some((state) => state.invokes.some(({ note }) => note === undefined))
  const child = notes.find(({ id }) => type === doneInvoke(id) || type === errorInvoke(id))
  if (child === undefined) {
    return isUnknown ? undefined : { kind: 'event-never-raised', message: `waits for ${type}, and there is no such child` }
  }
  if (type === errorInvoke(child.id) || family.finishes(child.actor)) return undefined
  return { kind: 'done-never-fires', message: `is never taken: ${child.src} never comes to a final state` }
}

function unheard({ chart, raised, handled, complete }: Exploration, { written }: ActionNote): string | undefined {
  const type = literalType(written.event)
  if (type === UNKNOWN) return undefined
  if (!takes(chart, type)) return `${type} is raised, and no transition takes it`
  const isOver = written.delay === undefined && complete && raised.has(type) && !handled.has(type)
  return isOver ? `${type} is raised, and no active state takes it when its turn comes` : undefined
}

function unheardByChild(chart: Chart, { kind, written }: ActionNote, family: Family): string | undefined {
  if (kind !== 'sendTo') return undefined
  const type = literalType(written.event)
  const child = invokes(chart).find(({ note }) => note.id === written.target)?.note
  const receiver = family.chartOf(child?.actor)
  if (receiver === undefined || type === UNKNOWN || takes(receiver, type)) return undefined
  return `${type} is sent to ${child?.src}, and no transition of that machine takes it`
}

function takes(chart: Chart, type: string): boolean {
  return transitionsOf(chart).some(({ on }) => on.some((descriptor) => covers(descriptor, type)))
}

function unhandled(path: string, message: string, trace: readonly string[]): Finding {
  return { kind: 'event-never-handled', severity: 'warning', certainty: 'certain', path, message, trace }
}
