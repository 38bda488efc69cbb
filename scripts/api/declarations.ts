import { posix } from 'node:path'
import { readSource, type Source } from '../source.ts'

/** A name somewhere: in which declaration file, and what it is called there. */
export interface Binding {
  readonly path: string
  readonly name: string
}

/** One emitted .d.ts file, taken apart into its top-level statements. */
export interface Declarations {
  readonly path: string
  /** The statements that declare a name; overloads and merged declarations are several. Comments and private members are left out. */
  readonly statements: ReadonlyMap<string, readonly string[]>
  /** What the file takes from others, by local name; `*` as the foreign name is a whole module. */
  readonly imports: ReadonlyMap<string, Binding>
  /** What the file offers, by outer name. */
  readonly exports: ReadonlyMap<string, Binding>
  /** The files it re-exports as a whole. */
  readonly stars: readonly string[]
}

/** Reads what the compiler emitted; its output is regular enough for patterns. */
export function readDeclarations(path: string, text: string): Declarations {
  const statements = new Map<string, string[]>()
  const imports = new Map<string, Binding>()
  const exports = new Map<string, Binding>()
  const stars: string[] = []
  for (const statement of statementsOf(readSource(path, text))) {
    const link = /^(import|export)\s+(?:type\s+)?(.*?)\s+from\s+['"]([^'"]+)['"]/s.exec(statement)
    const list = /^export\s*(?:type\s*)?\{(.*)\}\s*;?$/s.exec(statement)
    if (link) {
      const [, verb, clause = '', specifier = ''] = link
      const target = resolve(path, specifier)
      if (verb === 'export' && clause === '*') stars.push(target)
      else
        for (const [local, foreign] of namesOf(clause))
          (verb === 'import' ? imports : exports).set(local, { path: target, name: foreign })
    } else if (list) {
      for (const [outer, inner] of namesOf(`{${list[1]}}`)) exports.set(outer, { path, name: inner })
    } else {
      const name = /(?:function\s*\*?|class|interface|type|const|let|var|enum|namespace)\s+([\w$]+)/.exec(statement)?.[1]
      if (!name) continue
      statements.set(name, [...(statements.get(name) ?? []), withoutPrivates(statement)])
      if (statement.startsWith('export ')) exports.set(name, { path, name })
    }
  }
  return { path, statements, imports, exports, stars }
}

/** `./x.ts`, `./x.js` and a bare package, as the key its declarations are kept under. */
export function resolve(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier
  return posix.join(posix.dirname(from), specifier).replace(/\.(?:d\.)?[cm]?[jt]s$/, '.d.ts')
}

/** The clause of an import or export as (local or outer name, name in the other file): of `A as B` that is (B, A) for both. */
function namesOf(clause: string): [string, string][] {
  const whole = /^\*\s+as\s+([\w$]+)$/.exec(clause)?.[1]
  if (whole) return [[whole, '*']]
  const [, single, list = ''] = /^([\w$]*),?\s*(?:\{(.*)\})?$/s.exec(clause) ?? []
  const names: [string, string][] = single ? [[single, 'default']] : []
  for (const item of list.split(',')) {
    const [first, second] = item
      .trim()
      .replace(/^type\s+/, '')
      .split(/\s+as\s+/)
    if (first) names.push([second ?? first, first])
  }
  return names
}

function statementsOf(source: Source): string[] {
  const text = withoutComments(source)
  const starts = [
    ...text.matchAll(/^(?=(?:export|import|declare|type|interface|abstract|const|let|var|function|class|enum|namespace)\b)/gm),
  ]
  return starts.map((match, at) =>
    text
      .slice(match.index, starts[at + 1]?.index)
      .replace(/\n\s*\n/g, '\n')
      .trim(),
  )
}

function withoutComments({ text, comments }: Source): string {
  let kept = ''
  let from = 0
  for (const { start, end } of comments) {
    kept += text.slice(from, start)
    from = end
  }
  return (kept + text.slice(from)).replace(/[ \t]+$/gm, '')
}

function withoutPrivates(statement: string): string {
  return statement.replace(/^\s+(?:#private|private\s.*);\n/gm, '')
}
