import { functionsOf } from './functions.ts'
import { type Finding, isTest, type Tree } from './tree.ts'

export const limits = { longFile: 350, file: 600, function: 70 } as const

/** No file above 600 lines; outside tests no function above 70. */
export function sizes(tree: Tree): Finding[] {
  const findings: Finding[] = []
  for (const source of tree.sources.values()) {
    const { path } = source
    const lines = lineCount(source.text)
    if (lines > limits.file) {
      const message = `${lines} lines (at most ${limits.file}): split it, one noun per file`
      findings.push({ rule: 'sizes', path, line: 1, message })
    }
    if (isTest(path)) continue
    for (const each of functionsOf(source)) {
      if (each.lines <= limits.function) continue
      const message = `function of ${each.lines} lines (at most ${limits.function}): give its parts names of their own`
      findings.push({ rule: 'sizes', path, line: each.line, message })
    }
  }
  return findings
}

/** What a reader of the sources meets: medians and 90th percentiles, and the files worth splitting next. */
export interface Measures {
  readonly files: number
  readonly fileLines: Spread
  readonly functionLines: Spread
  readonly long: readonly string[]
}

export interface Spread {
  readonly median: number
  readonly p90: number
}

/** Measures src/ without its tests. */
export function measure(tree: Tree): Measures {
  const sources = [...tree.sources.values()].filter(({ path }) => path.startsWith('src/') && !isTest(path))
  const long = [...tree.sources.values()]
    .map(({ path, text }) => ({ path, lines: lineCount(text) }))
    .filter(({ lines }) => lines > limits.longFile && lines <= limits.file)
  return {
    files: sources.length,
    fileLines: spread(sources.map(({ text }) => lineCount(text))),
    functionLines: spread(sources.flatMap((source) => functionsOf(source).map(({ lines }) => lines))),
    long: long.map(({ path, lines }) => `${path} (${lines} lines)`),
  }
}

function spread(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { median: at(0.5), p90: at(0.9) }
}

function lineCount(text: string): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
}
