import { type Binding, type Declarations, resolve } from './declarations.ts'

/** The files of one emission, by path. */
export type Emission = ReadonlyMap<string, Declarations>

/** What one entry point shows: its names in order, then the declarations behind them that it does not offer by name. */
export interface Surface {
  readonly exported: ReadonlyMap<string, Binding>
  readonly hidden: readonly Binding[]
}

/** Follows an entry point to every declaration a user of it can meet. */
export function surfaceOf(files: Emission, entry: string): Surface {
  const exported = new Map([...exportsOf(files, entry, new Set())].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const seen = new Set([...exported.values()].map(keyOf))
  const hidden: Binding[] = []
  const queue = [...exported.values()]
  for (const binding of queue) {
    for (const next of references(files, binding)) {
      if (seen.has(keyOf(next))) continue
      seen.add(keyOf(next))
      hidden.push(next)
      queue.push(next)
    }
  }
  return { exported, hidden: hidden.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) }
}

/**
 * Writes a surface down. Declarations that an earlier surface has shown are only referred to, so that one change shows once;
 * `known` is added to.
 */
export function render(files: Emission, subpath: string, surface: Surface, known: Map<string, string>): string {
  const lines: string[] = []
  for (const [outer, binding] of surface.exported) {
    const from = known.get(keyOf(binding))
    const alias = outer === binding.name ? '' : ` as ${outer}`
    if (from) lines.push(`export { ${binding.name}${alias} } // ${from}`)
    else lines.push(...(alias ? [`export { ${binding.name}${alias} }`] : []), declarationOf(files, binding))
  }
  const hidden = surface.hidden.filter((binding) => !known.has(keyOf(binding)))
  if (hidden.length > 0) lines.push('// reachable, but not exported by name')
  for (const binding of hidden) lines.push(declarationOf(files, binding).replace(/^export /gm, ''))
  for (const binding of [...surface.exported.values(), ...hidden]) {
    if (!known.has(keyOf(binding))) known.set(keyOf(binding), subpath)
  }
  return `${lines.join('\n\n')}\n`
}

function exportsOf(files: Emission, path: string, seen: Set<string>): Map<string, Binding> {
  const file = files.get(path)
  if (!file || seen.has(path)) return new Map()
  seen.add(path)
  const found = new Map<string, Binding>()
  for (const star of file.stars) for (const [name, binding] of exportsOf(files, star, seen)) found.set(name, binding)
  for (const [name, binding] of file.exports) found.set(name, origin(files, binding))
  return found
}

/** Where a name is declared, through imports and re-exports. */
function origin(files: Emission, binding: Binding, depth = 0): Binding {
  const file = files.get(binding.path)
  if (!file || file.statements.has(binding.name) || depth > 20) return binding
  const next = file.exports.get(binding.name) ?? file.imports.get(binding.name)
  if (next && keyOf(next) !== keyOf(binding)) return origin(files, next, depth + 1)
  const star = file.stars
    .map((path) => origin(files, { path, name: binding.name }, depth + 1))
    .find((each) => isDeclared(files, each))
  return star ?? file.imports.get(binding.name) ?? binding
}

function isDeclared(files: Emission, { path, name }: Binding): boolean {
  return files.get(path)?.statements.has(name) ?? false
}

function references(files: Emission, binding: Binding): Binding[] {
  const file = files.get(binding.path)
  const text = file?.statements.get(binding.name)?.join('\n')
  if (!file || !text) return []
  const inline = [...text.matchAll(/import\(["']([^"']+)["']\)\.([\w$]+)/g)].map(([, specifier = '', name = '']) => {
    return origin(files, { path: resolve(file.path, specifier), name })
  })
  const words = new Set(text.match(/(?<![.\w$])[A-Za-z_$][\w$]*/g))
  const named = [...words].filter((word) => word !== binding.name && (file.statements.has(word) || file.imports.has(word)))
  return [...inline, ...named.map((name) => origin(files, { path: file.path, name }))].filter((each) => isDeclared(files, each))
}

function declarationOf(files: Emission, binding: Binding): string {
  const statements = files.get(binding.path)?.statements.get(binding.name)
  return statements?.join('\n') ?? `export { ${binding.name} } // from ${binding.path}`
}

function keyOf({ path, name }: Binding): string {
  return `${path} ${name}`
}
