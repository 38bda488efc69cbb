import { HoldfastError, type Path, parsePath } from '../core/index.ts'

/** Whose variable it is: this session's, its user's (all of that user's sessions share it), everybody's, or this process's for now. */
export type Scope = 'session' | 'user' | 'app' | 'temp'

const PREFIX = /^(user|app|temp):/

export interface ScopedPath {
  readonly scope: Scope
  readonly path: Path
}

/** Reads `user:lang`, `app:limits.max`, `temp:draft`, `cart.items[0]`. @throws invalid */
export function parseScoped(text: string): ScopedPath {
  const prefix = PREFIX.exec(text)
  if (prefix === null) return { scope: 'session', path: parsePath(text) }
  const path = parsePath(text.slice(prefix[0].length))
  if (path.length === 0)
    throw new HoldfastError('invalid', `Expected a name behind ${prefix[0]}, got ${JSON.stringify(text)}`, { path: text })
  return { scope: prefix[1] as Scope, path }
}

/** Splits the name of a variable into its scope and its name there. */
export function scopeOfName(name: string): { readonly scope: Scope; readonly name: string } {
  const prefix = PREFIX.exec(name)
  return prefix === null ? { scope: 'session', name } : { scope: prefix[1] as Scope, name: name.slice(prefix[0].length) }
}
