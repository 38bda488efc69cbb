import {
  describe,
  type EffectContext,
  type EffectHandler,
  type EffectHandlers,
  type Principal,
  type RetryPolicy,
  type Runtime,
  retryDelay,
  type TimerHandlers,
  type Tx,
  view,
} from '../runtime/index.ts'
import { RUN_KIND, sessionOfRun, taskQueue } from './address.ts'
import { Attempt } from './attempt.ts'
import type { TaskContext } from './context.ts'
import { stepOf } from './failing.ts'
import { Journal } from './journal.ts'
import { type RunStart, START } from './record.ts'
import { RunLife } from './run-life.ts'
import { type Claimed, type Ending, RunTx } from './run-tx.ts'
import { stored } from './stored.ts'
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
const ATTEMPTS = 5
/** What keeps an attempt from being made or recorded says nothing about its code. */
const OUTSIDE: RetryPolicy = { attempts: Number.MAX_SAFE_INTEGER, maxBackoff: 60_000 }

/** What the dispatcher is to run for tasks: attempts of their runs. */
export function taskHandlers(services: TaskServices): EffectHandlers {
  return Object.fromEntries([...services.tasks.all].map((task) => [taskQueue(task.name), attempting(services, task)]))
}

function attempting(services: TaskServices, task: AnyTask): EffectHandler {
  return {
    run: (run, context) => makeAttempt(services, task, String(run), context),
    done(tx, entity, effect) {
      if (effect.ok) new RunTx(tx, entity.ref.id).end(effect.value as Ending)
    },
    keepsResult: false,
    timeout: NO_TIMEOUT,
    retry: OUTSIDE,
  }
}

async function makeAttempt(
  services: TaskServices,
  task: AnyTask,
  run: string,
  { entity, epoch, signal, last }: EffectContext,
): Promise<Ending> {
  const { runtime } = services
  // It is said once: whatever is known of it is right.
  const start = await view(runtime, entity, ({ tree }) => stored(tree, START) as RunStart, { freshness: 'cached' })
  const principal = { id: start.by, tenant: entity.tenant }
  const journal = new Journal(runtime, principal, run, epoch)
  // Before the first claim nobody can have recorded anything, but those it was forked from.
  const isNew = epoch === 1 && start.origin === undefined
  const claimed = isNew ? FIRST : await journal.claim(task.retry?.attempts ?? ATTEMPTS, last?.code === 'cancelled')
  if (claimed === undefined) return { ended: 'over' }
  const session = sessionOfRun(run)
  const attempt = new Attempt({
    journal,
    steps: claimed.steps,
    session: services.sessionFor(task, session, principal),
    tasks: services.tasks,
    clock: runtime.ports.clock,
    signal,
    within: (tx, work) => services.within(tx, task, session, work),
  })
  const code = task.code as unknown as (context: TaskContext, input: unknown) => Promise<unknown>
  return attempt.make(
    (context) => code(context, start.input),
    (error): Ending => {
      const failedOf = stepOf(error)
      const again = retryDelay(task.retry ?? {}, claimed.tries, Math.random)
      return { ended: 'failed', error: describe(error), ...(failedOf !== undefined && { failedOf }), again }
    },
  )
}

const FIRST: Claimed = { tries: 1, steps: new Map() }

/** What the dispatcher is to do when a wait of a run is over. */
export function taskTimers(tasks: Tasks): TimerHandlers {
  if (tasks.isEmpty) return {}
  return {
    [RUN_KIND]: (tx, entity, { name }) => {
      const run = new RunLife(tx, entity.ref.id)
      const waiting = [...run.steps.waits()].find(([step]) => step === name)
      const expired = { approved: false, reason: 'expired' }
      if (waiting !== undefined) run.resolve(name, { value: waiting[1].wait.for === 'approval' ? expired : null })
    },
  }
}
