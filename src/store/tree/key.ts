import { HoldfastError } from '../../core/index.ts'

/**
 * Keys of a tree read like JSON Pointers (RFC 6901): `/cart/items`. The children of arrays are named by a position that
 * sorts as numbers do: one letter for the number of digits, then the digits (`a7`, `b12`, `c100`).
 */
export function childKey(parent: string, name: string): string {
  return `${parent}/${escapeName(name)}`
}

/** The key of the array child at a position. */
export function itemKey(parent: string, position: number): string {
  const digits = String(position)
  return `${parent}/${String.fromCharCode(96 + digits.length)}${digits}`
}

/** The last name of a key, unescaped. */
export function nameOf(key: string): string {
  return key
    .slice(key.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}

/** The position an array child's key stands for. */
export function positionOf(key: string): number {
  return Number(key.slice(key.lastIndexOf('/') + 2))
}

const INDEX = /^(?:0|[1-9]\d{0,9})$/

/** The array index a property name stands for; undefined for other names. */
export function indexOf(name: string | symbol): number | undefined {
  return typeof name === 'string' && INDEX.test(name) ? Number(name) : undefined
}

/** True when `key` is one level below `parent`. */
export function isChild(key: string, parent: string): boolean {
  return key.startsWith(`${parent}/`) && key.indexOf('/', parent.length + 1) === -1
}

/** Names longer than this are no part of a key. */
const LONGEST_NAME = 512

/** True for names a key can be made of: what every engine keeps and compares alike. */
export function isKeyName(name: unknown): name is string {
  return typeof name === 'string' && name.length <= LONGEST_NAME && name.isWellFormed() && !name.includes('\0')
}

/** @throws invalid for names no engine could keep exactly. */
function escapeName(name: string): string {
  if (!isKeyName(name)) {
    const message = `Expected a name of well-formed text without NUL, at most ${LONGEST_NAME} characters, got ${JSON.stringify(name)}`
    throw new HoldfastError('invalid', message, { path: name })
  }
  return name.includes('~') || name.includes('/') ? name.replaceAll('~', '~0').replaceAll('/', '~1') : name
}
