import { HoldfastError } from '../core/index.ts'

/**
 * True for what ends a step as a whole, and no transition can take as `error.execution`: a limit that was passed, since work that went on
 * after it would have none, and what cannot be worked out at the moment, since it would fail again and again.
 */
export function endsStep(error: unknown): boolean {
  return HoldfastError.is(error, 'too_large') || HoldfastError.is(error, 'unavailable')
}
