import type { Json } from '../core/index.ts'
import { ERROR_EXECUTION, endsStep, Interruption, type Scope } from '../statechart/index.ts'
import type { Interpreter } from './interpreter.ts'
import type { ScxmlEvent } from './session.ts'
import { type Element, elementsOf } from './xml.ts'

/** The value of an attribute, given as it is or as an expression; text either way. */
export function attributeOf(scope: Scope, code: Interpreter, plain: string | undefined, expression: string | undefined): string {
  if (expression === undefined) return plain ?? ''
  const value = code.within(scope).value(expression)
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** What `namelist` and `param` elements hand over: by name, the last of a name counts (SCXML 1.0, 5.7). */
export function compileParams(element: Element, code: Interpreter): (scope: Scope) => Readonly<Record<string, Json>> {
  const names = element.attributes.namelist?.split(/\s+/).filter((name) => name !== '') ?? []
  const params = elementsOf(element).filter(({ name }) => name === 'param')
  return (scope) => {
    const sandbox = code.within(scope)
    const values: Record<string, Json> = {}
    for (const name of names) values[name] = sandbox.value(name)
    for (const { attributes } of params)
      values[attributes.name ?? ''] = sandbox.value(attributes.expr ?? attributes.location ?? '')
    return values
  }
}

/** What goes wrong within says where in the document it did. */
export function located<V>({ name, line, column }: Element, work: () => V): V {
  try {
    return work()
  } catch (error) {
    if (error instanceof Interruption || endsStep(error)) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const data = { tagname: name, line, column, reason }
    throw new Interruption({ type: ERROR_EXECUTION, error, data } as ScxmlEvent)
  }
}

/** An `error.execution` of which a message says why. */
export function failure(message: string, fields: Partial<ScxmlEvent> = {}): Interruption {
  const event: ScxmlEvent = { type: ERROR_EXECUTION, kind: 'platform', data: message, ...fields }
  return new Interruption(event)
}
