/** A stretch of a file, by character offsets. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A TypeScript file, read just far enough to tell code from comments and strings. */
export interface Source {
  readonly path: string
  readonly text: string
  /** The text with the insides of comments, strings and regular expressions blanked: offsets and lines stay the same. */
  readonly code: string
  readonly comments: readonly Span[]
}

/** Tells code from comments and strings. It never fails: an unfinished literal simply runs to the end. */
export function readSource(path: string, text: string): Source {
  const blanked: Span[] = []
  const comments: Span[] = []
  // One entry per open `${`: how many braces were opened inside it.
  const templates: number[] = []
  let last = ''
  let at = 0
  const blank = (start: number, end: number) => {
    blanked.push({ start, end })
    at = end
  }
  while (at < text.length) {
    const char = text.charAt(at)
    const comment = commentAt(text, at)
    if (comment) {
      comments.push(comment)
      blank(comment.start, comment.end)
      continue
    }
    if (char === "'" || char === '"') {
      const end = endOfString(text, at, char)
      blank(at + 1, end - 1)
      at = end
    } else if (char === '`' || (char === '}' && templates.at(-1) === 0)) {
      if (char === '}') templates.pop()
      const end = endOfTemplateText(text, at + 1)
      if (text.startsWith('${', end - 2)) templates.push(0)
      blank(at + 1, text.startsWith('${', end - 2) ? end - 2 : end - 1)
      at = end
    } else if (char === '/' && startsRegex(last, text.slice(0, at))) {
      const end = endOfRegex(text, at)
      blank(at + 1, end - 1)
      at = end
    } else {
      const depth = templates.at(-1)
      if (depth !== undefined && char === '{') templates[templates.length - 1] = depth + 1
      if (depth !== undefined && char === '}') templates[templates.length - 1] = depth - 1
      at++
    }
    if (char.trim()) last = char
  }
  return { path, text, code: blankOut(text, blanked), comments }
}

/** The line an offset is on, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

function commentAt(text: string, at: number): Span | undefined {
  const isLine = text.startsWith('//', at) || (at === 0 && text.startsWith('#!'))
  if (!isLine && !text.startsWith('/*', at)) return undefined
  const close = text.indexOf(isLine ? '\n' : '*/', at + 2)
  if (close === -1) return { start: at, end: text.length }
  return { start: at, end: isLine ? close : close + 2 }
}

function endOfString(text: string, start: number, quote: string): number {
  let at = start + 1
  while (at < text.length && text.charAt(at) !== quote && text.charAt(at) !== '\n') at += text.charAt(at) === '\\' ? 2 : 1
  return Math.min(at + 1, text.length)
}

/** Where the text of a template stops: after its closing backtick or after the next `${`. */
function endOfTemplateText(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    if (text.charAt(at) === '`') return at + 1
    if (text.startsWith('${', at)) return at + 2
    at += text.charAt(at) === '\\' ? 2 : 1
  }
  return text.length
}

function endOfRegex(text: string, start: number): number {
  let inClass = false
  let at = start + 1
  while (at < text.length && text.charAt(at) !== '\n') {
    const char = text.charAt(at)
    if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if (char === '/' && !inClass) return at + 1
    at += char === '\\' ? 2 : 1
  }
  return at
}

// A slash after a value divides; anywhere else it opens a regular expression.
function startsRegex(last: string, before: string): boolean {
  if (last === '' || '([{,;=:?!&|+-*%~^<>}'.includes(last)) return true
  return /(?:^|[^.\w$])(?:return|typeof|case|in|of|do|else|await|yield|void|delete)\s*$/.test(before.slice(-16))
}

function blankOut(text: string, spans: readonly Span[]): string {
  let code = ''
  let from = 0
  for (const { start, end } of spans) {
    if (end <= start) continue
    code += text.slice(from, start) + text.slice(start, end).replace(/[^\n]/g, ' ')
    from = end
  }
  return code + text.slice(from)
}
