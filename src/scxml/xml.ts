import type { SaxesParser, SaxesTagPlain } from 'saxes'
import { HoldfastError } from '../core/index.ts'

/** An XML element; namespace prefixes are taken off its name. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (Element | string)[]
  /** Line in the document, from 1. */
  readonly line: number
  readonly column: number
}

/** Makes the parser: the library is optional, and loaded by whoever needs it. */
export type ParserOf = () => SaxesParser

/** A document is at most so large. */
const MOST_ELEMENTS = 100_000
const MOST_CHARACTERS = 8 * 1024 * 1024
/** Elements in one another: what reads a document goes down it. */
const MOST_LEVELS = 256

/**
 * Reads an XML document. Document types are refused altogether: with them come entities, and with entities expansion without bounds.
 * @throws invalid with the line of what is not well-formed; too_large with the line where a limit was passed
 */
export function parseXml(text: string, parserOf: ParserOf): Element {
  if (text.length > MOST_CHARACTERS) throw tooLarge(1, MOST_CHARACTERS, text.length, 'characters')
  const parser = parserOf()
  const open: { element: Element; children: (Element | string)[] }[] = []
  let root: Element | undefined
  let count = 0
  parser.on('doctype', () => refuse('a document type (DOCTYPE) is not accepted', parser.line))
  parser.on('error', (error) => refuse(error.message, parser.line))
  parser.on('opentag', (tag) => {
    if (++count > MOST_ELEMENTS) throw tooLarge(parser.line, MOST_ELEMENTS, count, 'elements')
    if (open.length >= MOST_LEVELS) throw tooLarge(parser.line, MOST_LEVELS, open.length + 1, 'levels')
    const children: (Element | string)[] = []
    const element = elementOf(tag, children, parser)
    if (open.length === 0) root = element
    open.at(-1)?.children.push(element)
    open.push({ element, children })
  })
  const addText = (part: string): void => {
    open.at(-1)?.children.push(part)
  }
  parser.on('text', addText)
  parser.on('cdata', addText)
  parser.on('closetag', () => open.pop())
  parser.write(text).close()
  return root ?? refuse('no element', 1)
}

function elementOf({ name, attributes }: SaxesTagPlain, children: Element['children'], { line, column }: SaxesParser): Element {
  return { name: name.slice(name.indexOf(':') + 1), attributes: { ...attributes }, children, line, column }
}

function refuse(message: string, line: number): never {
  throw new HoldfastError('invalid', `Expected a well-formed XML document; line ${line}: ${message}`, { path: `line ${line}` })
}

function tooLarge(line: number, limit: number, actual: number, unit: string): HoldfastError<'too_large'> {
  const message = `Expected a document of at most ${limit} ${unit}, line ${line} has ${actual}`
  return new HoldfastError('too_large', message, { path: `line ${line}`, limit, actual, unit })
}

/** The elements directly in an element. */
export function elementsOf({ children }: Element): readonly Element[] {
  return children.filter((child) => typeof child !== 'string')
}

/** The text directly in an element. */
export function textOf({ children }: Element): string {
  return children.filter((child) => typeof child === 'string').join('')
}

/** XML text for an element, as one document can hand it to another. */
export function writeXml({ name, attributes, children }: Element): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  const inner = children.map((child) => (typeof child === 'string' ? escapeXml(child) : writeXml(child)))
  return `<${name}${written.join('')}>${inner.join('')}</${name}>`
}

function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
  return text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign)
}
