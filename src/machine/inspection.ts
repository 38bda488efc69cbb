import { instructions, type MachineTypes, nextEvents, tools } from '../statechart/index.ts'
import type { DurableMachine } from './durable.ts'
import { type InstanceSnapshot, type Kept, show } from './instance-view.ts'
import { openStored } from './opened.ts'
import { isReserved } from './reserved.ts'

/** Everything there is to know of an instance at one moment. */
export interface InstanceInspection<T extends MachineTypes = MachineTypes> extends InstanceSnapshot<T> {
  /** Types of events somebody may send that the active states have transitions for; none where it does not move any more. */
  readonly nextEvents: readonly string[]
  /** What an agent is told. */
  readonly instructions: string
  /** The tools an agent may call; undefined when no active state says anything about tools. */
  readonly tools: readonly string[] | undefined
}

const NOTHING = { nextEvents: [], instructions: '', tools: undefined } as const

export function inspection<T extends MachineTypes>(
  id: string,
  kept: Kept,
  durable: DurableMachine | undefined,
  now: number,
): InstanceInspection<T> {
  const shown = show<T>(id, kept, durable)
  if (shown.status !== 'active') return { ...shown, ...NOTHING }
  const snapshot = openStored(id, kept, durable, now).snapshot
  return {
    ...shown,
    nextEvents: nextEvents(snapshot).filter((type) => !isReserved(type)),
    instructions: instructions(snapshot),
    tools: tools(snapshot),
  }
}
