import { fromTagged, HoldfastError, type Json, toTagged } from '../../core/index.ts'
import {
  check,
  coverage,
  type EventObject,
  idsOfTaken,
  type Machine,
  type MachinePath,
  type Occurrence,
  type Outcome,
  type Plot,
  paths,
  type SimulatedStep,
  type Snapshot,
  type Step,
  simulate,
  titleOf,
} from '../../statechart/index.ts'
import type { PathsQuestion, Question, Samples, SimulateQuestion } from './question.ts'

/** Moments that a check looks at. */
const MOST_MOMENTS = 1000
/** Steps that all machines of a simulation may take together. */
const MOST_STEPS = 2000

/** What a machine answers: pure, and bounded by the question. */
export function answerOf(machine: Machine, question: Question): Json {
  switch (question.ask) {
    case 'check': {
      const findings = check(machine, { most: MOST_MOMENTS })
      return { findings, complete: findings.every(({ kind }) => kind !== 'bound-reached') } as unknown as Json
    }
    case 'simulate':
      return simulated(machine, question)
    case 'paths':
      return walked(machine, question)
  }
}

function simulated(machine: Machine, question: SimulateQuestion): Json {
  const { now, outcomes } = question
  const { script, steps, snapshot, failure, ...end } = simulate(machine, plotOf(question), {
    most: MOST_STEPS,
    input: opened(question.input),
    ...(now !== undefined && { now }),
    ...(outcomes !== undefined && { outcomes: opened(outcomes) as Record<string, Outcome> }),
  })
  return {
    script: toTagged(script).json,
    steps: steps.map(stepBody),
    unhandled: end.unhandled.length,
    now: end.now,
    end: snapshot === undefined ? null : momentBody(snapshot),
    failure:
      failure === undefined ? null : { code: failure instanceof HoldfastError ? failure.code : null, message: failure.message },
  }
}

/** @throws invalid when nothing is said of what happens */
function plotOf(question: SimulateQuestion): Plot {
  const { script, seed, steps } = question
  if (script !== undefined) return { script: opened(script) as Occurrence[] }
  if (seed !== undefined && steps !== undefined) return { seed, steps, ...samplesOf(question) }
  throw new HoldfastError('invalid', 'Expected a script, or seed and steps, got neither', { path: 'script' })
}

function samplesOf({ events, answers }: Samples): {
  readonly events?: Record<string, EventObject[]>
  readonly answers?: Record<string, unknown[]>
} {
  return {
    ...(events !== undefined && { events: opened(events) as Record<string, EventObject[]> }),
    ...(answers !== undefined && { answers: opened(answers) as Record<string, unknown[]> }),
  }
}

function stepBody({ at, actor, event, handled, ...step }: SimulatedStep): Json {
  return { at, actor, event: event === undefined ? null : toTagged(event).json, handled, ...didBody(step) }
}

function didBody({ snapshot, trace, effects }: Step): { [name: string]: Json } {
  return {
    states: [...snapshot.states],
    transitions: trace.flatMap(({ transitions }) => transitions),
    taken: trace.flatMap(idsOfTaken),
    entered: trace.flatMap(({ entered }) => entered),
    effects: toTagged(effects).json,
  }
}

function momentBody({ states, status, context, output }: Snapshot): Json {
  return {
    states: [...states],
    status,
    context: toTagged(context).json,
    output: output === undefined ? null : toTagged(output).json,
  }
}

function walked(machine: Machine, question: PathsQuestion): Json {
  const { kind, to, most } = question
  const input = opened(question.input)
  const found = paths(machine, { kind, most, input, ...samplesOf(question), ...(to !== undefined && { to }) })
  return {
    paths: found.paths.map(pathBody),
    coverage: coverage(machine, found.paths, { input }) as unknown as Json,
    complete: found.complete,
  }
}

function pathBody(path: MachinePath): Json {
  const { start, steps } = path
  return {
    title: titleOf(path),
    start: didBody(start),
    steps: steps.map((step) => ({ event: toTagged(step.event).json, ...didBody(step) })),
  }
}

function opened(value: unknown): unknown {
  return value === undefined ? undefined : fromTagged(value as Json)
}
