import { HoldfastError } from '../core/index.ts'

/** Milliseconds, or a number with a unit: `500ms`, `30s`, `10m`, `2h`, `2d`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** A hundred years. */
const LONGEST = 36_525 * 86_400_000

/** Milliseconds. @throws invalid */
export function milliseconds(duration: Duration): number {
  const [, digits, unit = 'ms'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(`${duration}`) ?? []
  const ms = Math.round(Number(digits) * (UNITS[unit] ?? Number.NaN))
  if (ms >= 0 && ms <= LONGEST) return ms
  const message = `Expected milliseconds or a duration such as 30s, 10m, 2h or 2d, got ${JSON.stringify(duration)}`
  throw new HoldfastError('invalid', message, { path: 'duration' })
}
