import { lineAt, type Source } from '../source.ts'
import { timed } from './layers.ts'
import { type Finding, isTest, type Tree } from './tree.ts'

interface Ban {
  readonly pattern: RegExp
  readonly message: string
  /** Where it holds; everywhere unless said. */
  readonly holds?: (path: string) => boolean
}

const isShipped = (path: string) => path.startsWith('src/') && !isTest(path)
const isForeign = (path: string) => /^(?:src|examples|bin)\//.test(path) && !isTest(path)
const isTimeless = (path: string) => isShipped(path) && !timed.some((prefix) => path.startsWith(prefix))

const inCode: readonly Ban[] = [
  {
    pattern: /[:<|&]\s*any\b(?!\s*[(.])|\bas\s+any\b|(?<![.\w$])any\[\]|,\s*any\s*>|=>\s*any\b/g,
    message: 'type `any`: say what it is, or take `unknown` and parse it once',
  },
  {
    pattern: /[\w$)\]}]!(?=[.,;:)\]}[(]|\s*$|\s*=[^=])/gm,
    message: 'non-null `!`: handle the missing value, or show the compiler why it is there',
  },
  { pattern: /\b(?:it|test|describe|suite|bench)(?:\.\w+)*\.only\b/g, message: '`.only` leaves the other tests out: remove it' },
  {
    pattern: /\bthrow\s+new\s+(?:Error|TypeError|RangeError)\s*\(/g,
    message: 'bare error: throw a HoldfastError with a code and what to do next',
    holds: isShipped,
  },
  {
    pattern: /\bDate\.now\s*\(|\bnew\s+Date\s*\(\s*\)|\bMath\.random\s*\(|\bperformance\.now\s*\(/g,
    message: 'reads the clock or chance: take it through the ports of core',
    holds: isTimeless,
  },
]

const inComments: readonly Ban[] = [
  {
    pattern: /@ts-(?:ignore|nocheck)\b/g,
    message: '@ts-ignore hides every error of a line: fix the type, or use @ts-expect-error with a reason',
  },
  {
    pattern: /\b(?:TODO|FIXME|XXX)\b(?!.*(?:#\d+|https?:\/\/))/g,
    message: 'open end without an issue: do it now, or add the link of its issue',
  },
]

const inText: readonly Ban[] = [
  {
    pattern: /\.\.\/shared\b/g,
    message: 'reaches out of the repository: take the path from HOLDFAST_DATA, in tests only',
    holds: isForeign,
  },
  {
    pattern: /(?<![\w.:/~-])\/(?:home|root|Users|work|tmp|private)\/[\w.-]+|\b[A-Z]:\\\\?Users\b/g,
    message: 'a path of one machine: build it from the repository root or os.tmpdir()',
  },
]

/** Words that may not stand in code, in comments, or anywhere. */
export function words(tree: Tree): Finding[] {
  const findings: Finding[] = []
  const apply = (bans: readonly Ban[], path: string, text: string) => {
    for (const { pattern, message, holds } of bans) {
      if (holds && !holds(path)) continue
      for (const match of text.matchAll(pattern)) {
        findings.push({ rule: 'words', path, line: lineAt(text, match.index), message })
      }
    }
  }
  for (const source of tree.sources.values()) {
    apply(inCode, source.path, source.code)
    apply(inComments, source.path, commentsOnly(source))
  }
  for (const [path, text] of tree.texts) apply(inText, path, text)
  return findings
}

function commentsOnly({ text, comments }: Source): string {
  let kept = ''
  let from = 0
  for (const { start, end } of comments) {
    kept += text.slice(from, start).replace(/[^\n]/g, ' ') + text.slice(start, end)
    from = end
  }
  return kept
}
