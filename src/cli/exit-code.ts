import { HoldfastError } from '../core/index.ts'
import { Unproved } from '../index.ts'
import { UsageError } from './usage-error.ts'

/** What the shell is told. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, notFound: 3, conflict: 4, verificationFailed: 5 } as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Unproved) return exitCodes.verificationFailed
  if (error instanceof UsageError) return exitCodes.usage
  if (HoldfastError.is(error, 'not_found')) return exitCodes.notFound
  if (HoldfastError.is(error, 'conflict')) return exitCodes.conflict
  return exitCodes.failure
}
