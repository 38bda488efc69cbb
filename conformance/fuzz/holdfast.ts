import {
  assign,
  type BuiltIn,
  defineMachine,
  initial,
  type Machine,
  raise,
  type Snapshot,
  step,
} from '../../src/statechart/index.ts'
import { definitionOf } from './definition.ts'
import { BLANK, type Memory, type Run } from './run.ts'
import type { Sketch } from './sketch.ts'

/** A sketch in Holdfast. */
export function inHoldfast(sketch: Sketch): Run {
  const dialect = {
    assign: (change: (args: { readonly context: Memory }) => Memory): BuiltIn =>
      assign((args) => change({ context: args.context as Memory })),
    raise: (event: { readonly type: string }): BuiltIn => raise(event),
  }
  const definition: object = { ...definitionOf(sketch, dialect), context: BLANK }
  return runOf(defineMachine(definition as Parameters<typeof defineMachine>[0]))
}

/** A machine from its beginning on. */
export function runOf(machine: Machine): Run {
  let snapshot: Snapshot = initial(machine, 0).snapshot
  return {
    states: () => snapshot.states.map((id) => id.slice(id.lastIndexOf('.') + 1)).sort(),
    log: () => (snapshot.context as Memory).log,
    isDone: () => snapshot.status === 'done',
    send: (type) => {
      snapshot = step(snapshot, { type }, 0).snapshot
    },
  }
}
