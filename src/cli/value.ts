import { inspect } from 'node:util'
import { fromTagged, type Json, parsePath } from '../core/index.ts'
import type { Call } from './call.ts'
import { hasColours } from './paint.ts'
import { manyLines } from './text.ts'
import { UsageError } from './usage-error.ts'

/** Reads JSON, in the tagged form where values are richer; what is not JSON is text. @throws UsageError for unknown tags. */
export function parseValue(typed: string): unknown {
  let json: Json
  try {
    json = JSON.parse(typed) as Json
  } catch {
    return typed
  }
  try {
    return fromTagged(json)
  } catch (error) {
    throw new UsageError((error as Error).message, 'VALUE')
  }
}

/** A value for a person: text as it is, everything else as Node shows it. */
export function formatValue(value: unknown, { io }: Call): string {
  if (typeof value === 'string') return io.stdout.isTTY ? manyLines(value) : value
  const colors = hasColours(io.stdout, io.env)
  return inspect(value, {
    depth: null,
    colors,
    breakLength: Math.min(io.stdout.columns, 120),
    maxArrayLength: null,
    maxStringLength: null,
  })
}

/** Checks that a path can be read. @throws UsageError */
export function checkedPath(typed: string): string {
  try {
    parsePath(typed.replace(/^(user|app|temp):/, ''))
    return typed
  } catch (error) {
    throw new UsageError((error as Error).message, 'PATH')
  }
}
