import { canonical } from '../../core/index.ts'
import type { Candidates, Configuration } from '../configuration.ts'
import type { GuardNote } from '../note.ts'
import type { ChartTransition, StateTable } from '../state-table.ts'

/** Guards that ask more questions than this at once are taken to answer independently of each other. */
const MOST_QUESTIONS = 8

/** Regions that could react in more ways than this are cut off. */
const MOST_OUTCOMES = 256

/** What guards answer, by question: the same guard with the same params, asked in the same moment, answers the same. */
export type Answers = ReadonlyMap<string, boolean>

/** What may happen on one event: the transitions enabled. None: the event is not taken. */
export interface Outcome {
  readonly enabled: readonly ChartTransition[]
  /** What the guards answer then; several ways to it. Empty when too many questions are asked to tell. */
  readonly answers: readonly Answers[]
}

/**
 * What guards may answer, without running them. Guards by name and functions are questions with an unknown answer; `and`, `or`, `not`
 * and `stateIn` are worked out.
 */
export class Questions {
  readonly #table: StateTable
  readonly #identities = new Map<unknown, number>()
  readonly #known = new WeakMap<Candidates, readonly Outcome[]>()

  constructor(table: StateTable) {
    this.#table = table
  }

  /** Every set of transitions that may be enabled together, the empty one included where it may come to that. */
  outcomes(candidates: Candidates, configuration: Configuration): readonly Outcome[] {
    const known = this.#known.get(candidates) ?? this.#workOut(candidates, configuration)
    this.#known.set(candidates, known)
    return known
  }

  /** True when some answers make `wanted` hold and none of `before`, in the configuration. */
  canPass(wanted: ChartTransition, before: readonly ChartTransition[], configuration: Configuration): boolean {
    const asked = this.#asked([wanted, ...before])
    if (asked.length > MOST_QUESTIONS) return true
    return waysOf(asked).some((answers) => {
      const holds = (transition: ChartTransition): boolean => this.#holds(transition, answers, configuration)
      return holds(wanted) && !before.some(holds)
    })
  }

  #workOut({ groups }: Candidates, configuration: Configuration): Outcome[] {
    const asked = this.#asked(groups.flat())
    if (asked.length > MOST_QUESTIONS) return independent(groups)
    const found = new Map<string, { enabled: ChartTransition[]; answers: Answers[] }>()
    for (const answers of waysOf(asked)) {
      const chosen = groups.flatMap((group) => group.find((each) => this.#holds(each, answers, configuration)) ?? [])
      const enabled = [...new Set(chosen)]
      const key = enabled.map(({ index }) => index).join(' ')
      const same = found.get(key)
      if (same === undefined) found.set(key, { enabled, answers: [answers] })
      else same.answers.push(answers)
    }
    return [...found.values()]
  }

  #holds({ test, index }: ChartTransition, answers: Answers, configuration: Configuration): boolean {
    return test === undefined || this.#answer(test.note, `transition ${index}`, answers, configuration)
  }

  #answer(note: GuardNote | undefined, unknown: string, answers: Answers, configuration: Configuration): boolean {
    const part = (each: GuardNote | undefined): boolean => this.#answer(each, unknown, answers, configuration)
    if (note?.kind === 'and') return note.parts.every(part)
    if (note?.kind === 'or') return note.parts.some(part)
    if (note?.kind === 'not') return !part(note.part)
    if (note?.kind === 'in') return note.states.every((id) => configuration.has(this.#table.find(id)?.index ?? -1))
    return answers.get(this.#key(note, unknown)) ?? false
  }

  #asked(transitions: readonly ChartTransition[]): string[] {
    const keys = new Set<string>()
    const collect = (note: GuardNote | undefined, unknown: string): void => {
      if (note?.kind === 'and' || note?.kind === 'or') for (const part of note.parts) collect(part, unknown)
      else if (note?.kind === 'not') collect(note.part, unknown)
      else if (note?.kind !== 'in') keys.add(this.#key(note, unknown))
    }
    for (const { test, index } of transitions) if (test !== undefined) collect(test.note, `transition ${index}`)
    return [...keys]
  }

  #key(note: GuardNote | undefined, unknown: string): string {
    if (note?.kind === 'name') return `name ${note.name} ${this.#paramsKey(note.params)}`
    return note?.kind === 'function' ? `function ${this.#identity(note.value)}` : unknown
  }

  #paramsKey(params: unknown): string {
    try {
      return canonical(params)
    } catch {
      // Params that have no text are the same when they are the same object.
      return `object ${this.#identity(params)}`
    }
  }

  #identity(value: unknown): number {
    const known = this.#identities.get(value) ?? this.#identities.size
    this.#identities.set(value, known)
    return known
  }
}

/** All answers to all questions. */
function waysOf(asked: readonly string[]): Answers[] {
  return Array.from({ length: 2 ** asked.length }, (_, bits) => {
    return new Map(asked.map((key, i) => [key, ((bits >> i) & 1) === 1] as const))
  })
}

/** Each region for itself: every transition of a group may be the one, or none when the last is guarded too. */
function independent(groups: Candidates['groups']): Outcome[] {
  let sets: ChartTransition[][] = [[]]
  for (const group of groups) {
    const choices = group.at(-1)?.test === undefined ? group.map((one) => [one]) : [...group.map((one) => [one]), []]
    sets = sets.flatMap((set) => choices.map((choice) => [...new Set([...set, ...choice])])).slice(0, MOST_OUTCOMES)
  }
  return sets.map((enabled) => ({ enabled, answers: [] }))
}
