import type { Path } from '../../core/index.ts'
import { childKey, isChild, isKeyName, itemKey } from './key.ts'
import { type Container, decodeNode, encodeBranch, encodeLeaf, isBranch, orderOf } from './node.ts'
import type { TreeSource, TreeWrites } from './source.ts'

/** A value whose bytes pass this is split: its children become entries of their own. */
export const SPLIT_BYTES = 16 * 1024

/** Hands out places for new children: later ones sort behind all there were. */
export type NextOrder = () => number

/**
 * Makes the entry at `key`, and those below it, hold `value`; writes only what differs from what is there.
 * `order` is the place among its siblings, kept as it is where the entry exists and `order` is undefined.
 */
export function assign(
  source: TreeSource,
  writes: TreeWrites,
  key: string,
  value: unknown,
  path: Path,
  next: NextOrder,
  order?: number,
): void {
  const old = source.read(key)
  const place = order ?? (old === undefined ? undefined : orderOf(old))
  const leaf = encodeLeaf(value, place, path)
  const container = leaf.length > SPLIT_BYTES ? containerOf(value) : undefined
  if (container === undefined) {
    if (old !== undefined && isBranch(old)) removeBelow(source, writes, key)
    if (old === undefined || !equal(old, leaf)) writes.set(key, leaf)
    return
  }
  assignContainer(source, writes, key, value as object, container, old, path, next, place)
}

/** Deletes the entry at `key` and everything below it. */
export function remove(source: TreeSource, writes: TreeWrites, key: string): void {
  const old = source.read(key)
  if (old === undefined) return
  if (isBranch(old)) removeBelow(source, writes, key)
  writes.set(key, undefined)
}

function assignContainer(
  source: TreeSource,
  writes: TreeWrites,
  key: string,
  value: object,
  container: Container,
  old: Uint8Array | undefined,
  path: Path,
  next: NextOrder,
  order: number | undefined,
): void {
  const before = old !== undefined && isBranch(old) ? decodeNode(old) : undefined
  const kept = before?.type === 'branch' && before.of.kind === container.kind ? before.of : undefined
  if (before !== undefined && kept === undefined) removeBelow(source, writes, key)
  const now = container.kind === 'array' && kept?.kind === 'array' ? { ...container, first: kept.first } : container
  const branch = encodeBranch(now, order)
  if (old === undefined || !equal(old, branch)) writes.set(key, branch)
  const base = kept === undefined ? EMPTY : source
  const wanted = now.kind === 'array' ? items(key, now.first, value as readonly unknown[]) : members(key, value)
  for (const [child, bytes] of base.below(key)) {
    if (isChild(child, key) && !wanted.has(child)) {
      if (isBranch(bytes)) removeBelow(base, writes, child)
      writes.set(child, undefined)
    }
  }
  const place = now.kind === 'array' ? () => undefined : inSequence(base, next)
  for (const [child, [name, item]] of wanted) assign(base, writes, child, item, [...path, name], next, place(child))
}

/** Children keep their places as long as these ascend; from the first that would not, all get new ones. */
function inSequence(source: TreeSource, next: NextOrder): (child: string) => number {
  let last = -1
  return (child) => {
    const bytes = source.read(child)
    const had = bytes === undefined ? undefined : orderOf(bytes)
    last = had !== undefined && had > last ? had : next()
    return last
  }
}

type Wanted = Map<string, readonly [name: string | number, value: unknown]>

function items(key: string, first: number, value: readonly unknown[]): Wanted {
  return new Map(value.map((item, i) => [itemKey(key, first + i), [i, item]]))
}

function members(key: string, value: object): Wanted {
  const entries = value instanceof Map ? [...(value as Map<string, unknown>).entries()] : Object.entries(value)
  return new Map(entries.map(([name, item]) => [childKey(key, name), [name, item]]))
}

/** Which container a large value can be split into; undefined for those that stay whole. */
function containerOf(value: unknown): Container | undefined {
  if (Array.isArray(value)) return { kind: 'array', first: 0, length: value.length }
  if (value instanceof Map) return [...value.keys()].every(isKeyName) ? { kind: 'map' } : undefined
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  return plain && Object.keys(value).every(isKeyName) ? { kind: 'object' } : undefined
}

function removeBelow(source: TreeSource, writes: TreeWrites, key: string): void {
  for (const [child] of source.below(key)) writes.set(child, undefined)
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0
}

const EMPTY: TreeSource = { read: () => undefined, below: () => [] }
