import { MACHINE_KIND } from './address.ts'
import type { DurableMachine } from './durable.ts'

/** Where the work of an external actor waits for its implementation. */
export function invokeQueue({ machine, stored }: DurableMachine, src: string): string {
  return stored === true ? storedInvokeQueue(src) : `invoke/${machine.id}/${src}`
}

/** Where the work of a declared effect waits for its implementation. */
export function performQueue({ machine, stored }: DurableMachine, name: string): string {
  return stored === true ? storedPerformQueue(name) : `perform/${machine.id}/${name}`
}

/** Whose handler is told of timers of instances: a process that knows no machines leaves them to others, but for stored ones. */
export function timersOf(durable: DurableMachine | undefined): string {
  return durable?.stored === true ? STORED_TIMERS : MACHINE_KIND
}

export const STORED_TIMERS = 'machine/stored'

/** The same for all machines that are kept in the store: what is implemented is known by its name alone. */
export function storedInvokeQueue(src: string): string {
  return `actor/${src}`
}

export function storedPerformQueue(name: string): string {
  return `effect/${name}`
}
