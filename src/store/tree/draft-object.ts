import type { BranchView } from './branch-view.ts'

/** A plain object over a branch. */
export function objectProxy(branch: BranchView): Record<string, unknown> {
  return new Proxy<Record<string, unknown>>(
    {},
    {
      get: (_, name) => (typeof name !== 'string' ? undefined : branch.has(name) ? branch.get(name) : inherited(name)),
      has: (_, name) => typeof name === 'string' && (branch.has(name) || name in Object.prototype),
      set(_, name, value) {
        if (typeof name !== 'string') return false
        branch.set(name, value)
        return true
      },
      defineProperty(_, name, descriptor) {
        if (typeof name !== 'string' || !('value' in descriptor)) return false
        branch.set(name, descriptor.value)
        return true
      },
      deleteProperty(_, name) {
        if (typeof name === 'string') branch.delete(name)
        return true
      },
      // As in any object, names that are array indexes come first.
      ownKeys: () => Object.keys(Object.fromEntries(branch.names().map((name) => [name, true]))),
      getOwnPropertyDescriptor(_, name) {
        if (typeof name !== 'string' || !branch.has(name)) return undefined
        return { value: branch.get(name), writable: true, enumerable: true, configurable: true }
      },
    },
  )
}

/** What every object has, `toString` and the like. */
function inherited(name: string): unknown {
  return name === '__proto__' ? undefined : (Object.prototype as unknown as Record<string, unknown>)[name]
}
