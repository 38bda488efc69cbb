import { ConversationTx, MAIN } from './conversation/index.ts'
import { HoldfastError } from './core/index.ts'
import { type AnyMachine, Cascade, instanceId, type Machines, MachineTx } from './machine/index.ts'
import type { EntityTx, Tx } from './runtime/index.ts'
import {
  anySession,
  SESSION_KIND,
  type SessionDefinition,
  type SessionTarget,
  SessionTx,
  type TempChange,
  type TempVariables,
  type Variables,
} from './session/index.ts'
import type { MachineTypes } from './statechart/index.ts'

/** What a session handle may be told besides the id. */
export interface SessionHandleOptions {
  /** Whose session this is; binds its `user:` variables. */
  readonly user?: string
}

/** @internal What decisions over several things stand on. */
export interface BotServices {
  readonly machines: Machines
  readonly temp: TempVariables
}

/** What a decision over several things works with. */
export class BotTx {
  readonly now: number
  readonly #tx: Tx
  readonly #services: BotServices
  readonly #temp: Map<string, TempChange>
  readonly #sessions = new Map<string, SessionTx<object>>()
  readonly #cascade: Cascade

  constructor(tx: Tx, services: BotServices, temp: Map<string, TempChange>) {
    this.#tx = tx
    this.#services = services
    this.#temp = temp
    this.#cascade = Cascade.of(tx, services.machines)
    this.now = tx.now
  }

  /** A session; the same one each time it is asked for in this commit. */

  session(id: string, options?: SessionHandleOptions): SessionTx
  session<State extends object>(
    definition: SessionDefinition<State>,
    id: string,
    options?: SessionHandleOptions,
  ): SessionTx<State>
  session(first: string | SessionDefinition, second?: string | SessionHandleOptions, third?: SessionHandleOptions): SessionTx {
    const [definition, id, options] =
      typeof first === 'string'
        ? [anySession, first, second as SessionHandleOptions | undefined]
        : [first, second as string, third]
    const known = this.#sessions.get(id)
    if (known === undefined) return this.#open({ definition, id, user: options?.user })
    if (definition === anySession || definition === known.definition) return known as unknown as SessionTx
    const message = `Session ${id} is ${known.definition.name} in this commit already, it cannot be ${definition.name} too`
    throw new HoldfastError('invalid', message, { entity: id })
  }

  #open(target: SessionTarget<Variables>): SessionTx {
    const { id } = target
    const ref = { tenant: this.#tx.principal.tenant, kind: SESSION_KIND, id }
    const temp = this.#temp.get(id) ?? this.#services.temp.change(ref)
    this.#temp.set(id, temp)
    const session = new SessionTx(this.#tx, target, temp)
    this.#sessions.set(id, session as SessionTx<object>)
    return session
  }

  /** A conversation of a session. @throws invalid for an unusable name */
  conversation(session: string, name: string = MAIN): ConversationTx {
    return new ConversationTx(this.#tx, session, name)
  }

  /** A machine in the tree of a session. */
  machine<T extends MachineTypes>(machine: AnyMachine<T> | string, session: string, name: string): MachineTx<T> {
    const starts = this.#services.machines.startable(machine, this.#tx.principal)
    return new MachineTx<T>(this.#cascade, starts, instanceId(session, name))
  }

  /** An entity of a kind of your own: entries by key, terms, effects, timers. */
  entity(kind: string, id: string): EntityTx {
    return this.#tx.entity(kind, id)
  }

  /** An id that is new, and the same each time this decision runs. */
  id(): string {
    return this.#tx.id()
  }

  /** Ends an effect or timer that has not ended yet. */
  cancel(id: string): void {
    this.#tx.cancel(id)
  }

  /** @internal */
  finish(): void {
    for (const session of this.#sessions.values()) session.finish()
    this.#cascade.finish()
  }
}
