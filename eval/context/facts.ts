/** What a text states, by kind, in the order it is said. */
export type Facts = Readonly<Record<string, readonly string[]>>

const MONTH = '(?:January|February|March|April|May|June|July|August|September|October|November|December)'

/** What a tracker that knows no domain finds in any text, by its form alone. */
const KINDS: Readonly<Record<string, RegExp>> = {
  emails: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g,
  dates: new RegExp(`\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b${MONTH}\\s+\\d{1,2}(?:st|nd|rd|th)?\\b`, 'g'),
  ids: /\b(?=\w*\d)(?=\w*[A-Za-z])\w{4,}\b/g,
  codes: /\b[A-Z]{3}\b/g,
  amounts: /\$\s?\d[\d,]*(?:\.\d+)?/g,
  numbers: /(?<![\w$.,-])\d+(?:\.\d+)?(?![\w-])/g,
  names: /\b[A-Z][a-z]+(?:\s+[A-Z][a-z]+)+\b/g,
}

/** Finds the facts of a text; each only once. */
export function factsOf(text: string): Facts {
  const found = Object.entries(KINDS).map(([kind, pattern]) => [kind, [...new Set(text.match(pattern) ?? [])]] as const)
  return Object.fromEntries(found.filter(([, list]) => list.length > 0))
}
