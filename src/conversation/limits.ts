import { HoldfastError } from '../core/index.ts'
import { MAX_ENTRY_BYTES } from '../runtime/index.ts'

/** What is beyond one of these is refused as `too_large`. */
export const LIMITS = {
  /** Of one conversation, in all its branches. */
  turns: 10_000_000,
  branches: 10_000,
  pins: 100,
  /** Turns that are being written at once. */
  streams: 100,
  /** Parts of one turn. */
  parts: 1000,
  /** What one turn takes when it is stored: that of one entry, less what is stored with it. */
  bytes: MAX_ENTRY_BYTES - 4096,
} as const

/** Goes on only within a limit. `remedy` says what to do. @throws too_large */
export function checkLimit(
  name: keyof typeof LIMITS,
  actual: number,
  of: { readonly path: string; readonly remedy: string },
): void {
  const limit = LIMITS[name]
  if (actual <= limit) return
  const message = `${of.path} would have ${actual} ${name}, at most ${limit} are possible; ${of.remedy}`
  throw new HoldfastError('too_large', message, { path: of.path, limit, actual, unit: name })
}
