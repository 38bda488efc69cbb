import { check } from '../../linearizability/checker.ts'
import { byObject } from '../../linearizability/history.ts'
import type { Asked } from './clients.ts'
import type { Recorded, Run } from './deed.ts'
import { modelOf } from './questions.ts'

/** What the judge found. */
export interface Verdict {
  /** Objects whose histories no order explains, each with its whole history. */
  readonly violations: readonly string[]
  /** How many of them can be explained once what changed nothing is left out, but for the last look: states were shown that were no more. */
  readonly stale: number
  /** Objects that would have taken too long. */
  readonly undecided: number
}

/** Whether each object's answers could have been given one after the other. */
export function judgeHistories(history: readonly Asked[]): Verdict {
  const violations: string[] = []
  let [undecided, stale] = [0, 0]
  for (const [object, asked] of byObject(history)) {
    const verdict = check(modelOf(object), asked)
    if (verdict.linearizable === undefined) undecided++
    if (verdict.linearizable !== false) continue
    violations.push(story(object, asked, verdict.order.length, verdict.stuck))
    const last = asked.findLast(({ answer }) => answer !== undefined)
    if (
      check(
        modelOf(object),
        asked.filter((each) => each === last || changesSomething(each)),
      ).linearizable
    )
      stale++
  }
  return { violations, stale, undecided }
}

/** False for reads, and for what was answered with a refusal. */
function changesSomething({ input, answer }: Asked): boolean {
  const { do: what, add } = input as { readonly do?: string; readonly add?: number }
  if (what === 'read' || add === 0) return false
  if (answer === undefined) return true
  const { output } = answer
  if (output === null) return what === 'enqueue' || what === 'write'
  return output !== false && !(typeof output === 'object' && 'current' in output)
}

/** A history that cannot be explained: every line is a question, when it was asked and answered, and with what. */
function story(object: string, history: readonly Asked[], explained: number, stuck: unknown): string {
  const lines = history
    .toSorted((a, b) => a.invoked - b.invoked)
    .map((asked) => {
      const { input, invoked, answer } = asked
      const end = answer === undefined ? '?' : `${answer.at.toFixed(1)} ${JSON.stringify(answer.output)}`
      return `${asked === stuck ? '>' : ' '} ${invoked.toFixed(1)} ${JSON.stringify(input)} -> ${end}`
    })
  return `${object}: ${explained} of ${history.length} can be put in an order, then > fits nowhere\n${lines.join('\n')}`
}

/** What is known of effects in the end. */
export interface Deeds {
  /** True for promises that were acknowledged. */
  readonly promised: ReadonlyMap<string, boolean>
  readonly runs: readonly Run[]
  readonly recorded: readonly Recorded[]
}

/**
 * I7: what was promised has one recorded end, of the newest claim that has run; a claim that was lost recorded nothing. What
 * was not acknowledged may be there or not, but not twice.
 */
export function judgeDeeds({ promised, runs, recorded }: Deeds): string[] {
  const findings: string[] = []
  for (const [id, acknowledged] of promised) {
    const ends = recorded.filter((each) => each.id === id)
    const newest = Math.max(0, ...runs.filter((run) => run.id === id).map(({ epoch }) => epoch))
    if (ends.length > 1) findings.push(`I7: ${id} was recorded ${ends.length} times: ${JSON.stringify(ends)}`)
    if (ends.length === 0 && acknowledged) findings.push(`I7: ${id} was promised, and no end of it is recorded`)
    for (const { ok, epoch } of ends) {
      if (!ok) findings.push(`I7: ${id} ended dead`)
      else if (epoch !== newest) findings.push(`I7: ${id} was recorded under claim ${epoch}, claim ${newest} has run too`)
    }
  }
  for (const { id } of recorded) if (!promised.has(id)) findings.push(`I7: ${id} is recorded, and nobody has asked for it`)
  return findings
}
