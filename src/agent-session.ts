import {
  type AnyMachine,
  bringForth,
  family,
  heirsOf,
  instanceId,
  MACHINE_KIND,
  MachineInstance,
  type Machines,
} from './machine/index.ts'
import type { Principal } from './runtime/index.ts'
import { type ForkOptions, Session, type SessionServices, type SessionTarget, type Variables } from './session/index.ts'
import type { MachineTypes } from './statechart/index.ts'
import { type AnyTask, Run, type StartOptions, startRun, type Task, type Tasks } from './task/index.ts'

/** What a session's handle stands on. */
export interface AgentServices extends SessionServices {
  readonly machines: Machines
  readonly tasks: Tasks
}

/** A session of an open store: its variables, and the machines and runs in its tree. */
export class AgentSession<State extends object = Variables> extends Session<State> {
  readonly #services: AgentServices
  readonly #principal: Principal
  readonly #another: (id: string) => AgentSession<State>

  constructor(services: AgentServices, principal: Principal, target: SessionTarget<State>) {
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

  /**
   * Starts a run of a task in this session, or finds the one that was started with the same key.
   * @throws invalid for a task the store was not opened with, or an input it does not take; conflict when the key was used with another
   */
  async start<Input, Output>(
    task: Task<State, Input, Output, never> | Task<Variables, Input, Output, never>,
    input: Input,
    options: StartOptions = {},
  ): Promise<Run<Output>> {
    const known = this.#services.tasks.known(task as unknown as AnyTask)
    const { id } = await startRun(this.#services.runtime, this.#principal, known, { session: this.id, input, ...options })
    return new Run<Output>(this.#services, this.#principal, id, { isOurs: true })
  }

  /**
   * Makes a session that starts as this one is, or was at a moment, with its machines as they were then; nothing runs in those by itself.
   * @throws conflict when there is or was a session of that id; not_found; invalid; too_large
   */
  override async fork(id: string, options: ForkOptions = {}): Promise<AgentSession<State>> {
    const { timeline, runtime, machines, sweeper } = this.#services
    let members: readonly string[] = []
    await this.forkWith(id, options, async (row, point) => {
      const at = options.at === undefined ? undefined : point
      const heirs = await heirsOf(timeline, runtime.ports.store.engine, { row, point: at, to: id })
      members = heirs.flatMap(family)
      return (tx) => {
        for (const heir of heirs) bringForth(tx, machines, heir, false)
      }
    })
    for (const member of members) await sweeper.limitDepth({ ...this.ref, kind: MACHINE_KIND, id: member })
    return this.#another(id)
  }
}
