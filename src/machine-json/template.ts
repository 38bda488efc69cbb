import type { Json, Path } from '../core/index.ts'
import type { Compute, Reading } from './reading.ts'

/** An object of JSON. */
export type JsonObject = { readonly [key: string]: Json }

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** True for `{ expr: '...' }`, which stands for what the expression gives. */
export function isExpression(value: Json | undefined): value is { readonly expr: Json } {
  return isObject(value) && Object.hasOwn(value, 'expr') && Object.keys(value).length === 1
}

/** True for `{ type, params? }`: code by its name. The definition knows whether there is any of that name. */
export function isReference(value: Json): value is { readonly type: string; readonly params?: Json } {
  return (
    isObject(value) && typeof value.type === 'string' && Object.keys(value).every((key) => key === 'type' || key === 'params')
  )
}

/** True when nothing in it is to be worked out. */
export function isConstant(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return true
  return !isExpression(value) && Object.values(value).every(isConstant)
}

/** JSON in which each `{ expr: '...' }` stands for what the expression gives. */
export function compileTemplate(value: Json, path: Path, reading: Reading, over: 'step' | 'input' = 'step'): Compute {
  if (isConstant(value)) return () => value
  if (isExpression(value)) return reading.expression(value.expr, [...path, 'expr'], over)
  if (Array.isArray(value)) {
    const items = value.map((item: Json, i) => compileTemplate(item, [...path, i], reading, over))
    return (values) => items.map((item) => item(values))
  }
  const entries = Object.entries(value as JsonObject).map(([key, item]) => {
    return [key, compileTemplate(item, [...path, key], reading, over)] as const
  })
  return (values) => Object.fromEntries(entries.map(([key, item]) => [key, item(values)]))
}
