import { HoldfastError } from '../core/index.ts'
import { allowsTool, can, type MachineTypes, matches, type Snapshot, type StateValue } from '../statechart/index.ts'
import type { Cascade } from './cascade.ts'
import type { DurableMachine } from './durable.ts'
import { checkEvent } from './reserved.ts'

/** An instance inside a decision: what it moves to is stored with all else the decision changes, in one commit. */
export class MachineTx<T extends MachineTypes = MachineTypes> {
  readonly id: string
  readonly #cascade: Cascade
  readonly #starts: DurableMachine<T> | string | undefined

  constructor(cascade: Cascade, starts: DurableMachine<T> | string | undefined, id: string) {
    this.#cascade = cascade
    this.#starts = starts
    this.id = id
  }

  /** True once it was started. */
  get exists(): boolean {
    return this.#cascade.instance(this.id).exists
  }

  /** Where it is now, with what this decision has done to it. @throws not_found; needs_migration */
  get snapshot(): Snapshot<T> {
    return this.#cascade.instance(this.id).snapshot as Snapshot<T>
  }

  /** Starts it; false when it is there already. @throws invalid when its content throws; not_found for a name that stands for no machine */
  start(input?: T['input']): boolean {
    const starts = this.#starts
    if (starts === undefined)
      throw new HoldfastError('invalid', `Expected a machine for ${this.id} to start, got its id alone`, { path: 'machine' })
    const { machines, tx } = this.#cascade
    if (this.exists) return false
    return this.#cascade.start(this.id, typeof starts === 'string' ? machines.named(tx, starts) : starts, input)
  }

  /**
   * Gives it an event; true when a transition took it.
   * @throws not_found; needs_migration; conflict where the machine rejects what it does not handle; invalid
   */
  send(event: T['events']): boolean {
    return this.#cascade.send(this.id, checkEvent(event))
  }

  /** Stops it with all it runs; nothing moves it any more. @throws not_found */
  stop(): void {
    this.#cascade.stop(this.id)
  }

  /** True when some transition would take the event. */
  can(event: T['events']): boolean {
    return can(this.snapshot, event, this.#cascade.tx.now)
  }

  /** True when the states named are active. */
  matches(value: StateValue): boolean {
    return matches(this.snapshot, value)
  }

  /** True when an agent may call the tool now. */
  allowsTool(name: string): boolean {
    return allowsTool(this.snapshot, name)
  }
}
