import { type AnyMachine, instanceId, MachineInstance, type Machines } from './machine/index.ts'
import type { CommitOptions, Moment, Principal } from './runtime/index.ts'
import { Session, type SessionServices, type SessionTarget, type Variables } from './session/index.ts'
import type { MachineTypes } from './statechart/index.ts'

/** A session of an open store: its variables, and the machines in its tree. */
export class AgentSession<State extends object = Variables> extends Session<State> {
  readonly #services: SessionServices & { readonly machines: Machines }
  readonly #principal: Principal
  readonly #another: (id: string) => AgentSession<State>

  constructor(services: SessionServices & { readonly machines: Machines }, principal: Principal, target: SessionTarget<State>) {
    super(services, principal, target)
    this.#services = services
    this.#principal = principal
    this.#another = (other) => new AgentSession<State>(services, principal, { ...target, id: other })
  }

  /**
   * A machine's handle, by its name in this session. A defined one may be named: `order`, or `order@2`.
   * @throws invalid for a machine the store was not opened with
   */
  machine<T extends MachineTypes>(machine: AnyMachine<T> | string, name: string): MachineInstance<T> {
    const starts = this.#services.machines.startable(machine, this.#principal)
    return new MachineInstance<T>(this.#services, this.#principal, starts, instanceId(this.id, name))
  }

  override async fork(id: string, options: CommitOptions & { readonly at?: Moment } = {}): Promise<AgentSession<State>> {
    await super.fork(id, options)
    return this.#another(id)
  }
}
