import type { Json } from '../core/index.ts'
import { type Action, endsStep, type Scope } from '../statechart/index.ts'
import { attributeOf, compileParams, failure } from './argument.ts'
import type { Interpreter } from './interpreter.ts'
import { contextOf, HTTP_PROCESSOR, SCXML_PROCESSOR, type ScxmlEvent, scxmlLocation } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { readValue } from './value.ts'
import { type Element, elementsOf } from './xml.ts'

/** `<send>`: SCXML 1.0, 6.2, with the processors of appendix C. */
export function compileSend(element: Element, { interpreter }: Surroundings): Action {
  const { attributes } = element
  const params = compileParams(element, interpreter)
  const content = contentOf(element, interpreter)
  const text = (scope: Scope, name: string): string =>
    attributeOf(scope, interpreter, attributes[name], attributes[`${name}expr`])
  return (scope) => {
    const sendid = sendIdOf(scope, attributes, interpreter)
    const fields = sendid === undefined ? {} : { sendid }
    // Whatever goes wrong, the error names the message it is about (SCXML 1.0, 5.10.1).
    const [type, name, target, delay] = guarded(fields, () =>
      ['type', 'event', 'target', 'delay'].map((each) => text(scope, each)),
    )
    const data = guarded(fields, () => content?.(scope) ?? nonEmpty(params(scope)))
    const route = routeOf(type ?? '', target ?? '', fields)
    const isHttp = type === HTTP_PROCESSOR
    const own = { origin: scxmlLocation(contextOf(scope).session), origintype: isHttp ? HTTP_PROCESSOR : SCXML_PROCESSOR }
    const message = isHttp ? httpMessage(name ?? '', data) : { type: name ?? '', ...(data !== undefined && { data }) }
    const event: ScxmlEvent = {
      ...message,
      ...(attributes.id !== undefined || attributes.idlocation !== undefined ? fields : {}),
      ...own,
    }
    const ms = readDelay(delay ?? '', fields)
    if (route === 'internal')
      scope.raise({ type: event.type, kind: 'internal', ...fields, ...(data !== undefined && { data }) } as ScxmlEvent)
    else
      scope.ask({
        type: 'send',
        target: route,
        event,
        ...(sendid !== undefined && { id: sendid }),
        ...(ms > 0 && { at: scope.now + ms }),
      })
  }
}

function sendIdOf(scope: Scope, attributes: Element['attributes'], interpreter: Interpreter): string | undefined {
  const { id, idlocation } = attributes
  if (idlocation === undefined) return id
  const made = interpreter.makeId(scope, 'send')
  interpreter.change(scope, (sandbox) => sandbox.assign(idlocation, JSON.stringify(made)))
  return made
}

function guarded<V>(fields: Partial<ScxmlEvent>, work: () => V): V {
  try {
    return work()
  } catch (error) {
    if (endsStep(error)) throw error
    throw failure(error instanceof Error ? error.message : String(error), fields)
  }
}

function contentOf(element: Element, interpreter: Interpreter): ((scope: Scope) => Json) | undefined {
  const content = elementsOf(element).find(({ name }) => name === 'content')
  if (content === undefined) return undefined
  const { expr } = content.attributes
  if (expr !== undefined) return (scope) => interpreter.within(scope).value(expr)
  const value = readValue(content)
  return () => value
}

function nonEmpty(values: Readonly<Record<string, Json>>): Json | undefined {
  return Object.keys(values).length === 0 ? undefined : values
}

/** Where a message goes, in the words of the effect `send`. */
function routeOf(type: string, target: string, fields: Partial<ScxmlEvent>): string {
  if (type === HTTP_PROCESSOR && target !== '') return target
  const isScxml = type === '' || type === 'scxml' || type === SCXML_PROCESSOR || type === 'http://www.w3.org/TR/scxml'
  if (!isScxml) throw failure(`there is no event processor ${type}`, fields)
  if (target === '') return 'self'
  if (target === '#_internal') return 'internal'
  if (target === '#_parent') return 'parent'
  if (target.startsWith('#_scxml_')) return target
  if (target.startsWith('#_')) return target.slice(2)
  throw failure(`${target} is no target of a message`, fields)
}

/** SCXML 1.0, C.2: the name travels as a parameter, or the method stands for it; values travel as text. */
function httpMessage(name: string, data: Json | undefined): ScxmlEvent {
  const values =
    typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...(data as Record<string, Json>) } : undefined
  const { _scxmleventname: named, ...rest } = values ?? {}
  const type = name !== '' ? name : typeof named === 'string' ? named : 'HTTP.POST'
  return { type, ...(data !== undefined && { data: values === undefined ? data : rest }) }
}

/** A time of CSS 2: `1s`, `.5s`, `10ms`. */
function readDelay(text: string, fields: Partial<ScxmlEvent>): number {
  if (text === '') return 0
  const match = /^(\d*\.?\d+)\s*(ms|s|m|h|d)?$/.exec(text.trim())
  if (match === null) throw failure(`${text} is no time such as 10ms or 1.5s`, fields)
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
  return Number(match[1]) * (units[match[2] ?? 'ms'] ?? 1)
}
