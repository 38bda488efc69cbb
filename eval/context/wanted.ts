import { leavesOf, textOf } from '../../src/context/index.ts'

const LIMITS = { leaves: 10_000, depth: 32 }

/** Tells whether a value appears in the arguments of tool calls: as an argument, or as whole words inside a longer text. */
export function appearsIn(args: readonly unknown[]): (value: unknown) => boolean {
  const texts = args
    .flatMap((one) => Array.from(leavesOf(one, [], LIMITS), ({ value }) => normal(value)))
    .filter((text) => text !== '')
  const whole = new Set(texts)
  const long = texts.filter((text) => /\s/.test(text))
  const known = new Map<string, boolean>()
  return (value) => {
    const text = normal(value)
    if (text.length < 2) return false
    const verdict = known.get(text) ?? (whole.has(text) || long.some((one) => contains(one, text)))
    known.set(text, verdict)
    return verdict
  }
}

/** Truth values and nothing say nothing of where they come from. */
function normal(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return ''
  return textOf(value).trim().toLowerCase()
}

function contains(text: string, part: string): boolean {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    if (!isWordCharacter(text[at - 1]) && !isWordCharacter(text[at + part.length])) return true
  }
  return false
}

function isWordCharacter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character)
}
