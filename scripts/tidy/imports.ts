import { posix } from 'node:path'
import { lineAt, type Source } from '../source.ts'
import type { Tree } from './tree.ts'

/** One import or re-export of a file. */
export interface Import {
  readonly line: number
  /** As written. */
  readonly specifier: string
  /** The file it names, for a relative specifier. */
  readonly target: string | undefined
}

/** Lists what a file imports: static, dynamic, types only and re-exports alike. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = []
  for (const match of source.code.matchAll(/(?<![.\w$])(?:from|import)\s*\(?\s*(['"])( *)\1/g)) {
    const start = match.index + match[0].lastIndexOf(`${match[2]}${match[1]}`)
    const specifier = source.text.slice(start, start + (match[2]?.length ?? 0))
    if (specifier === '') continue
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(source.path), specifier) : undefined
    found.push({ line: lineAt(source.text, match.index), specifier, target })
  }
  return found
}

/** The imports of every file of a tree. */
export function importGraph(tree: Tree): Map<string, Import[]> {
  return new Map([...tree.sources.values()].map((source) => [source.path, importsOf(source)]))
}
