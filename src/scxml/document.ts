import { HoldfastError, type Issue, type Json } from '../core/index.ts'
import type {
  Action,
  Block,
  Blueprint,
  Descriptor,
  Scope,
  StateBlueprint,
  StateKind,
  TransitionBlueprint,
} from '../statechart/index.ts'
import { compileParams, located } from './argument.ts'
import { compileContent, compileScript } from './content.ts'
import { Interpreter } from './interpreter.ts'
import { compileInvoke } from './invoke.ts'
import type { Sandbox } from './sandbox.ts'
import { contextOf, type SessionContext, type SessionInput } from './session.ts'
import type { Surroundings } from './surroundings.ts'
import { readFile, readValue } from './value.ts'
import { contentWords } from './wording.ts'
import { type Element, elementsOf } from './xml.ts'

/** Where other texts come from, and how XML among them is read. */
export interface Sources {
  load(src: string): string | undefined
  parse(text: string): Element
}

/** One for each region a transition leads into. */
const MOST_TARGETS = 256

const stateNames = new Set(['state', 'parallel', 'final', 'history'])
const otherNames = new Set(['onentry', 'onexit', 'transition', 'initial', 'datamodel', 'invoke', 'donedata', 'script'])

/**
 * An SCXML document as a blueprint, with the ECMAScript data model of appendix B.
 * @throws invalid with all that cannot be imported, by name and line
 */
export function readDocument(root: Element, sandbox: Sandbox, { load, parse }: Sources): Blueprint {
  const issues: Issue[] = []
  const refuse = (element: Element, message: string): void => {
    issues.push({ path: `line ${element.line}`, message })
  }
  const interpreter = new Interpreter(sandbox, root.attributes.name ?? '')
  const text = (src: string, element: Element): string => {
    const found = load(src)
    if (found === undefined) refuse(element, `there is no file ${src}`)
    return found ?? ''
  }
  const document = new Document(root, { interpreter, refuse, parse, load: text })
  const blueprint = document.blueprint()
  if (issues.length === 0) return blueprint
  const lines = issues.map(({ path, message }) => `  ${path}: ${message}`)
  throw new HoldfastError('invalid', `The document cannot be imported, ${issues.length} findings:\n${lines.join('\n')}`, {
    path: 'scxml',
    issues,
  })
}

class Document {
  readonly #root: Element
  readonly #around: Surroundings
  readonly #ids = new Map<Element, string>()
  readonly #byId = new Map<string, Element>()
  readonly #parents = new Map<Element, Element>()
  readonly #isLate: boolean

  constructor(root: Element, around: Surroundings) {
    this.#root = root
    this.#around = around
    this.#isLate = root.attributes.binding === 'late'
    const { datamodel = 'null' } = root.attributes
    if (root.name !== 'scxml') around.refuse(root, `expected <scxml>, got <${root.name}>`)
    if (!['ecmascript', 'null', ''].includes(datamodel))
      around.refuse(root, `the data model ${datamodel} is not known; ecmascript is`)
    this.#name(root)
  }

  blueprint(): Blueprint {
    const { name } = this.#root.attributes
    return {
      id: name === undefined || !/^[^\s#@]+$/.test(name) ? 'scxml' : name,
      version: '1',
      root: this.#state(this.#root),
      context: (input) => beginning(input as SessionInput | undefined),
      strict: false,
    }
  }

  #name(element: Element): void {
    const id = element === this.#root ? '#scxml' : (element.attributes.id ?? `$${element.name}${this.#ids.size}`)
    if (this.#byId.has(id)) this.#around.refuse(element, `the id ${id} is used twice`)
    this.#ids.set(element, id)
    this.#byId.set(id, element)
    for (const child of elementsOf(element)) {
      if (!stateNames.has(child.name)) {
        if (!otherNames.has(child.name) && isForeign(child)) this.#around.refuse(child, `<${child.name}> is not known`)
        continue
      }
      this.#parents.set(child, element)
      this.#name(child)
    }
  }

  #state(element: Element): StateBlueprint {
    const parts = (name: string): readonly Element[] => elementsOf(element).filter((child) => child.name === name)
    const children = elementsOf(element).filter(({ name }) => stateNames.has(name))
    const kind = this.#kind(element, children)
    const id = this.#ids.get(element) ?? ''
    const initial = this.#initial(element, kind, children)
    const blocks = (name: string): Block[] => parts(name).map((part) => compileContent(part, this.#around))
    const [donedata] = parts('donedata')
    return {
      id,
      kind,
      children: children.map((child) => this.#state(child)),
      ...(initial !== undefined && { initial }),
      transitions:
        kind === 'shallow' || kind === 'deep' ? [] : parts('transition').map((part) => this.#transition(part, element, kind)),
      entry: [...this.#dataBlocks(element), ...blocks('onentry')],
      exit: blocks('onexit'),
      invokes: parts('invoke').map((part) => compileInvoke(part, id, this.#around)),
      ...(donedata !== undefined && { output: compileOutput(donedata, this.#around) }),
      facts: { entry: parts('onentry').flatMap(contentWords), exit: parts('onexit').flatMap(contentWords) },
    }
  }

  #kind(element: Element, children: readonly Element[]): StateKind {
    if (element.name === 'history') return element.attributes.type === 'deep' ? 'deep' : 'shallow'
    if (element.name === 'parallel' || element.name === 'final') return element.name
    return children.some(({ name }) => name !== 'history') ? 'compound' : 'atomic'
  }

  #initial(element: Element, kind: StateKind, children: readonly Element[]): StateBlueprint['initial'] {
    const isHistory = kind === 'shallow' || kind === 'deep'
    if (kind !== 'compound' && !isHistory) return undefined
    const holder = isHistory ? element : elementsOf(element).find(({ name }) => name === 'initial')
    const transition = holder === undefined ? undefined : elementsOf(holder).find(({ name }) => name === 'transition')
    if (transition !== undefined) {
      return {
        targets: this.#beginning(transition.attributes.target, transition, isHistory ? this.#parents.get(element) : element),
        blocks: [compileContent(transition, this.#around)],
        facts: { actions: contentWords(transition) },
      }
    }
    if (isHistory) {
      this.#around.refuse(element, 'a history needs a transition to where it leads when nothing is remembered')
      return undefined
    }
    if (element.attributes.initial !== undefined)
      return { targets: this.#beginning(element.attributes.initial, element, element), blocks: [] }
    const first = children.find(({ name }) => name !== 'history')
    return { targets: first === undefined ? [] : [this.#ids.get(first) ?? ''], blocks: [] }
  }

  #transition(element: Element, source: Element, kind: StateKind): TransitionBlueprint {
    const { event, cond, target, type } = element.attributes
    const targets = this.#targets(target, element)
    const within = targets.length > 0 && targets.every((id) => this.#isBelow(id, source))
    const { interpreter } = this.#around
    return {
      on: words(event).map(readDescriptor),
      ...(cond !== undefined && { test: (scope: Scope) => located(element, () => interpreter.within(scope).test(cond)) }),
      targets,
      internal: type === 'internal' && kind === 'compound' && within,
      blocks: [compileContent(element, this.#around)],
      facts: { ...(cond !== undefined && { guard: cond }), actions: contentWords(element) },
    }
  }

  #targets(text: string | undefined, element: Element): string[] {
    const targets = words(text).filter((id) => {
      if (!this.#byId.has(id)) this.#around.refuse(element, `there is no state ${id}`)
      return this.#byId.has(id)
    })
    if (targets.length > MOST_TARGETS) this.#around.refuse(element, `more than ${MOST_TARGETS} targets`)
    else this.#checkTogether(targets, element)
    return targets
  }

  /** SCXML 1.0, 3.2, 3.6 and 3.10: a state begins, and a history leads, to states within. */
  #beginning(text: string | undefined, element: Element, within: Element | undefined): string[] {
    const targets = this.#targets(text, element)
    if (words(text).length === 0) this.#around.refuse(element, 'expected the state to begin in')
    for (const id of targets) {
      if (within !== undefined && !this.#isBelow(id, within)) this.#around.refuse(element, `${id} does not lie within`)
    }
    return targets
  }

  /** SCXML 1.0, 3.13: targets must be part of one legal configuration. */
  #checkTogether(targets: readonly string[], element: Element): void {
    for (const [i, one] of targets.entries()) {
      for (const other of targets.slice(i + 1)) {
        if (!this.#isTogether(one, other)) this.#around.refuse(element, `${one} and ${other} cannot be active together`)
      }
    }
  }

  #isTogether(one: string, other: string): boolean {
    const [a, b] = [this.#byId.get(one), this.#byId.get(other)]
    if (a === undefined || b === undefined || a === b || this.#isBelow(one, b) || this.#isBelow(other, a)) return true
    let shared = this.#parents.get(a)
    while (shared !== undefined && !this.#isBelow(other, shared)) shared = this.#parents.get(shared)
    return shared?.name === 'parallel'
  }

  #isBelow(id: string, ancestor: Element): boolean {
    let at = this.#byId.get(id)
    while (at !== undefined && at !== ancestor) at = this.#parents.get(at)
    return at === ancestor && this.#byId.get(id) !== ancestor
  }

  /** Data and the script of the document run when its root is entered; under late binding, data of a state when that is. */
  #dataBlocks(element: Element): Block[] {
    if (element !== this.#root)
      return this.#isLate ? ([[this.#lateBinding(element)]].filter(([only]) => only !== undefined) as Block[]) : []
    const all = this.#dataBelow(element)
    const own = new Set(dataOf(element))
    const declared: Action = (scope) => {
      this.#around.interpreter.change(scope, (sandbox) => {
        for (const { attributes } of all) sandbox.declare(attributes.id ?? '', { $undefined: true })
      })
    }
    const bound = all.filter((data) => own.has(data) || !this.#isLate).map((data) => [this.#binding(data, own.has(data))])
    const scripts = elementsOf(element).filter(({ name }) => name === 'script')
    return [
      ...(all.length === 0 ? [] : [[declared]]),
      ...bound,
      ...scripts.map((script) => [compileScript(script, this.#around)]),
    ]
  }

  #lateBinding(element: Element): Action | undefined {
    const data = dataOf(element)
    if (data.length === 0) return undefined
    const bindings = data.map((each) => this.#binding(each, false))
    const id = this.#ids.get(element) ?? ''
    return (scope) => {
      const { bound } = contextOf(scope)
      if (bound.includes(id)) return
      this.#around.interpreter.note(scope, { bound: [...bound, id] })
      for (const binding of bindings) binding(scope)
    }
  }

  #binding(element: Element, isOfRoot: boolean): Action {
    const { id = '', expr, src } = element.attributes
    const { interpreter } = this.#around
    const text = src === undefined ? undefined : readFile(this.#around.load(src, element), this.#around.parse)
    const value: Json = text ?? (element.children.length > 0 ? readValue(element) : { $undefined: true })
    return (scope) => {
      const { given } = contextOf(scope)
      interpreter.change(scope, (sandbox) => {
        if (isOfRoot && Object.hasOwn(given, id)) sandbox.declare(id, given[id] ?? null)
        else if (expr === undefined) sandbox.declare(id, value)
        else sandbox.define(id, expr)
      })
    }
  }

  #dataBelow(element: Element): Element[] {
    const states = elementsOf(element).filter(({ name }) => stateNames.has(name))
    return [...dataOf(element), ...states.flatMap((state) => this.#dataBelow(state))]
  }
}

function beginning(input: SessionInput | undefined): SessionContext {
  return { session: input?.session ?? 'session', ids: 0, given: input?.given ?? {}, bound: [], data: {} }
}

function dataOf(element: Element): Element[] {
  return elementsOf(element)
    .filter(({ name }) => name === 'datamodel')
    .flatMap((model) => elementsOf(model).filter(({ name }) => name === 'data'))
}

function compileOutput(donedata: Element, { interpreter }: Surroundings): (scope: Scope) => unknown {
  const content = elementsOf(donedata).find(({ name }) => name === 'content')
  const params = compileParams(donedata, interpreter)
  if (content === undefined) {
    return (scope) => {
      const values = params(scope)
      return Object.keys(values).length === 0 ? undefined : values
    }
  }
  const { expr } = content.attributes
  if (expr === undefined) return () => readValue(content)
  return (scope) => interpreter.within(scope).value(expr)
}

function words(text: string | undefined): string[] {
  return text?.split(/\s+/).filter((word) => word !== '') ?? []
}

/** SCXML 1.0, 3.12.1: tokens from the beginning; a trailing `.*` or `.` adds nothing. */
function readDescriptor(text: string): Descriptor {
  return { name: text === '*' ? '' : text.replace(/\.\*?$/, ''), prefix: true }
}

function isForeign({ name }: Element): boolean {
  return /^[a-z]/.test(name)
}
