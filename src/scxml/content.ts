import { type Action, type Block, ERROR_EXECUTION, endsStep, type Scope } from '../statechart/index.ts'
import { attributeOf, failure, located } from './argument.ts'
import type { Interpreter } from './interpreter.ts'
import { compileSend } from './send.ts'
import type { ScxmlEvent } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { readValue } from './value.ts'
import { type Element, elementsOf, textOf } from './xml.ts'

/** Executable content (SCXML 1.0, section 4) as actions; what is no content known here becomes a finding. */
export function compileContent(parent: Element, around: Surroundings): Block {
  return elementsOf(parent).flatMap((element) => {
    const action = compileElement(element, around)
    return action === undefined ? [] : (scope: Scope) => located(element, () => action(scope))
  })
}

function compileElement(element: Element, around: Surroundings): Action | undefined {
  const { attributes } = element
  const code = around.interpreter
  switch (element.name) {
    case 'raise':
      return (scope) => scope.raise({ type: attributes.event ?? '', kind: 'internal' } as ScxmlEvent)
    case 'assign':
      return compileAssign(element, code)
    case 'log':
      return compileLog(element, code)
    case 'script':
      return compileScript(element, around)
    case 'if':
      return compileIf(element, around)
    case 'foreach':
      return compileForeach(element, around)
    case 'send':
      return compileSend(element, around)
    case 'cancel':
      return (scope) => scope.ask({ type: 'cancel', id: attributeOf(scope, code, attributes.sendid, attributes.sendidexpr) })
    default:
      around.refuse(element, `executable content <${element.name}> is not known`)
      return undefined
  }
}

function compileAssign(element: Element, code: Interpreter): Action {
  const { location = '', expr } = element.attributes
  if (expr !== undefined) return (scope) => code.change(scope, (sandbox) => sandbox.assign(location, expr))
  const value = readValue(element)
  return (scope) =>
    code.change(scope, (sandbox) => {
      sandbox.declare('__content', value)
      sandbox.assign(location, '__content')
      sandbox.run('delete globalThis.__content')
    })
}

function compileLog({ attributes: { label, expr } }: Element, code: Interpreter): Action {
  return (scope) => {
    const value = expr === undefined ? null : code.within(scope).value(expr)
    scope.ask({ type: 'log', value, ...(label !== undefined && { label }) })
  }
}

/** The code of a script, in place or from a file. */
export function compileScript(element: Element, around: Surroundings): Action {
  const { src } = element.attributes
  const code = src === undefined ? textOf(element) : around.load(src, element)
  return (scope) => located(element, () => around.interpreter.change(scope, (sandbox) => sandbox.run(code)))
}

function compileIf(element: Element, around: Surroundings): Action {
  const branches: { cond: string | undefined; content: (Element | string)[] }[] = [{ cond: element.attributes.cond, content: [] }]
  for (const child of element.children) {
    if (typeof child !== 'string' && child.name === 'elseif') branches.push({ cond: child.attributes.cond, content: [] })
    else if (typeof child !== 'string' && child.name === 'else') branches.push({ cond: undefined, content: [] })
    else branches.at(-1)?.content.push(child)
  }
  const compiled = branches.map(({ cond, content }) => {
    return { cond, block: compileContent({ ...element, children: content }, around) }
  })
  return (scope) => {
    const taken = compiled.find(({ cond }) => cond === undefined || holds(scope, around.interpreter, cond))
    for (const action of taken?.block ?? []) action(scope)
  }
}

/** A condition that fails is false, and an error event (SCXML 1.0, 4.3 and 5.9.1). */
function holds(scope: Scope, code: Interpreter, cond: string): boolean {
  try {
    return code.within(scope).test(cond)
  } catch (error) {
    if (endsStep(error)) throw error
    scope.raise({ type: ERROR_EXECUTION, error } as ScxmlEvent)
    return false
  }
}

function compileForeach(element: Element, around: Surroundings): Action {
  const { array = '', item = '', index = '' } = element.attributes
  const block = compileContent(element, around)
  const isName = (name: string): boolean => /^[A-Za-z_$][\w$]*$/.test(name)
  return (scope) => {
    if (!isName(item) || (index !== '' && !isName(index))) throw failure(`foreach needs names, got ${item} and ${index}`)
    around.interpreter.change(scope, (sandbox) => {
      sandbox.loop(array, item, index, () => {
        // The values a turn sets belong to the session before anything in it runs.
        around.interpreter.change(scope, () => {})
        for (const action of block) action(scope)
      })
    })
  }
}
