import { JsonPlusSerializer, type SerializerProtocol } from '@langchain/langgraph-checkpoint'
import { formatPath, HoldfastError, type Path } from '../../core/index.ts'
import type { Awaitable } from '../../store/index.ts'

/** A value as the serializer wrote it: its JSON text, or the bytes of any other type it has. */
export type Serial = string | { readonly type: string; readonly bytes: Uint8Array }

/** Values as the serializer writes them. @throws invalid when it cannot write one; the path says which part of it */
export function dumpAll(
  serde: SerializerProtocol,
  values: readonly (readonly [value: unknown, path: Path])[],
): Awaitable<Serial[]> {
  const serials = values.map(([value, path]) => dump(serde, value, path))
  return serials.every(isSerial) ? serials : Promise.all(serials)
}

function isSerial(serial: Awaitable<Serial>): serial is Serial {
  return !(serial instanceof Promise)
}

/** @throws invalid when the serializer cannot write the value; the path says which part of it. */
function dump(serde: SerializerProtocol, value: unknown, path: Path): Awaitable<Serial> {
  return serde.constructor === JsonPlusSerializer && isPlain(value, DEEPEST) ? JSON.stringify(value) : dumpAs(serde, value, path)
}

async function dumpAs(serde: SerializerProtocol, value: unknown, path: Path): Promise<Serial> {
  try {
    const [type, bytes] = await serde.dumpsTyped(value)
    if (type !== 'json') return { type, bytes }
    const text = decoder.decode(bytes)
    if (text !== '' && text !== GAVE_UP) return text
  } catch (cause) {
    throw unwritable(culprit(value, path) ?? path, cause)
  }
  throw unwritable(culprit(value, path) ?? path, undefined)
}

/** What JsonPlusSerializer writes in place of a value that it cannot write, and says nothing. */
const GAVE_UP = '"[unable to serialize, circular reference is too complex to analyze]"'

/** Below this a cycle is more likely than a value. */
const DEEPEST = 64

/** True for values that JsonPlusSerializer marks nothing of: what JSON.stringify makes of them is what it makes of them, only sooner. */
function isPlain(value: unknown, depth: number): boolean {
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  if (value === null) return true
  if (depth === 0) return false
  if (Array.isArray(value)) return value.every((item) => isPlain(item, depth - 1)) && !value.includes(undefined)
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value || 'lg_name' in value) return false
  for (const name of Object.keys(value)) if (!isPlain((value as Record<string, unknown>)[name], depth - 1)) return false
  return true
}

/** A fresh value. */
export function load(serde: SerializerProtocol, serial: Serial): Promise<unknown> | unknown {
  if (typeof serial !== 'string') return serde.loadsTyped(serial.type, serial.bytes)
  // What JsonPlusSerializer revives it has marked. Where there is no mark, its walk over the whole value gives what JSON.parse gave.
  if (serde.constructor === JsonPlusSerializer && !serial.includes('"lc":')) return JSON.parse(serial)
  return serde.loadsTyped('json', encoder.encode(serial))
}

const decoder = new TextDecoder('utf-8', { fatal: true })
const encoder = new TextEncoder()

/** Where the first thing lies that JSON has no form for and fails on. */
function culprit(value: unknown, path: Path, seen = new Set<unknown>()): Path | undefined {
  if (typeof value === 'bigint') return path
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  const isList = Array.isArray(value) || value instanceof Map || value instanceof Set
  const parts = isList ? [...value].entries() : Object.entries(value)
  for (const [name, part] of parts) {
    const found = culprit(part, [...path, name], seen)
    if (found !== undefined) return found
  }
  return undefined
}

function unwritable(path: Path, cause: unknown): HoldfastError<'invalid'> {
  const why = cause instanceof Error ? cause.message : 'it has no JSON form'
  const at = formatPath(path)
  return new HoldfastError(
    'invalid',
    `${at} cannot be stored: ${why}; keep it as text, or give a serializer that can`,
    { path: at },
    { cause },
  )
}
