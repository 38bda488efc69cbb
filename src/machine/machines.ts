import { HoldfastError } from '../core/index.ts'
import type { Machine } from '../statechart/index.ts'
import { type AnyMachine, type DurableMachine, definitionOf, durable } from './durable.ts'
import { partsOf } from './tag.ts'

/**
 * The machines a store is opened with, and those they invoke. Of one id there may be several: instances go on with the one they
 * were stored by, new ones begin with the last one listed.
 */
export class Machines {
  readonly #byTag = new Map<string, DurableMachine>()
  readonly #current = new Map<string, DurableMachine>()

  constructor(listed: readonly AnyMachine[] = []) {
    for (const each of listed) this.#add('machine' in each ? each : durable(each))
    // What was listed by itself comes with its implementations; what is only invoked comes without.
    for (const { machine } of [...this.#byTag.values()]) this.#addChildren(machine)
  }

  /** All of them. */
  get all(): Iterable<DurableMachine> {
    return this.#byTag.values()
  }

  get isEmpty(): boolean {
    return this.#byTag.size === 0
  }

  /** The machine that goes on with what was stored under a tag: the very one, or the current one of its id. */
  resolve(tag: string): DurableMachine | undefined {
    return this.#byTag.get(tag) ?? this.#current.get(partsOf(tag).id)
  }

  /** The same for what an instance has stored. @throws needs_migration when the machine is not known here */
  opener(id: string, tag: string): DurableMachine {
    const found = this.resolve(tag)
    if (found !== undefined) return found
    const message = `Instance ${id} is of machine ${tag}, which is not known here; name it in open({ machines: [...] })`
    throw new HoldfastError('needs_migration', message, { stored: tag, supported: 'none' })
  }

  /** What new instances begin with. */
  current(id: string): DurableMachine | undefined {
    return this.#current.get(id)
  }

  /** @throws invalid for a machine the store was not opened with */
  known(given: AnyMachine): DurableMachine {
    const machine = definitionOf(given)
    const found = this.#byTag.get(machine.tag)
    if (found !== undefined) return found
    const message = `Machine ${machine.tag} is not known here; name it in open({ machines: [...] }), so that its timers and actors run`
    throw new HoldfastError('invalid', message, { path: 'machines' })
  }

  /** @throws invalid when an actor or effect that must run here has no implementation */
  checkImplemented(): void {
    const missing = [...this.all].flatMap(({ machine, options }) => [
      ...Object.keys(machine.actors)
        .filter((name) => machine.actors[name] === 'external' && options.actors?.[name] === undefined)
        .map((name) => `actor ${name} of ${machine.id}`),
      ...machine.effects.filter((name) => options.effects?.[name] === undefined).map((name) => `effect ${name} of ${machine.id}`),
    ])
    if (missing.length === 0) return
    const message = `Nobody would do the work of ${missing.join(', ')}: give implementations with durable(machine, { actors, effects }), or open with worker: false where another process does it`
    throw new HoldfastError('invalid', message, { path: 'machines' })
  }

  #add(each: DurableMachine): void {
    this.#byTag.set(each.machine.tag, each)
    this.#current.set(each.machine.id, each)
  }

  #addChildren(machine: Machine): void {
    for (const actor of Object.values(machine.actors)) {
      if (actor === 'external' || this.#byTag.has(actor.tag)) continue
      const child = durable(actor)
      this.#byTag.set(actor.tag, child)
      if (!this.#current.has(actor.id)) this.#current.set(actor.id, child)
      this.#addChildren(actor)
    }
  }
}
