/** How deeply a JSON text is nested, found without parsing it: parsers and what follows them recurse. Stops beyond `most`. */
export function depthOf(text: string, most: number): number {
  let [depth, deepest] = [0, 0]
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === QUOTE) at = endOfString(text, at)
    else if (unit === BRACE || unit === BRACKET) {
      deepest = Math.max(deepest, ++depth)
      if (deepest > most) return deepest
    } else if (unit === BRACE_END || unit === BRACKET_END) depth--
  }
  return deepest
}

/** The path of a key called `__proto__` inside a parsed value; undefined where there is none. */
export function prototypeKey(value: unknown, path = ''): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, '__proto__')) return `${path}.__proto__`
  for (const [name, item] of Object.entries(value)) {
    const found = prototypeKey(item, `${path}.${name}`)
    if (found !== undefined) return found
  }
  return undefined
}

const QUOTE = 34
const BACKSLASH = 92
const BRACKET = 91
const BRACKET_END = 93
const BRACE = 123
const BRACE_END = 125

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === BACKSLASH) at++
    else if (unit === QUOTE) return at
  }
  return text.length
}
