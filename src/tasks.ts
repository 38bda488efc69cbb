import type { AgentSession } from './agent-session.ts'
import type { BotTx } from './bot-tx.ts'
import type { ConversationTx } from './conversation/index.ts'
import type { EntityTx } from './runtime/index.ts'
import type { SessionTx, Variables } from './session/index.ts'
import { makeTask, type Task, type TaskContext, type TaskOptions } from './task/index.ts'

/** What the decision of `ctx.commit` works with: the session of the run, and whatever else one commit may change. */
export interface RunCommit<State extends object = Variables> {
  readonly session: SessionTx<State>
  /** A conversation of that session. Default: its main one. */
  conversation(name?: string): ConversationTx
  /** Other sessions, conversations, machines and entities. */
  readonly all: BotTx
  /** The time of the decision, in milliseconds since the epoch. */
  readonly now: number
  /** An id that is new, and the same each time this decision runs. */
  id(): string
  /** An entity of a kind of your own. */
  entity(kind: string, id: string): EntityTx
}

/** What the code of a task works with. */
export type RunContext<State extends object = Variables> = TaskContext<AgentSession<State>, RunCommit<State>>

/**
 * Defines durable code: what it does through its context is recorded step by step, and a run that was interrupted goes on where it stood. Between
 * steps it should only compute.
 * @throws invalid for an unusable name
 */
export function defineTask<Input, Output, State extends object = Variables>(
  name: string,
  options: TaskOptions<State, Input>,
  code: (context: RunContext<State>, input: Input) => Promise<Output>,
): Task<State, Input, Output, RunContext<State>>
export function defineTask<Input, Output>(
  name: string,
  code: (context: RunContext, input: Input) => Promise<Output>,
): Task<Variables, Input, Output, RunContext>
export function defineTask(
  name: string,
  first: TaskOptions<Variables, unknown> | TaskCode,
  second?: TaskCode,
): Task<Variables, unknown, unknown, RunContext> {
  const [options, code] = typeof first === 'function' ? [{}, first] : [first, second]
  return makeTask(name, options, code as TaskCode)
}

type TaskCode = (context: RunContext, input: unknown) => Promise<unknown>

/** What `ctx.commit` hands to a decision. */
export function runCommit(bot: BotTx, session: SessionTx): RunCommit {
  return {
    session,
    conversation: (name) => bot.conversation(session.id, name),
    all: bot,
    now: bot.now,
    id: () => bot.id(),
    entity: (kind, id) => bot.entity(kind, id),
  }
}
