import type { Block, InvokeBlueprint, Scope } from '../statechart/index.ts'
import { attributeOf, compileParams, failure } from './argument.ts'
import { compileContent } from './content.ts'
import type { ChildInput, ScxmlEvent } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { type Element, elementsOf, writeXml } from './xml.ts'

/** `<invoke>`: SCXML 1.0, 6.4. Children are SCXML sessions. */
export function compileInvoke(element: Element, state: string, around: Surroundings): InvokeBlueprint {
  const { attributes } = element
  const { interpreter } = around
  const given = compileParams(element, interpreter)
  return {
    start: (scope) => {
      const type = attributeOf(scope, interpreter, attributes.type, attributes.typeexpr)
      if (!isScxml(type)) throw failure(`there is nothing to invoke of type ${type}`)
      const source = sourceOf(element, scope, around)
      const input: ChildInput = { ...source, given: given(scope) }
      return { id: idOf(scope, attributes, state, around), src: 'scxml', input }
    },
    forwards: attributes.autoforward === 'true',
    finalize: finalizeOf(element, around),
    facts: { ...(attributes.id !== undefined && { id: attributes.id }), src: attributes.src ?? attributes.srcexpr ?? 'scxml' },
  }
}

function isScxml(type: string): boolean {
  return ['', 'scxml', 'http://www.w3.org/TR/scxml/', 'http://www.w3.org/TR/scxml'].includes(type)
}

function idOf(scope: Scope, { id, idlocation }: Element['attributes'], state: string, { interpreter }: Surroundings): string {
  if (id !== undefined) return id
  const made = interpreter.makeId(scope, state)
  if (idlocation !== undefined) interpreter.change(scope, (sandbox) => sandbox.assign(idlocation, JSON.stringify(made)))
  return made
}

function sourceOf(element: Element, scope: Scope, { interpreter }: Surroundings): { document: string } | { url: string } {
  const { src, srcexpr } = element.attributes
  if (src !== undefined || srcexpr !== undefined) return { url: attributeOf(scope, interpreter, src, srcexpr) }
  const content = elementsOf(element).find(({ name }) => name === 'content')
  const [inline] = content === undefined ? [] : elementsOf(content)
  if (inline !== undefined) return { document: writeXml(inline) }
  const expr = content?.attributes.expr
  if (expr === undefined) throw failure('invoke says neither src nor content')
  const value = interpreter.within(scope).value(expr)
  if (typeof value === 'string') return { document: value }
  const tree = Object(value).$xml as Parameters<typeof elementOf>[0] | undefined
  if (tree === undefined) throw failure('the content to invoke is no document')
  return { document: writeXml(elementOf(tree)) }
}

type Tree = readonly [name: string, attributes: Readonly<Record<string, string>>, children: readonly (string | Tree)[]]

function elementOf([name, attributes, children]: Tree): Element {
  const inner = children.map((child) => (typeof child === 'string' ? child : elementOf(child)))
  return { name, attributes, children: inner, line: 0, column: 0 }
}

/** An empty `<finalize>` assigns what came back to the locations that were handed over (SCXML 1.0, 6.5.2). */
function finalizeOf(element: Element, around: Surroundings): Block {
  const finalize = elementsOf(element).find(({ name }) => name === 'finalize')
  if (finalize === undefined) return []
  if (elementsOf(finalize).length > 0) return compileContent(finalize, around)
  const params = elementsOf(element).flatMap(({ name, attributes }) => {
    return name === 'param' && attributes.location !== undefined ? [[attributes.name ?? '', attributes.location] as const] : []
  })
  const names = element.attributes.namelist?.split(/\s+/).map((name) => [name, name] as const) ?? []
  return [...names, ...params].map(([name, location]) => (scope) => {
    const { data } = scope.event as ScxmlEvent
    if (typeof data !== 'object' || data === null || !Object.hasOwn(data, name)) return
    around.interpreter.change(scope, (sandbox) => sandbox.assign(location, `_event.data[${JSON.stringify(name)}]`))
  })
}
