import { HoldfastError } from '../../core/index.ts'
import type { BranchView } from './branch-view.ts'
import { indexOf } from './key.ts'

/** No array grows by more items at once: no commit could hold them. */
const MOST_NEW = 100_000

/** An array over a branch. `shift` and `unshift` move the front instead of every item. */
export function arrayProxy(branch: BranchView): unknown[] {
  const proxy: unknown[] = new Proxy<unknown[]>([], {
    get(target, name, receiver) {
      if (name === 'length') return branch.length
      if (name === 'shift') return () => shift(branch)
      if (name === 'unshift') return (...items: unknown[]) => unshift(branch, proxy, items)
      const index = indexOf(name)
      if (index === undefined) return Reflect.get(target, name, receiver)
      return index < branch.length ? branch.get(branch.first + index) : undefined
    },
    has: (target, name) => inRange(branch, name) || Reflect.has(target, name),
    set: (_, name, value) => write(branch, name, value),
    defineProperty: (_, name, descriptor) => 'value' in descriptor && write(branch, name, descriptor.value),
    deleteProperty(_, name) {
      const index = indexOf(name)
      // An array with a hole cannot be stored; `pop` lowers the length next.
      if (index !== undefined && index < branch.length) branch.set(branch.first + index, undefined)
      return true
    },
    ownKeys: () => [...Array.from({ length: branch.length }, (_, i) => String(i)), 'length'],
    getOwnPropertyDescriptor(_, name) {
      if (name === 'length') return { value: branch.length, writable: true, enumerable: false, configurable: false }
      if (!inRange(branch, name)) return undefined
      return { value: branch.get(branch.first + Number(name)), writable: true, enumerable: true, configurable: true }
    },
  })
  return proxy
}

function write(branch: BranchView, name: string | symbol, value: unknown): boolean {
  if (name === 'length') return resize(branch, Number(value))
  const index = indexOf(name)
  if (index === undefined) return false
  if (index > branch.length) resize(branch, index)
  branch.set(branch.first + index, value)
  branch.length = Math.max(branch.length, index + 1)
  return true
}

/** New items are `undefined`: an array with holes cannot be stored. */
function resize(branch: BranchView, length: number): boolean {
  if (!Number.isInteger(length) || length < 0)
    throw new HoldfastError('invalid', `Expected the length of an array to be a whole number, got ${length}`, {})
  const actual = length - branch.length
  if (actual > MOST_NEW) {
    const message = `An array may grow by ${MOST_NEW} items at once, this one would by ${actual}; add them in several commits`
    throw new HoldfastError('too_large', message, { limit: MOST_NEW, actual, unit: 'items' })
  }
  for (let at = branch.length; at < length; at++) branch.set(branch.first + at, undefined)
  branch.length = length
  return true
}

function shift(branch: BranchView): unknown {
  if (branch.length === 0) return undefined
  const item = branch.get(branch.first)
  branch.first++
  branch.length--
  return item
}

function unshift(branch: BranchView, proxy: unknown[], items: unknown[]): number {
  if (items.length > branch.first) {
    Array.prototype.unshift.apply(proxy, items)
    return branch.length
  }
  branch.first -= items.length
  branch.length += items.length
  for (const [i, item] of items.entries()) branch.set(branch.first + i, item)
  return branch.length
}

function inRange(branch: BranchView, name: string | symbol): boolean {
  const index = indexOf(name)
  return index !== undefined && index < branch.length
}
