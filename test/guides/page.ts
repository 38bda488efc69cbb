import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../scripts/package.ts'

/** The fenced blocks of a page in one language (empty for blocks that name none), in order. */
export function blocksOf(page: string, language: string): string[] {
  const text = readFileSync(join(root, page), 'utf8')
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
  return blocks.filter((match) => match[1] === language).map((match) => match[2] ?? '')
}

/** A line to type, and what a page says after it. */
export interface Command {
  readonly line: string
  /** After `#`: what it is for, or as JSON what it prints. */
  readonly remark: string
}

/** The commands of the `sh` blocks of a page: one a line, or several that `\` joins; a remark may go on below. */
export function commandsOf(page: string): Command[] {
  const lines = blocksOf(page, 'sh').flatMap((block) =>
    block
      .replaceAll(/\\\n\s*|\n\s+#/g, '')
      .split('\n')
      .filter(Boolean),
  )
  return lines.map((whole) => {
    const [line = '', ...remark] = whole.split(/\s+# /)
    return { line, remark: remark.join(' # ') }
  })
}

/** A command and what it prints, as a page shows it after `$`. */
export interface Exchange {
  readonly line: string
  readonly output: string
}

export function exchangesOf(page: string): Exchange[] {
  const sessions = blocksOf(page, '').filter((block) => block.startsWith('$ '))
  return sessions
    .flatMap((block) => block.split(/^\$ /m).slice(1))
    .map((text) => {
      const end = text.indexOf('\n')
      return { line: text.slice(0, end), output: text.slice(end + 1).trimEnd() }
    })
}
