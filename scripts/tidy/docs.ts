import { posix } from 'node:path'
import { lineAt, type Source } from '../source.ts'
import type { Finding, Tree } from './tree.ts'

/** Every name that a public entry point offers says what it is, in a doc comment where it is declared. */
export function docs(tree: Tree, entries: readonly string[]): Finding[] {
  const findings = new Map<string, Finding>()
  const visit = (source: Source, only: string | undefined, seen: ReadonlySet<string>) => {
    const key = `${source.path} ${only ?? '*'}`
    if (seen.has(key)) return
    const trail = new Set([...seen, key])
    for (const each of reexportsOf(source)) {
      const target = tree.sources.get(each.target)
      if (target && (each.all || only === undefined || each.names.has(only))) {
        if (each.all) visit(target, only, trail)
        else for (const [outer, inner] of each.names) if (only === undefined || outer === only) visit(target, inner, trail)
      }
    }
    for (const finding of undocumented(source, only)) findings.set(`${finding.path}:${finding.line}`, finding)
  }
  for (const entry of entries) {
    const source = tree.sources.get(entry)
    if (source) visit(source, undefined, new Set())
  }
  return [...findings.values()]
}

interface Reexport {
  readonly target: string
  readonly all: boolean
  /** Outer name to the name in the target. */
  readonly names: ReadonlyMap<string, string>
}

function reexportsOf({ path, code, text }: Source): Reexport[] {
  const found: Reexport[] = []
  for (const match of code.matchAll(/\bexport\s+(?:type\s+)?(\*(?:\s*as\s+\w+)?|\{([^}]*)\})\s*from\s*['"]( *)['"]/dg)) {
    const [start, end] = match.indices?.[3] ?? [0, 0]
    const target = posix.join(posix.dirname(path), text.slice(start, end))
    found.push({ target, all: match[2] === undefined, names: parseNames(match[2] ?? '') })
  }
  return found
}

function parseNames(list: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const item of list.split(',')) {
    const [inner, outer] = item
      .trim()
      .replace(/^type\s+/, '')
      .split(/\s+as\s+/)
    if (inner) names.set(outer ?? inner, inner)
  }
  return names
}

/** The exported declarations of a file without a doc comment; of overloads the first carries it. */
function undocumented(source: Source, only: string | undefined): Finding[] {
  const declaration =
    /^(?:export\s+)(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\s*\*?|class|interface|type|const|let|enum)\s+([\w$]+)/gm
  const seen = new Set<string>()
  const findings: Finding[] = []
  for (const match of source.code.matchAll(declaration)) {
    const name = match[1] ?? ''
    if (seen.has(name) || (only !== undefined && name !== only)) continue
    seen.add(name)
    if (hasDoc(source, match.index)) continue
    const message = `public ${name} has no doc comment: say what it is, its units and its errors in /** */ above it`
    findings.push({ rule: 'docs', path: source.path, line: lineAt(source.text, match.index), message })
  }
  return findings
}

function hasDoc({ text, comments }: Source, at: number): boolean {
  const nearest = comments.findLast((comment) => comment.end <= at)
  return nearest !== undefined && text.startsWith('/**', nearest.start) && text.slice(nearest.end, at).trim() === ''
}
