import { lineAt, type Source, type Span } from '../source.ts'

/** A function with a body in braces. */
export interface FunctionSpan {
  readonly line: number
  readonly lines: number
}

const control = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await'])
const neverBeforeBody = new Set([':', '|', '&', 'is', 'const', 'let', 'var', 'export', 'import', 'return', 'else', 'try', 'do'])
const opening: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{', '>': '<' }

/**
 * Finds functions, methods and arrows with a body in braces, nested ones included. It looks at tokens, not at syntax: a `{` opens a
 * body when `=>`, a parameter list, or a parameter list with a return type stands before it.
 */
export function functionsOf(source: Source): FunctionSpan[] {
  const tokens = [...source.code.matchAll(/=>|[\w$]+|[^\s\w$]/g)].map((match) => ({ text: match[0], at: match.index }))
  const texts = tokens.map((token) => token.text)
  const closing = matchBraces(texts)
  const found: FunctionSpan[] = []
  for (const [open, close] of closing) {
    const head = headOf(texts, open)
    const [first, end] = [tokens[head ?? -1], tokens[close]]
    if (first && end) found.push(measure(source.text, { start: first.at, end: end.at }))
  }
  return found
}

function measure(text: string, { start, end }: Span): FunctionSpan {
  const line = lineAt(text, start)
  return { line, lines: lineAt(text, end) - line + 1 }
}

function matchBraces(texts: readonly string[]): Map<number, number> {
  const stack: number[] = []
  const pairs = new Map<number, number>()
  texts.forEach((text, at) => {
    if (text === '{') stack.push(at)
    if (text !== '}') return
    const open = stack.pop()
    if (open !== undefined) pairs.set(open, at)
  })
  return pairs
}

/** The token a function starts at when the `{` at `open` is its body. */
function headOf(texts: readonly string[], open: number): number | undefined {
  const before = texts[open - 1]
  if (before === '=>') return arrowHead(texts, open - 1)
  // `case f(): {`, the parts of a type, and what takes a value or a pattern apart.
  if (before !== undefined && neverBeforeBody.has(before)) return undefined
  const close = before === ')' && !isReturnTypeEnd(texts, open) ? open - 1 : parametersBeforeType(texts, open)
  if (close === undefined) return undefined
  const paren = openerOf(texts, close)
  const name = texts[paren - 1] ?? ''
  return control.has(name) ? undefined : paren
}

function arrowHead(texts: readonly string[], arrow: number): number {
  if (texts[arrow - 1] === ')') return openerOf(texts, arrow - 1)
  const close = parametersBeforeType(texts, arrow)
  return close === undefined ? arrow - 1 : openerOf(texts, close)
}

// `(a): (() => void) {` ends in a parenthesis that belongs to the type.
function isReturnTypeEnd(texts: readonly string[], open: number): boolean {
  const paren = openerOf(texts, open - 1)
  return texts[paren - 1] === ':' && texts[paren - 2] === ')'
}

/** Walks back over a return type; gives the `)` of the parameters before its colon. */
function parametersBeforeType(texts: readonly string[], from: number): number | undefined {
  let at = from - 1
  for (let steps = 0; at > 0 && steps < 200; steps++) {
    const text = texts[at] ?? ''
    if (text === ':') return texts[at - 1] === ')' ? at - 1 : undefined
    if (text in opening) at = openerOf(texts, at) - 1
    else if (
      /^[\w$'"`|&.?]$|^[\w$]+$|^=>$/.test(text) &&
      !/^(?:class|extends|implements|interface|return|else|try|do|finally|const|let|var|export|import)$/.test(text)
    )
      at--
    else return undefined
  }
  return undefined
}

function openerOf(texts: readonly string[], close: number): number {
  const closer = texts[close] ?? ''
  const opener = opening[closer]
  let depth = 0
  for (let at = close; at >= 0; at--) {
    if (texts[at] === closer) depth++
    else if (texts[at] === opener && --depth === 0) return at
  }
  return 0
}
