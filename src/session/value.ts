import { HoldfastError, type Path, type Segment } from '../core/index.ts'
import type { Variables } from './define.ts'

/** The value at a path inside a value; undefined where there is none. `text` is the path as it was given. @throws invalid */
export function valueAt(value: unknown, path: Path, text: string): unknown {
  let at = value
  for (const segment of path) {
    if (at === undefined) return undefined
    if (typeof at !== 'object' || at === null) throw notAContainer(at, segment, text)
    if (at instanceof Map) at = at.get(String(segment))
    else at = Object.hasOwn(at, segment) ? (at as Variables)[String(segment)] : undefined
  }
  return at
}

/** Sets a property, an entry of a Map, or an item; an array grows by one at most. @throws invalid */
export function putValue(holder: unknown, segment: Segment, value: unknown, text: string): void {
  if (holder instanceof Map) holder.set(String(segment), value)
  else if (Array.isArray(holder)) {
    const index = indexOf(segment)
    if (index === undefined || index > holder.length) throw noSuchIndex(holder.length, segment, text)
    holder[index] = value
  } else if (isObject(holder)) {
    if (segment === '__proto__')
      Object.defineProperty(holder, segment, { value, writable: true, enumerable: true, configurable: true })
    else holder[String(segment)] = value
  } else throw notAContainer(holder, segment, text)
}

/** Removes a property, an entry or an item; nothing happens when there is none. */
export function removeValue(holder: unknown, segment: Segment): void {
  if (holder instanceof Map) holder.delete(String(segment))
  else if (Array.isArray(holder)) {
    const index = indexOf(segment)
    if (index !== undefined && index < holder.length) holder.splice(index, 1)
  } else if (isObject(holder)) delete holder[String(segment)]
}

function indexOf(segment: Segment): number | undefined {
  return typeof segment === 'number' || /^(?:0|[1-9]\d*)$/.test(segment) ? Number(segment) : undefined
}

/** Dates, Sets and the like would lose a property that is set on them. */
function isObject(value: unknown): value is Variables {
  if (typeof value !== 'object' || value === null) return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

function notAContainer(value: unknown, segment: Segment, path: string): HoldfastError<'invalid'> {
  const what = value === null ? 'null' : typeof value === 'object' ? `a ${value.constructor.name}` : `a ${typeof value}`
  const message = `${path}: there is ${what} where ${JSON.stringify(segment)} was expected to be a property`
  return new HoldfastError('invalid', message, { path })
}

function noSuchIndex(length: number, segment: Segment, path: string): HoldfastError<'invalid'> {
  return new HoldfastError('invalid', `${path}: expected an index from 0 to ${length}, got ${JSON.stringify(segment)}`, { path })
}
