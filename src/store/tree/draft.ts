import { formatPath, HoldfastError, type Path, type Segment } from '../../core/index.ts'
import { ROOT } from './assemble.ts'
import { assign, type NextOrder, remove } from './assign.ts'
import type { BranchView } from './branch-view.ts'
import { arrayProxy } from './draft-array.ts'
import { mapProxy } from './draft-map.ts'
import { objectProxy } from './draft-object.ts'
import { childKey, isChild, isKeyName, itemKey, nameOf } from './key.ts'
import { type Branch, type Container, decodeNode, encodeBranch, orderOf } from './node.ts'
import type { TreeSource, TreeWrites } from './source.ts'

/**
 * A draft is a value that may be changed in place. Leaves are handed out as fresh copies; when the draft is finished,
 * those that were touched are encoded again, and written if they differ. So every kind of value can be changed in
 * every way, Maps, Sets and Dates included, and nothing needs to be recorded. Branches are proxies: they hand out their
 * children one by one.
 */
export interface Draft {
  readonly value: object
  /** Names of the root's children that were looked at or changed. */
  touched(): string[]
  /** Ends the draft and collects what changed. */
  finish(): TreeWrites
}

/** A draft over the tree that a source holds; `next` places new children behind all there were. */
export function createDraft(source: TreeSource, next: NextOrder): Draft {
  const root = new DraftBranch(
    { source, next, open: true },
    ROOT,
    { type: 'branch', order: undefined, of: { kind: 'object' } },
    [],
  )
  return {
    value: root.value,
    touched: () => root.touched(),
    finish() {
      const writes: TreeWrites = new Map()
      root.finish(writes)
      root.shared.open = false
      return writes
    },
  }
}

/** What all branches of one draft share. */
interface DraftScope {
  readonly source: TreeSource
  readonly next: NextOrder
  open: boolean
}

/** A child as the draft has it now. */
interface Slot {
  value: unknown
  /** Present while the slot still holds the branch that is stored under its own key. */
  readonly branch?: DraftBranch
}

const GONE: unique symbol = Symbol('deleted')

/** One container of a draft. The proxies over it know how their kind behaves; this knows its children and their entries. */
class DraftBranch implements BranchView {
  readonly shared: DraftScope
  readonly value: object
  readonly #key: string
  readonly #order: number | undefined
  readonly #stored: Container
  readonly #path: Path
  /** By name, or by position for arrays. Insertion order is the order of new children. */
  readonly #slots = new Map<Segment, Slot | typeof GONE>()
  /** Children deleted and put back: they count as new and move to the end, as in any object. */
  readonly #renewed = new Set<Segment>()
  first: number
  length: number

  constructor(shared: DraftScope, key: string, node: Branch, path: Path) {
    this.shared = shared
    this.#key = key
    this.#order = node.order
    this.#stored = node.of
    this.#path = path
    this.first = node.of.kind === 'array' ? node.of.first : 0
    this.length = node.of.kind === 'array' ? node.of.length : 0
    this.value = node.of.kind === 'array' ? arrayProxy(this) : node.of.kind === 'map' ? mapProxy(this) : objectProxy(this)
  }

  get(name: Segment): unknown {
    const slot = this.#slot(name)
    return slot === undefined ? undefined : slot.value
  }

  has(name: Segment): boolean {
    return this.#slot(name) !== undefined
  }

  set(name: Segment, value: unknown): void {
    this.#check()
    const slot = this.#slots.get(name)
    if (slot === GONE && this.#slots.delete(name)) this.#renewed.add(name)
    if (slot === undefined || slot === GONE || !Object.is(slot.value, value)) this.#slots.set(name, { value })
  }

  delete(name: Segment): boolean {
    const had = this.has(name)
    if (had) this.#slots.set(name, GONE)
    return had
  }

  names(): string[] {
    this.#check()
    const stored = [...this.shared.source.below(this.#key)].filter(([key]) => isChild(key, this.#key))
    stored.sort(([, a], [, b]) => (orderOf(a) ?? 0) - (orderOf(b) ?? 0))
    const names = stored.map(([key]) => nameOf(key)).filter((name) => !this.#isNewOrGone(name))
    const known = new Set(names)
    for (const [name, slot] of this.#slots) if (slot !== GONE && !known.has(String(name))) names.push(String(name))
    return names
  }

  touched(): string[] {
    return [...this.#slots.keys()].map(String)
  }

  finish(writes: TreeWrites): void {
    const { source } = this.shared
    if (this.#stored.kind === 'array') this.#finishArray(writes, this.#stored)
    for (const [name, slot] of this.#slots) {
      const key = this.#childKey(name)
      if (slot === GONE) remove(source, writes, key)
      else if (slot.branch !== undefined) slot.branch.finish(writes)
      else this.#finishLeaf(writes, key, name, slot.value)
    }
  }

  #finishArray(writes: TreeWrites, stored: Container & { kind: 'array' }): void {
    const { first, length } = this
    const isOutside = (at: Segment): boolean => (at as number) < first || (at as number) >= first + length
    // Items pushed and popped again were never stored, but have left a slot.
    for (const at of this.#slots.keys()) if (isOutside(at)) this.#slots.set(at, GONE)
    if (first === stored.first && length === stored.length) return
    writes.set(this.#key, encodeBranch({ kind: 'array', first, length }, this.#order))
    for (let at = stored.first; at < stored.first + stored.length; at++) if (isOutside(at)) this.#slots.set(at, GONE)
  }

  #finishLeaf(writes: TreeWrites, key: string, name: Segment, value: unknown): void {
    const { source, next } = this.shared
    const isNew = this.#stored.kind !== 'array' && this.#isNew(name)
    assign(source, writes, key, value, this.#pathOf(name), next, isNew ? next() : undefined)
  }

  #pathOf(name: Segment): Path {
    return [...this.#path, typeof name === 'number' ? name - this.first : name]
  }

  #isNew(name: Segment): boolean {
    return this.#renewed.has(name) || this.shared.source.read(this.#childKey(name)) === undefined
  }

  #isNewOrGone(name: Segment): boolean {
    return this.#renewed.has(name) || this.#slots.get(name) === GONE
  }

  #slot(name: Segment): Slot | undefined {
    this.#check()
    const known = this.#slots.get(name)
    if (known !== undefined) return known === GONE ? undefined : known
    if (typeof name === 'string' && !isKeyName(name)) return undefined
    const key = this.#childKey(name)
    const bytes = this.shared.source.read(key)
    if (bytes === undefined) return undefined
    const slot = this.#open(key, name, bytes)
    this.#slots.set(name, slot)
    return slot
  }

  #open(key: string, name: Segment, bytes: Uint8Array): Slot {
    const node = decodeNode(bytes)
    if (node.type === 'leaf') return { value: node.value }
    const branch = new DraftBranch(this.shared, key, node, this.#pathOf(name))
    return { value: branch.value, branch }
  }

  #childKey(name: Segment): string {
    return this.#stored.kind === 'array' ? itemKey(this.#key, name as number) : childKey(this.#key, String(name))
  }

  #check(): void {
    if (this.shared.open) return
    const path = formatPath(this.#path)
    throw new HoldfastError(
      'invalid',
      `The draft of ${path || 'the state'} was used after its update ended; copy what you need inside it`,
      { path },
    )
  }
}
