import { HoldfastError } from './errors.ts'

/** One step into a value: a property name or an array index. */
export type Segment = string | number

/** The way from a root value to one inside it. */
export type Path = readonly Segment[]

const NAME = /[^.[\]"\\]+/y
const INDEX = /\[(\d+)\]/y
const QUOTED = /\[("(?:[^"\\]|\\.)*")\]/y

/**
 * Reads a path such as `cart.items[0].qty`. A name that holds `.`, `[`, `]`, `"` or `\` is written `["odd.name"]`
 * (a JSON string in brackets). The empty text is the root.
 * @throws invalid with the position of what could not be read.
 */
export function parsePath(text: string): Path {
  const segments: Segment[] = []
  let at = 0
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text)
    if (match === null) return undefined
    at = pattern.lastIndex
    return match[1] ?? match[0]
  }
  while (at < text.length) {
    const index = take(INDEX)
    if (index !== undefined) {
      segments.push(Number(index))
      continue
    }
    const quoted = take(QUOTED)
    if (quoted !== undefined) {
      segments.push(unquote(quoted) ?? fail(text, at - quoted.length))
      continue
    }
    const separated = segments.length === 0 || text[at] === '.'
    if (segments.length > 0 && separated) at++
    const name = separated ? take(NAME) : undefined
    segments.push(name ?? fail(text, at))
  }
  return segments
}

/** The text that `parsePath` reads back as `path`. */
export function formatPath(path: Path): string {
  let text = ''
  for (const segment of path) {
    if (typeof segment === 'number') text += `[${segment}]`
    else if (/^[^.[\]"\\]+$/.test(segment)) text += text === '' ? segment : `.${segment}`
    else text += `[${JSON.stringify(segment)}]`
  }
  return text
}

/** The string a JSON text stands for; undefined when it is not JSON. */
function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string
  } catch {
    return undefined
  }
}

function fail(text: string, at: number): never {
  throw new HoldfastError(
    'invalid',
    `Expected a path such as cart.items[0].qty, got ${JSON.stringify(text)}, unreadable at character ${at + 1}`,
    { path: text },
  )
}
