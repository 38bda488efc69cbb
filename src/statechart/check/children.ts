import type { Chart } from '../chart.ts'
import { covers } from '../descriptor.ts'
import { doneInvoke, errorInvoke } from '../event.ts'
import type { InvokeNote } from '../note.ts'
import type { ChartTransition } from '../state-table.ts'
import { invokes } from './content.ts'
import type { Exploration } from './exploration.ts'
import type { Finding } from './finding.ts'
import { traceTo } from './moment.ts'

/** Children that may fail unheard, and states that hang when their child never answers. */
export function carelessInvokes(exploration: Exploration): Finding[] {
  const { chart } = exploration
  return invokes(chart).flatMap(({ state, note }) => {
    const moment = exploration.at(state)
    if (moment === undefined) return []
    const at = { certainty: 'certain', path: note.path, trace: traceTo(moment) } as const
    const around = transitionsAround(chart, state)
    const findings: Finding[] = []
    if (!around.some((transition) => isFor(transition, errorInvoke(note.id)))) {
      const message = `nothing is done when ${note.src} fails: give the invoke an onError`
      findings.push({ kind: 'invoke-without-error', severity: 'warning', message, ...at })
    }
    if (!around.some((transition) => leaves(transition) && !isAnswer(transition, note))) {
      const message = `only the answer of ${note.src} leads on: give the state an after, in case it never comes`
      findings.push({ kind: 'invoke-without-timeout', severity: 'warning', message, ...at })
    }
    return findings
  })
}

function transitionsAround({ table }: Chart, state: number): ChartTransition[] {
  return [state, ...table.ancestors(state)].flatMap((index) => table.at(index).transitions)
}

function isFor({ on }: ChartTransition, type: string): boolean {
  return on.some((descriptor) => covers(descriptor, type))
}

function leaves({ targets }: ChartTransition): boolean {
  return targets.length > 0
}

function isAnswer({ on }: ChartTransition, { id }: InvokeNote): boolean {
  const answers = [doneInvoke(id), errorInvoke(id)]
  return (
    on.length > 0 &&
    on.every(({ name, prefix }) =>
      prefix ? /^(done|error)(\.|$)/.test(name) : answers.includes(name) || name === 'error.execution',
    )
  )
}
