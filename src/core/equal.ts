import { canonical } from './rich.ts'

/** True when two values are alike: objects whatever the order of their keys, rich values as `canonical` tells them apart. */
export function equalRich(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equalRich(item, b[i]))
  if (!isPlain(a) || !isPlain(b)) return canonical(a) === canonical(b)
  const names = Object.keys(a)
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && equalRich(a[name], b[name]))
}

function isPlain(value: object): value is Record<string, unknown> {
  return Object.getPrototypeOf(value) === Object.prototype
}
