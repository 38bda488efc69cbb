import type { Engine, Transfer } from '../store/index.ts'

/** The engine with something happening before every call of its transfer; `happens` is told the name of the call, and may throw. */
export function disturbed(engine: Engine, happens: (call: keyof Transfer) => Promise<void> | void): Engine {
  const transfer = engine.transfer
  if (transfer === undefined) return engine
  const watched = new Proxy(transfer, {
    get(target, name: keyof Transfer) {
      const own = target[name]
      if (typeof own !== 'function') return own
      return async (...args: unknown[]) => {
        await happens(name)
        return (own as (...all: unknown[]) => unknown).apply(target, args)
      }
    },
  })
  return new Proxy(engine, { get: (target, name: keyof Engine) => (name === 'transfer' ? watched : target[name]) })
}
