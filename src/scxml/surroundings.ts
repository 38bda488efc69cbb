import type { Interpreter } from './interpreter.ts'
import type { Element } from './xml.ts'

/** What the parts of a document are compiled against. */
export interface Surroundings {
  readonly interpreter: Interpreter
  /** Gathers what cannot be imported; all of it is said at once. */
  refuse(element: Element, message: string): void
  /** The text a `src` stands for. */
  load(src: string, element: Element): string
  parse(text: string): Element
}
