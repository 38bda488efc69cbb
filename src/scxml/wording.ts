import { type Element, elementsOf } from './xml.ts'

/** The attribute that says what each kind of executable content is about (SCXML 1.0, section 4 and 6). */
const subjects: Readonly<Record<string, readonly string[]>> = {
  raise: ['event'],
  send: ['event', 'eventexpr'],
  assign: ['location'],
  log: ['label', 'expr'],
  cancel: ['sendid', 'sendidexpr'],
  if: ['cond'],
  foreach: ['array'],
}

/** Executable content in a reader's words: `send paid`, `assign total`. */
export function contentWords(parent: Element): string[] {
  return elementsOf(parent).map(({ name, attributes }) => {
    const subject = subjects[name]?.map((attribute) => attributes[attribute]).find((text) => text !== undefined)
    return subject === undefined ? name : `${name} ${subject}`
  })
}
