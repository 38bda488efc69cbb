import { pathOfTransition } from '../location.ts'
import { components } from './components.ts'
import type { Exploration } from './exploration.ts'
import type { Finding } from './finding.ts'
import { isCertain, type Moment, type Passage, traceTo } from './moment.ts'
import type { Answers, Questions } from './question.ts'

/** Longer rounds than this are not followed. */
const LONGEST_ROUND = 64

/** Looks at this many microsteps, then gives up. */
const MOST_LOOKS = 10_000

/** Steps that never come to rest: always, or as long as guards say what nothing changes any more. */
export function endlessSteps(exploration: Exploration): Finding[] {
  const { moments, overflows } = exploration
  const forced = rounds(moments, ({ event, forced }) => event === undefined && forced)
  const isStill = ({ event, changes, from }: Passage): boolean => event === undefined && !changes && from.queue.length === 0
  const still = rounds(moments, isStill).filter((members) => !forced.some((round) => round.some((one) => members.includes(one))))
  const piled = overflows.map((moment) =>
    finding(exploration, moment, moment.via === undefined ? [] : [moment.via], isCertain(moment)),
  )
  return [
    ...forced.map((members) =>
      finding(
        exploration,
        members[0],
        passagesWithin(members, ({ forced: sure }) => sure),
        true,
      ),
    ),
    ...still.flatMap((members) => {
      const way = consistentRound(exploration.questions, members)
      return way === undefined ? [] : [finding(exploration, way[0]?.from, way, false)]
    }),
    ...piled.slice(0, 1),
  ]
}

/** Components that a machine can go round in by the passages given, the first moment found in front. */
function rounds(moments: readonly Moment[], follows: (passage: Passage) => boolean): Moment[][] {
  const positions = new Map(moments.map((moment, i) => [moment, i]))
  return components(moments, follows)
    .filter(
      (members) =>
        members.length > 1 || members.some((one) => one.passages.some((passage) => passage.to === one && follows(passage))),
    )
    .map((members) => members.sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0)))
}

/**
 * A way round on which all guards can hold at once. Within a step neither the event nor the time changes, and as no context does, a
 * guard that held once holds again.
 */
function consistentRound(questions: Questions, members: readonly Moment[]): Passage[] | undefined {
  const inside = new Set(members)
  let looks = 0
  const follow = (start: Moment, at: Moment, way: readonly Passage[], answers: Answers): Passage[] | undefined => {
    if (way.length > 0 && at === start) return [...way]
    if (way.length > LONGEST_ROUND || way.some(({ from }) => from === at)) return undefined
    for (const passage of at.passages) {
      if (passage.event !== undefined || passage.changes || !inside.has(passage.to) || ++looks > MOST_LOOKS) continue
      for (const more of answersOf(questions, passage)) {
        const joined = join(answers, more)
        const found = joined && follow(start, passage.to, [...way, passage], joined)
        if (found !== undefined) return found
      }
    }
    return undefined
  }
  for (const start of members) {
    const found = follow(start, start, [], new Map())
    if (found !== undefined) return found
  }
  return undefined
}

/** What guards answer when the passage is taken. */
function answersOf(questions: Questions, { from, taken }: Passage): readonly Answers[] {
  const eventless = from.configuration.eventless
  if (eventless === undefined) return []
  const outcomes = questions.outcomes(eventless, from.configuration)
  return outcomes.filter(({ enabled }) => taken.every((one) => enabled.includes(one))).flatMap(({ answers }) => answers)
}

function join(one: Answers, other: Answers): Answers | undefined {
  for (const [question, answer] of other) if ((one.get(question) ?? answer) !== answer) return undefined
  return new Map([...one, ...other])
}

function passagesWithin(members: readonly Moment[], follows: (passage: Passage) => boolean): Passage[] {
  return members.flatMap(({ passages }) => passages.filter((passage) => follows(passage) && members.includes(passage.to)))
}

function finding({ chart }: Exploration, moment: Moment | undefined, way: readonly Passage[], certain: boolean): Finding {
  const paths = [...new Set(way.flatMap(({ taken }) => taken.map((transition) => pathOfTransition(chart, transition))))]
  return {
    kind: 'endless-step',
    severity: certain ? 'error' : 'warning',
    certainty: certain ? 'certain' : 'possible',
    path: paths[0] ?? chart.blueprint.id,
    message: `a step that comes here does not end${certain ? '' : ' while the guards hold'}: it goes round by ${paths.join(', ')}; give one of them a guard that becomes false`,
    trace: traceTo(moment),
  }
}
