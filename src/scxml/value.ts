import type { Json } from '../core/index.ts'
import { type Element, elementsOf, textOf } from './xml.ts'

/** What stands inside `<data>`, `<assign>` or `<content>` (SCXML 1.0, B.2): XML as a tree, JSON as its value, other text in one line. */
export function readValue(element: Element): Json {
  const [first] = elementsOf(element)
  return first === undefined ? readText(textOf(element)) : { $xml: treeOf(first) }
}

/** What a file behind a `src` stands for. */
export function readFile(text: string, parse: (text: string) => Element): Json {
  return text.trimStart().startsWith('<') ? { $xml: treeOf(parse(text)) } : readText(text)
}

/** JSON as its value, other text with its white space made single. */
function readText(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text.trim().replace(/\s+/g, ' ')
  }
}

/** An element as the sandbox's `$xml` wants it. */
function treeOf({ name, attributes, children }: Element): Json {
  return [name, attributes, children.map((child) => (typeof child === 'string' ? child : treeOf(child)))]
}
