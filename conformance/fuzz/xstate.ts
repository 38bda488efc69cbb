import { fromXState } from '../../src/xstate/index.ts'
import { definitionOf } from './definition.ts'
import { runOf } from './holdfast.ts'
import { BLANK, type Memory, type Run } from './run.ts'
import type { Limits, Sketch } from './sketch.ts'

/** What XState knowingly does otherwise: src/statechart/SPEC.md, where XState differs. */
export const XSTATE_LIMITS: Limits = {
  acrossRegions: false,
  ownSourceStays: true,
  outerAndInner: false,
  historyFromWithin: false,
  eventlessInRegions: false,
  ordered: true,
  nestedFinals: true,
}

/** The parts of XState 5 that are used; declared here because it is installed on first use only. */
interface XState {
  createMachine(config: object): object
  assign(change: unknown): unknown
  raise(event: object): unknown
  initialTransition(machine: object): readonly [XSnapshot, unknown]
  transition(machine: object, snapshot: XSnapshot, event: object): readonly [XSnapshot, unknown]
}

interface XSnapshot {
  readonly value: XValue
  readonly context: Memory
  readonly status: string
}

type XValue = string | { readonly [key: string]: XValue }

/** Makes runs in XState. */
export async function xstate(): Promise<(sketch: Sketch) => Run> {
  const library = await load()
  return (sketch) => {
    const machine = machineIn(library, sketch)
    let [snapshot] = library.initialTransition(machine)
    return {
      states: () => leaves(snapshot.value).sort(),
      log: () => snapshot.context.log,
      isDone: () => snapshot.status === 'done',
      send: (type) => {
        ;[snapshot] = library.transition(machine, snapshot, { type })
      },
    }
  }
}

/** Makes runs in Holdfast of machines of XState, imported. */
export async function imported(): Promise<(sketch: Sketch) => Run> {
  const library = await load()
  return (sketch) => runOf(fromXState(machineIn(library, sketch)))
}

async function load(): Promise<XState> {
  const name: string = 'xstate'
  return (await import(name)) as XState
}

function machineIn(library: XState, sketch: Sketch): object {
  return library.createMachine({ ...definitionOf(sketch, library), context: BLANK })
}

function leaves(value: XValue): string[] {
  if (typeof value === 'string') return [value]
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'object' && Object.keys(inner).length === 0 ? [key] : leaves(inner),
  )
}
