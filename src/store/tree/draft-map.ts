import { HoldfastError } from '../../core/index.ts'
import type { BranchView } from './branch-view.ts'

/** A Map with string keys over a branch: an ordinary Map to `instanceof`, with every method answered by the branch. */
export function mapProxy(branch: BranchView): Map<string, unknown> {
  const entries = function* (): Generator<[string, unknown]> {
    for (const name of branch.names()) yield [name, branch.get(name)]
  }
  const proxy: Map<string, unknown> = new Proxy(new Map<string, unknown>(), {
    get: (target, name) =>
      Object.hasOwn(methods, name)
        ? methods[name as keyof typeof methods]
        : name === 'size'
          ? branch.names().length
          : Reflect.get(target, name),
  })
  const methods = {
    get: (name: unknown) => (typeof name === 'string' ? branch.get(name) : undefined),
    has: (name: unknown) => typeof name === 'string' && branch.has(name),
    set(name: unknown, value: unknown) {
      if (typeof name !== 'string') throw notText(name)
      branch.set(name, value)
      return proxy
    },
    delete: (name: unknown) => typeof name === 'string' && branch.delete(name),
    clear() {
      for (const name of branch.names()) branch.delete(name)
    },
    forEach(callback: (value: unknown, name: string, map: Map<string, unknown>) => void) {
      for (const [name, value] of entries()) callback(value, name, proxy)
    },
    keys: () => branch.names().values(),
    *values() {
      for (const [, value] of entries()) yield value
    },
    entries,
    [Symbol.iterator]: entries,
  }
  return proxy
}

/** A Map that has been split has an entry for each key, and entries are named by text. */
function notText(name: unknown): HoldfastError<'invalid'> {
  const message = `A Map as large as this one can only have strings as new keys, got ${typeof name}; replace the whole Map to use others`
  return new HoldfastError('invalid', message, {})
}
