import type { Json } from '../api/json.ts'
import type { Segment } from './path.ts'

export type Kind =
  | 'object'
  | 'array'
  | 'map'
  | 'set'
  | 'string'
  | 'number'
  | 'boolean'
  | 'null'
  | 'date'
  | 'bigint'
  | 'url'
  | 'regexp'
  | 'bytes'
  | 'undefined'
  | 'secret'

export interface Child {
  readonly name: Segment
  readonly value: Json
}

/** A value as a reader should see it: tagged forms are named by what they stand for. */
export interface Shape {
  readonly kind: Kind
  /** The text of a value without children. */
  readonly text: string
  /** Undefined for values that cannot have any. */
  readonly children?: readonly Child[]
}

/** What the server puts in the place of a secret. */
export const MASK = '[secret]'

const tagged: Readonly<Record<string, Kind>> = {
  $date: 'date',
  $bigint: 'bigint',
  $number: 'number',
  $undefined: 'undefined',
  $url: 'url',
  $regexp: 'regexp',
  $bytes: 'bytes',
}

export function shapeOf(value: Json): Shape {
  if (value === null) return { kind: 'null', text: 'null' }
  if (typeof value === 'string') return textShape(value)
  if (typeof value === 'number') return { kind: 'number', text: String(value) }
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value) }
  if (isList(value)) return { kind: 'array', text: '', children: value.map((item, name) => ({ name, value: item })) }
  return tagShape(value) ?? objectShape(value)
}

export function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function textShape(value: string): Shape {
  return value === MASK ? { kind: 'secret', text: '••••••' } : { kind: 'string', text: JSON.stringify(value) }
}

function objectShape(value: Readonly<Record<string, Json>>): Shape {
  return { kind: 'object', text: '', children: Object.keys(value).map((name) => ({ name, value: value[name] ?? null })) }
}

function tagShape(value: Readonly<Record<string, Json>>): Shape | undefined {
  const [tag, ...more] = Object.keys(value)
  if (tag === undefined || more.length > 0 || !tag.startsWith('$')) return undefined
  const held = value[tag] ?? null
  if ((tag === '$plain' || tag === '$bare') && typeof held === 'object' && held !== null && !isList(held))
    return objectShape(held)
  if (tag === '$set' && isList(held))
    return { kind: 'set', text: '', children: held.map((item, name) => ({ name, value: item })) }
  if (tag === '$map' && isList(held)) return { kind: 'map', text: '', children: held.map(mapChild) }
  const kind = tagged[tag]
  return kind && { kind, text: tagText(kind, held) }
}

function mapChild(pair: Json): Child {
  const [key = null, value = null] = isList(pair) ? pair : []
  return { name: typeof key === 'string' ? key : JSON.stringify(key), value }
}

function tagText(kind: Kind, held: Json): string {
  if (kind === 'undefined') return 'undefined'
  if (kind === 'bigint') return `${String(held)}n`
  if (kind === 'date') return held === null ? 'invalid date' : String(held)
  if (kind === 'regexp' && isList(held)) return `/${String(held[0])}/${String(held[1])}`
  if (kind === 'bytes') return `${Math.floor((String(held).replace(/=+$/, '').length * 3) / 4)} bytes`
  return String(held)
}
