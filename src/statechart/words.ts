/** Says of a function what it works out, for whoever shows the machine: front ends make functions of expressions, which have no name. */
export function worded<Of extends object>(value: Of, words: string): Of {
  return Object.assign(value, { words })
}

/** What a function is said to work out; undefined when nothing is said. */
export function wordsOf(value: unknown): string | undefined {
  return typeof value === 'function' && 'words' in value ? String(value.words) : undefined
}
