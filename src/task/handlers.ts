import type { EffectContext, EffectHandler, EffectHandlers, Principal, Runtime, TimerHandlers, Tx } from '../runtime/index.ts'
import { describe, view } from '../runtime/index.ts'
import { decodeNode } from '../store/index.ts'
import { RUN_KIND, sessionOfRun, taskQueue } from './address.ts'
import { Attempt } from './attempt.ts'
import type { TaskContext } from './context.ts'
import { Journal } from './journal.ts'
import { type RunStart, START, type StepRecord } from './record.ts'
import { type Ending, RunTx } from './run-tx.ts'
import type { AnyTask } from './task.ts'
import type { Tasks } from './tasks.ts'

/** What attempts of runs need of those who put everything together. */
export interface TaskServices {
  readonly runtime: Runtime
  readonly tasks: Tasks
  /** The session a run belongs to, as its starter has it. */
  sessionFor(task: AnyTask, id: string, principal: Principal): unknown
  /** Lets a decision of a run work with its session and all else that one commit may change. */
  within(tx: Tx, task: AnyTask, session: string, work: (commit: never) => unknown): unknown
}

/** An attempt takes as long as its steps: the longest time a timer can be set to. */
const NO_TIMEOUT = 2 ** 31 - 1
const NONE: ReadonlyMap<string, StepRecord> = new Map()

/** What the dispatcher is to run for tasks: attempts of their runs. */
export function taskHandlers(services: TaskServices): EffectHandlers {
  return Object.fromEntries([...services.tasks.all].map((task) => [taskQueue(task.name), attempting(services, task)]))
}

function attempting(services: TaskServices, task: AnyTask): EffectHandler {
  return {
    run: (run, context) => makeAttempt(services, task, String(run), context),
    done(tx, entity, effect) {
      const run = new RunTx(tx, entity.ref.id)
      if (effect.ok) run.end(effect.value as Ending)
      else run.fail(describe(effect.error))
    },
    keepsResult: false,
    timeout: NO_TIMEOUT,
    ...(task.retry !== undefined && { retry: task.retry }),
  }
}

async function makeAttempt(
  services: TaskServices,
  task: AnyTask,
  run: string,
  { entity, epoch, signal }: EffectContext,
): Promise<Ending> {
  const { runtime } = services
  const start = await view(runtime, entity, ({ tree }) => {
    const node = decodeNode(tree.read(START) ?? new Uint8Array())
    return (node.type === 'leaf' ? node.value : undefined) as RunStart
  })
  const principal = { id: start.by, tenant: entity.tenant }
  const journal = new Journal(runtime, principal, run, epoch)
  const session = sessionOfRun(run)
  const attempt = new Attempt({
    journal,
    // Before the first claim nobody can have recorded anything.
    steps: epoch === 1 ? NONE : await journal.steps(),
    session: services.sessionFor(task, session, principal),
    clock: runtime.ports.clock,
    signal,
    within: (tx, work) => services.within(tx, task, session, work),
  })
  const code = task.code as unknown as (context: TaskContext, input: unknown) => Promise<unknown>
  return attempt.make((context) => code(context, start.input))
}

/** What the dispatcher is to do when a wait of a run is over. */
export function taskTimers(tasks: Tasks): TimerHandlers {
  if (tasks.isEmpty) return {}
  return {
    [RUN_KIND]: (tx, entity, { name }) => {
      const run = new RunTx(tx, entity.ref.id)
      const waiting = [...run.waits()].find(([step]) => step === name)
      const expired = { approved: false, reason: 'expired' }
      if (waiting !== undefined) run.resolve(name, { value: waiting[1].wait.for === 'approval' ? expired : null })
    },
  }
}
