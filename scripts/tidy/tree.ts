import { readSource, type Source } from '../source.ts'

/** One thing a rule found: where, what is wrong, what to do. */
export interface Finding {
  readonly rule: string
  readonly path: string
  readonly line: number
  readonly message: string
}

/** The files the rules look at, by path from the repository's root with forward slashes. */
export interface Tree {
  /** Every text file, documentation included. */
  readonly texts: ReadonlyMap<string, string>
  /** The TypeScript and JavaScript files among them. */
  readonly sources: ReadonlyMap<string, Source>
}

export function readTree(texts: ReadonlyMap<string, string>): Tree {
  const sources = new Map<string, Source>()
  for (const [path, text] of texts) if (/\.(?:ts|js|mjs)$/.test(path)) sources.set(path, readSource(path, text))
  return { texts, sources }
}

export function isTest(path: string): boolean {
  return /\.test(?:-d|ing)?\.ts$/.test(path) || path.startsWith('test/')
}
