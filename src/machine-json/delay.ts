import { HoldfastError, type Json, type Path } from '../core/index.ts'
import type { Args } from '../statechart/index.ts'
import { valuesOf } from './arguments.ts'
import type { Reading } from './reading.ts'
import { isExpression } from './template.ts'

/** Weeks, days, hours, minutes and seconds of ISO 8601; years and months have no fixed length. */
const DURATION = /^P(?:(\d+)W|(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?)$/
const UNITS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1000] as const

/** A hundred years: a timer beyond is a mistake. */
const LONGEST = 100 * 365.25 * 86_400_000

/** The milliseconds of a duration such as `PT1H30M`; undefined when it is none. */
export function parseDuration(text: string): number | undefined {
  const match = DURATION.exec(text)
  if (match === null || text === 'P') return undefined
  const ms = UNITS.reduce((sum, unit, i) => sum + Number(match[i + 1] ?? 0) * unit, 0)
  return ms <= LONGEST ? Math.round(ms) : undefined
}

/** A delay: milliseconds, a duration of ISO 8601, or `{ expr }` that gives one of them. */
export function compileDelay(delay: Json, path: Path, reading: Reading): (args: Args) => number {
  if (isExpression(delay)) {
    const compute = reading.expression(delay.expr, [...path, 'expr'], 'step', ['int', 'double', 'string'])
    return (args) => {
      const found = compute(valuesOf(args))
      return milliseconds(found) ?? refuse(found)
    }
  }
  const ms = milliseconds(delay)
  if (ms === undefined) reading.report.add(path, `${EXPECTED}, or { expr }; got ${JSON.stringify(delay)}`)
  return () => ms ?? 0
}

const EXPECTED = 'expected milliseconds, or a duration such as PT5M, of at most a hundred years'

function milliseconds(delay: Json): number | undefined {
  if (typeof delay === 'string') return parseDuration(delay)
  return typeof delay === 'number' && delay >= 0 && delay <= LONGEST ? delay : undefined
}

function refuse(got: Json): never {
  throw new HoldfastError('invalid', `A delay cannot be waited for: ${EXPECTED}, got ${JSON.stringify(got)}`, {})
}
