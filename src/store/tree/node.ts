import {
  fromTagged,
  HoldfastError,
  type Json,
  type Path,
  readVarint,
  toTagged,
  varintLength,
  writeVarint,
} from '../../core/index.ts'

/**
 * What one entry holds, as plain bytes: a flag byte, the order among its siblings (varint, only for children of objects
 * and maps), then JSON text in UTF-8.
 *
 * A *leaf* holds a whole value. A *branch* holds only what kind of container it is; its children are entries of their own,
 * one level down, so that changing one child of a large container costs what that child costs.
 */
export type Node = Leaf | Branch

export interface Leaf {
  readonly type: 'leaf'
  readonly order: number | undefined
  readonly value: unknown
}

export interface Branch {
  readonly type: 'branch'
  readonly order: number | undefined
  readonly of: Container
}

/** `array`: positions run from `first`, so that the front can grow and shrink without moving what follows. */
export type Container =
  | { readonly kind: 'object' }
  | { readonly kind: 'map' }
  | { readonly kind: 'array'; readonly first: number; readonly length: number }

const RICH = 1
const BRANCH = 2
const ORDERED = 4

const decoder = new TextDecoder('utf-8', { fatal: true })

/** @throws invalid when the value cannot be stored exactly; `path` says where it is. */
export function encodeLeaf(value: unknown, order?: number, path?: Path): Uint8Array {
  const { json, rich } = toTagged(value, path)
  return assemble(rich ? RICH : 0, order, json)
}

export function encodeBranch(of: Container, order?: number): Uint8Array {
  const json: Json = of.kind === 'array' ? [of.kind, of.first, of.length] : [of.kind]
  return assemble(BRANCH, order, json)
}

/** @throws corrupt when the bytes are not a node. */
export function decodeNode(bytes: Uint8Array): Node {
  const flags = bytes[0] ?? 255
  const order = (flags & ORDERED) === 0 ? undefined : readVarint(bytes, 1)
  const json = parse(bytes.subarray(order === undefined ? 1 : order.end), flags)
  if ((flags & BRANCH) !== 0) return { type: 'branch', order: order?.value, of: toContainer(json) }
  return { type: 'leaf', order: order?.value, value: (flags & RICH) !== 0 ? revive(json) : json }
}

/** The bytes with another order, without decoding the value. */
export function withOrder(bytes: Uint8Array, order: number | undefined): Uint8Array {
  const body = bytes.subarray(bodyStart(bytes))
  const length = order === undefined ? 0 : varintLength(order)
  const out = Buffer.allocUnsafe(1 + length + body.length)
  out[0] = ((bytes[0] ?? 0) & ~ORDERED) | (order === undefined ? 0 : ORDERED)
  if (order !== undefined) writeVarint(out, 1, order)
  out.set(body, 1 + length)
  return out
}

/** The order a node has among its siblings; undefined for children of arrays. */
export function orderOf(bytes: Uint8Array): number | undefined {
  return ((bytes[0] ?? 0) & ORDERED) === 0 ? undefined : readVarint(bytes, 1)?.value
}

/** True when a node is a container whose children are entries of their own. */
export function isBranch(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & BRANCH) !== 0
}

function bodyStart(bytes: Uint8Array): number {
  return ((bytes[0] ?? 0) & ORDERED) === 0 ? 1 : (readVarint(bytes, 1)?.end ?? 1)
}

function assemble(flags: number, order: number | undefined, json: Json): Uint8Array {
  const text = JSON.stringify(json)
  const start = order === undefined ? 1 : 1 + varintLength(order)
  const bytes = Buffer.allocUnsafe(start + Buffer.byteLength(text))
  bytes[0] = order === undefined ? flags : flags | ORDERED
  if (order !== undefined) writeVarint(bytes, 1, order)
  bytes.write(text, start, 'utf8')
  return bytes
}

function parse(bytes: Uint8Array, flags: number): Json {
  if (flags > 7) throw corrupt('its flags are unknown')
  try {
    return JSON.parse(decoder.decode(bytes)) as Json
  } catch (cause) {
    throw corrupt('it is not JSON text', cause)
  }
}

function revive(json: Json): unknown {
  try {
    return fromTagged(json)
  } catch (cause) {
    throw corrupt('it holds an unknown kind of value', cause)
  }
}

function toContainer(json: Json): Container {
  const [kind, first, length] = Array.isArray(json) ? (json as Json[]) : []
  if (kind === 'object' || kind === 'map') return { kind }
  if (kind === 'array' && typeof first === 'number' && typeof length === 'number') return { kind, first, length }
  throw corrupt('its container is unknown')
}

function corrupt(why: string, cause?: unknown): HoldfastError<'corrupt'> {
  return new HoldfastError(
    'corrupt',
    `A stored value cannot be read: ${why}. Run \`holdfast doctor\` on the store`,
    {},
    { cause },
  )
}
