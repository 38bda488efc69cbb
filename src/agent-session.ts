import {
  bringForth as bringConversation,
  CONVERSATION_KIND,
  Conversation,
  type ConversationInspection,
  heirsOf as conversationHeirsOf,
  conversationsOf,
  MAIN,
} from './conversation/index.ts'
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
import type { EntityRef } from './store/index.ts'
import { type AnyTask, Run, Runs, type StartOptions, startRun, type Task, type Tasks } from './task/index.ts'

/** What a session's handle stands on. */
export interface AgentServices extends SessionServices {
  readonly machines: Machines
  readonly tasks: Tasks
}

/** A session of an open store: its variables, and the conversations, machines and runs in its tree. */
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

  /** A conversation's handle, by its name in this session. @throws invalid for an unusable name */
  conversation(name: string = MAIN): Conversation {
    return new Conversation(this.#services, this.#principal, this.id, name)
  }

  /** The conversations there are in this session, by name; of at most 1,000. */
  conversations(): Promise<readonly ConversationInspection[]> {
    return conversationsOf(this.#services, this.#principal, this.id)
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

  /** The run of this session that is at work or waits; of several, the one that changed last. Undefined when there is none. */
  async run(): Promise<Run | undefined> {
    const active = await new Runs(this.#services, this.#principal).active(this.id)
    return active && new Run(this.#services, this.#principal, active.id)
  }

  /**
   * Makes a session that starts as this one is, or was at a moment, with its machines and conversations as they were then; nothing runs in those
   * by itself.
   * @throws conflict when there is or was a session of that id; not_found; invalid; too_large
   */
  override async fork(id: string, options: ForkOptions = {}): Promise<AgentSession<State>> {
    const { timeline, runtime, machines, sweeper } = this.#services
    const { engine } = runtime.ports.store
    let members: readonly EntityRef[] = []
    await this.forkWith(id, options, async (row, point) => {
      const then = { row, point: options.at === undefined ? undefined : point, to: id }
      const instances = await heirsOf(timeline, engine, then)
      const conversations = await conversationHeirsOf(timeline, engine, then)
      members = [
        ...instances.flatMap(family).map((member) => ({ ...this.ref, kind: MACHINE_KIND, id: member })),
        ...conversations.map((member) => ({ ...this.ref, kind: CONVERSATION_KIND, id: member.id })),
      ]
      return (tx) => {
        for (const heir of instances) bringForth(tx, machines, heir, false)
        for (const heir of conversations) bringConversation(tx, heir)
      }
    })
    for (const member of members) await sweeper.limitDepth(member)
    return this.#another(id)
  }
}
