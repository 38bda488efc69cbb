import { type Clock, HoldfastError } from '../core/index.ts'
import { describe, type RetryPolicy, retryDelay } from '../runtime/index.ts'
import { AttemptError } from './attempt-error.ts'
import type { StepContext, StepOptions } from './context.ts'
import { milliseconds } from './duration.ts'
import { Limit } from './limit.ts'
import type { Result } from './run-life.ts'

/** What a step does, and how often and how long. */
export interface Performance {
  readonly code: (step: StepContext) => unknown
  readonly retry: RetryPolicy
  readonly retryIf: (error: unknown) => boolean
  /** Milliseconds. */
  readonly timeout: number | undefined
}

const RETRY: RetryPolicy = { attempts: 3 }

/** @throws invalid for an unusable timeout */
export function performanceOf(
  code: (step: StepContext) => unknown,
  { retry = RETRY, retryIf = () => true, timeout }: StepOptions,
): Performance {
  return { code, retry, retryIf, timeout: timeout === undefined ? undefined : milliseconds(timeout) }
}

/** Where a step is done. */
interface Stage {
  readonly journal: { readonly run: string; readonly epoch: number }
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Runs a step's code until it succeeds, or is not to be tried again. @throws why the attempt is to end */
export async function perform({ journal, clock, signal }: Stage, step: string, performance: Performance): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    if (signal.aborted) throw signal.reason
    const limit = new Limit(clock, step, performance.timeout, signal)
    try {
      const told = { key: `${journal.run}/${step}`, attempt, epoch: journal.epoch, signal: limit.signal }
      return { value: (await limit.of(async () => performance.code(told))) ?? null }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof AttemptError) throw error
      const isFinal = isWrong(error) || !performance.retryIf(error)
      const delay = isFinal ? undefined : retryDelay(performance.retry, attempt, Math.random)
      if (delay === undefined) return { error: describe(error) }
      await new Promise<void>((resolve) => clock.after(delay, resolve))
    } finally {
      limit.end()
    }
  }
}

/** What is wrong with the request itself is wrong next time, too. */
function isWrong(error: unknown): boolean {
  return HoldfastError.is(error, 'invalid') || HoldfastError.is(error, 'forbidden') || HoldfastError.is(error, 'too_large')
}
