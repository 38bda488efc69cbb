import { HoldfastError } from '../core/index.ts'
import type { Principal, Tx } from '../runtime/index.ts'
import type { Machine, MachineTypes } from '../statechart/index.ts'
import { type AnyMachine, type DurableMachine, definitionOf, durable } from './durable.ts'
import type { StoredMachines } from './stored-machines.ts'
import { partsOf } from './tag.ts'

/**
 * The machines a store is opened with, those they invoke, and those whose definitions are kept in it. Of one id there may be several:
 * instances go on with the one they were stored by, new ones begin with the last one listed or defined. An id that the program has is
 * the program's: what is kept in the store under it is left aside.
 */
export class Machines {
  readonly stored: StoredMachines
  readonly #byTag = new Map<string, DurableMachine>()
  readonly #current = new Map<string, DurableMachine>()

  constructor(listed: readonly AnyMachine[], stored: StoredMachines) {
    this.stored = stored
    for (const each of listed) this.#add('machine' in each ? each : durable(each))
    // What was listed by itself comes with its implementations; what is only invoked comes without.
    for (const { machine } of [...this.#byTag.values()]) this.#addChildren(machine)
  }

  /** Those of the program. */
  get all(): Iterable<DurableMachine> {
    return this.#byTag.values()
  }

  /** True when the program has none. */
  get isEmpty(): boolean {
    return this.#byTag.size === 0
  }

  /** The machine that goes on with what was stored under a tag: the very one, or the current one of its id; undefined when none is known. */
  async find(tenant: string, tag: string): Promise<DurableMachine | undefined> {
    return this.#listed(tag) ?? this.stored.find(tenant, tag)
  }

  /** The same inside a decision. */
  within(tx: Tx, tag: string): DurableMachine | undefined {
    return this.#listed(tag) ?? this.stored.within(tx, tag)
  }

  /** What new instances begin with, of the program's machines. */
  current(id: string, version?: string): DurableMachine | undefined {
    if (version === undefined) return this.#current.get(id)
    return [...this.all].findLast(({ machine }) => machine.id === id && machine.version === version)
  }

  /** What an instance is to begin with, by `id` or `id@version`. @throws not_found */
  named(tx: Tx, name: string): DurableMachine {
    const [id = '', version] = name.split('@')
    const found = this.#current.has(id) ? this.current(id, version) : this.stored.named(tx, id, version)
    if (found !== undefined) return found
    const known = [...this.#current.keys()].join(', ') || 'none'
    const message = `There is no machine ${name}; the program has ${known}, and none of that name was defined`
    throw new HoldfastError('not_found', message, { path: 'machine' })
  }

  /** @throws invalid for a machine the store was not opened with, and that was not defined by this principal's tenant */
  known(given: AnyMachine, { tenant }: Principal): DurableMachine {
    const machine = definitionOf(given)
    const found = this.#byTag.get(machine.tag) ?? this.stored.known(tenant, machine)
    if (found !== undefined) return found
    const message = `Machine ${machine.tag} is not known here; name it in open({ machines: [...] }), so that its timers and actors run, or define it`
    throw new HoldfastError('invalid', message, { path: 'machines' })
  }

  /** What a handle is to start: a machine that is known, or the name of one. @throws invalid */
  startable<T extends MachineTypes>(given: AnyMachine<T> | string, principal: Principal): DurableMachine<T> | string {
    return typeof given === 'string' ? given : (this.known(given, principal) as DurableMachine<T>)
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

  #listed(tag: string): DurableMachine | undefined {
    return this.#byTag.get(tag) ?? this.#current.get(partsOf(tag).id)
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
