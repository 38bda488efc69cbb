/**
 * A text that two values share only if nobody can tell them apart: kinds, order of keys and members, every bit of a
 * number. Written apart from the code under test, so that both cannot be wrong in the same way.
 */
export function exact(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? 'number -0' : `number ${value}`
  if (typeof value !== 'object' || value === null) return `${typeof value} ${typeof value === 'string' ? units(value) : value}`
  if (Array.isArray(value)) return `[${value.map(exact).join(', ')}]`
  if (value instanceof Map) return `Map {${[...value].map(([key, item]) => `${exact(key)} => ${exact(item)}`).join(', ')}}`
  if (value instanceof Set) return `Set {${[...value].map(exact).join(', ')}}`
  if (value instanceof Date) return `Date ${value.getTime()}`
  if (value instanceof URL) return `URL ${value.href}`
  if (value instanceof RegExp) return `RegExp ${value.source} ${value.flags} ${value.lastIndex}`
  if (value instanceof Uint8Array) return `${value.constructor.name} ${Buffer.from(value).toString('hex')}`
  const kind = Object.getPrototypeOf(value) === null ? 'bare' : ''
  const members = Object.entries(value).map(([name, item]) => `${units(name)}: ${exact(item)}`)
  return `${kind}{${members.join(', ')}}`
}

/** A string as its UTF-16 units: lone surrogates must not look alike. */
function units(text: string): string {
  return JSON.stringify(text)
}
