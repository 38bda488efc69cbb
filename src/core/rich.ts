import { HoldfastError } from './errors.ts'
import type { Json } from './json.ts'
import { formatPath, type Path, type Segment } from './path.ts'

/**
 * Values richer than JSON, written as JSON with tags. A tagged value is an object whose only key starts with `$`:
 *
 * | value | form |
 * |---|---|
 * | Date | `{"$date": "2026-01-01T00:00:00.000Z"}`, `{"$date": null}` when invalid |
 * | BigInt | `{"$bigint": "123"}` |
 * | NaN, Infinity, -Infinity, -0 | `{"$number": "NaN"}` and so on |
 * | undefined | `{"$undefined": true}` |
 * | Map, Set | `{"$map": [[key, value], ...]}`, `{"$set": [...]}` in insertion order |
 * | URL | `{"$url": "https://example.com/"}` |
 * | RegExp | `{"$regexp": [source, flags, lastIndex]}` |
 * | Uint8Array | `{"$bytes": "base64"}` |
 * | object without prototype | `{"$bare": {...}}` |
 * | plain object that would look like a tag | `{"$plain": {...}}` |
 *
 * Everything else (functions, symbols, class instances, arrays with holes or names, hidden properties, cycles) is refused with its
 * path. Values are trees: an object reached twice is stored twice. A getter is read, and its value stored. Only properties added to a
 * Uint8Array are left out unseen: to look for them would cost many times what storing the bytes does.
 */
export interface Tagged {
  /** The JSON form; the very same reference as the input where nothing needed a tag. */
  readonly json: Json
  /** False when `json` is the value itself, so that reading it back needs no second pass. */
  readonly rich: boolean
}

/** Nesting beyond this is refused: it is a cycle or an attack. */
export const MAX_DEPTH = 128

/**
 * The tagged JSON form of a value.
 * @throws invalid when something in it cannot be stored exactly; `details.path` says where.
 */
export function toTagged(value: unknown, at: Path = []): Tagged {
  const json = tag(value, [...at], at.length + MAX_DEPTH)
  return { json, rich: json !== value }
}

/**
 * The value a tagged form stands for.
 * @throws invalid when a tag is unknown or malformed.
 */
export function fromTagged(json: Json): unknown {
  if (json === null || typeof json !== 'object') return json
  if (isArray(json)) return json.map(fromTagged)
  const keys = Object.keys(json)
  const only = keys.length === 1 ? keys[0] : undefined
  if (only?.startsWith('$')) return revive(only, json[only] as Json)
  return mapObject(json, {}, fromTagged)
}

/** A deep copy that shares nothing with its source, for values `toTagged` accepts. */
export function copyRich<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  const { json, rich } = toTagged(value)
  return (rich ? fromTagged(json) : copyJson(json)) as T
}

/** Freezes a value all the way down; false when it holds something that freezing does not protect (Map, Set, Date, ...). */
export function deepFreeze(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return true
  const prototype = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== Array.prototype && prototype !== null) return false
  let whole = true
  for (const key of Object.keys(value)) whole = deepFreeze((value as Record<string, unknown>)[key]) && whole
  Object.freeze(value)
  return whole
}

/** The canonical text of a value: tagged form, object keys sorted by code unit. Equal values have equal texts. */
export function canonical(value: unknown): string {
  return JSON.stringify(sorted(toTagged(value).json))
}

function sorted(json: Json): Json {
  if (json === null || typeof json !== 'object') return json
  if (isArray(json)) return json.map(sorted)
  const out: Record<string, Json> = {}
  for (const key of Object.keys(json).sort()) put(out, key, sorted(json[key] as Json))
  return out
}

function tag(value: unknown, path: Segment[], deepest: number): Json {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { $bigint: String(value) }
    case 'undefined':
      return { $undefined: true }
    case 'object':
      return value === null ? null : tagObject(value, path, deepest)
    default:
      throw refuse(path, `a ${typeof value}`)
  }
}

function tagObject(value: object, path: Segment[], deepest: number): Json {
  if (path.length >= deepest) {
    throw new HoldfastError(
      'invalid',
      `${formatPath(path.slice(0, 8))}... is nested deeper than ${MAX_DEPTH} levels or contains itself`,
      {
        path: formatPath(path.slice(0, 8)),
      },
    )
  }
  const prototype = Object.getPrototypeOf(value)
  if (Array.isArray(value)) return prototype === Array.prototype ? tagList(value, path, deepest) : failClass(value, path)
  if (prototype === Object.prototype) return tagPlain(value as Record<string, unknown>, path, deepest)
  if (prototype === null) return { $bare: tagEntries(value as Record<string, unknown>, path, deepest) }
  const builtIn = tagBuiltIn(value, prototype, path, deepest)
  if (builtIn === undefined) return failClass(value, path)
  // The names of bytes are their places; a RegExp has its lastIndex.
  const names = prototype === Uint8Array.prototype ? 0 : Object.getOwnPropertyNames(value).length
  if (names === (prototype === RegExp.prototype ? 1 : 0) && Object.getOwnPropertySymbols(value).length === 0) return builtIn
  throw refuse(path, `a ${value.constructor.name} with properties of its own`)
}

function tagBuiltIn(value: object, prototype: object, path: Segment[], deepest: number): Json | undefined {
  switch (prototype) {
    case Date.prototype:
      return { $date: Number.isNaN((value as Date).getTime()) ? null : (value as Date).toISOString() }
    case Map.prototype:
      return { $map: tagArray([...(value as Map<unknown, unknown>).entries()], path, deepest) }
    case Set.prototype:
      return { $set: tagArray([...(value as Set<unknown>).values()], path, deepest) }
    case URL.prototype:
      return { $url: (value as URL).href }
    case RegExp.prototype:
      return tagRegExp(value as RegExp, path)
    case Uint8Array.prototype:
      return { $bytes: Buffer.from(value as Uint8Array).toString('base64') }
    default:
      return undefined
  }
}

function tagList(value: readonly unknown[], path: Segment[], deepest: number): Json {
  const json = tagArray(value, path, deepest)
  const names = Object.getOwnPropertyNames(value).length - 1
  if (names > value.length || Object.getOwnPropertySymbols(value).length > 0)
    throw refuse(path, 'an array with properties beside its items')
  return json
}

function tagRegExp({ source, flags, lastIndex }: RegExp, path: Segment[]): Json {
  if (!Number.isSafeInteger(lastIndex) || Object.is(lastIndex, -0)) throw refuse(path, 'a RegExp whose lastIndex is no index')
  return { $regexp: [source, flags, lastIndex] }
}

function tagArray(value: readonly unknown[], path: Segment[], deepest: number): Json {
  let copy: Json[] | undefined
  for (let i = 0; i < value.length; i++) {
    const item = value[i]
    if (item === undefined && !(i in value)) throw refuse([...path, i], 'a hole in an array')
    if (isPlainPrimitive(item)) {
      if (copy) copy.push(item)
      continue
    }
    path.push(i)
    const tagged = tag(item, path, deepest)
    path.pop()
    if (tagged !== item && copy === undefined) copy = value.slice(0, i) as Json[]
    if (copy) copy.push(tagged)
  }
  return copy ?? (value as readonly Json[])
}

function tagPlain(value: Record<string, unknown>, path: Segment[], deepest: number): Json {
  const json = tagEntries(value, path, deepest)
  const keys = Object.keys(json)
  return keys.length === 1 && keys[0]?.startsWith('$') ? { $plain: json } : json
}

function tagEntries(value: Record<string, unknown>, path: Segment[], deepest: number): { readonly [key: string]: Json } {
  if (Object.getOwnPropertySymbols(value).length > 0) throw refuse(path, 'an object with symbol keys')
  const keys = Object.keys(value)
  if (Object.getOwnPropertyNames(value).length > keys.length) throw refuse(path, 'an object with hidden properties')
  let copy: Record<string, Json> | undefined
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string
    const item = value[key]
    if (isPlainPrimitive(item)) {
      if (copy) put(copy, key, item)
      continue
    }
    path.push(key)
    const tagged = tag(item, path, deepest)
    path.pop()
    if (tagged !== item && copy === undefined) {
      copy = {}
      for (let j = 0; j < i; j++) put(copy, keys[j] as string, value[keys[j] as string] as Json)
    }
    if (copy) put(copy, key, tagged)
  }
  return copy ?? (value as { readonly [key: string]: Json })
}

function isPlainPrimitive(value: unknown): value is string | boolean | null {
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

type Reviver = (json: Json) => unknown

const revivers: Readonly<Record<string, Reviver>> = {
  $date: (json) => (json === null ? new Date(Number.NaN) : typeof json === 'string' ? validDate(json) : undefined),
  $bigint: (json) => (typeof json === 'string' && /^-?\d+$/.test(json) ? BigInt(json) : undefined),
  $number: (json) => (typeof json === 'string' ? ODD_NUMBERS.get(json) : undefined),
  $map: (json) =>
    isArray(json) && json.every(isPair) ? new Map(json.map(([k, v]) => [fromTagged(k), fromTagged(v)])) : undefined,
  $set: (json) => (isArray(json) ? new Set(json.map(fromTagged)) : undefined),
  $url: (json) => (typeof json === 'string' && URL.canParse(json) ? new URL(json) : undefined),
  $regexp: reviveRegExp,
  $bytes: (json) => (typeof json === 'string' ? new Uint8Array(Buffer.from(json, 'base64')) : undefined),
  $bare: (json) => (isObject(json) ? mapObject(json, Object.create(null), fromTagged) : undefined),
  $plain: (json) => (isObject(json) ? mapObject(json, {}, fromTagged) : undefined),
}

const ODD_NUMBERS = new Map<string, number>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['-0', -0],
])

function revive(name: string, json: Json): unknown {
  if (name === '$undefined' && json === true) return undefined
  const value = Object.hasOwn(revivers, name) ? revivers[name]?.(json) : undefined
  if (value === undefined) {
    throw new HoldfastError(
      'invalid',
      `Expected a value tag such as {"$date": "..."}, got {"${name}": ...} that is unknown or malformed`,
      {
        path: name,
      },
    )
  }
  return value
}

function validDate(text: string): Date | undefined {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function reviveRegExp(json: Json): RegExp | undefined {
  if (!isArray(json)) return undefined
  const [source, flags, lastIndex] = json
  if (typeof source !== 'string' || typeof flags !== 'string' || typeof lastIndex !== 'number') return undefined
  try {
    const expression = new RegExp(source, flags)
    expression.lastIndex = lastIndex
    return expression
  } catch {
    return undefined
  }
}

function isPair(json: Json): json is readonly [Json, Json] {
  return isArray(json) && json.length === 2
}

function isArray(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}

function isObject(json: Json): json is { readonly [key: string]: Json } {
  return json !== null && typeof json === 'object' && !Array.isArray(json)
}

function copyJson(json: Json): Json {
  if (json === null || typeof json !== 'object') return json
  return isArray(json) ? json.map(copyJson) : (mapObject(json, {}, copyJson) as Json)
}

function mapObject(json: { readonly [key: string]: Json }, into: Record<string, unknown>, map: (json: Json) => unknown) {
  for (const key of Object.keys(json)) put(into, key, map(json[key] as Json))
  return into
}

/** Assignment that cannot reach a prototype. */
function put(into: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(into, key, { value, writable: true, enumerable: true, configurable: true })
  else into[key] = value
}

function failClass(value: object, path: Segment[]): never {
  const name = value.constructor?.name ?? 'unknown'
  const hint =
    name === 'Buffer' ? '; pass new Uint8Array(buffer)' : '; store a plain object and rebuild the instance when reading'
  throw refuse(path, `an instance of ${name}`, hint)
}

function refuse(path: readonly Segment[], what: string, hint = ''): HoldfastError<'invalid'> {
  const where = formatPath(path) || 'the value'
  return new HoldfastError('invalid', `${where} is ${what}, which cannot be stored exactly${hint}`, { path: formatPath(path) })
}
