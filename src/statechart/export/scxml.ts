import type { Action, Block, InvokeBlueprint } from '../blueprint.ts'
import type { Chart } from '../chart.ts'
import { writeDescriptor } from '../descriptor.ts'
import { pathOfState, pathOfTransition, transitionsOf } from '../location.ts'
import type { Machine } from '../machine.ts'
import type { ActionNote, GuardNote } from '../note.ts'
import { type ChartState, type ChartTransition, isHistory } from '../state-table.ts'
import { compiled } from '../step.ts'
import { Refusals } from './refusal.ts'
import { element, type Xml } from './xml.ts'

/** What a document says in its own way, or needs not say. */
const WORDED = new Set(['description', 'entry', 'exit'])

/** ECMAScript for what a machine has under a name, as the code itself cannot be written down. */
export interface ScxmlNames {
  /** By the name of a guard: an expression, such as `_event.data.amount > 0`. */
  readonly guards?: Readonly<Record<string, string>>
  /** By the name of an action: statements, such as `paid = paid + _event.data.amount`. */
  readonly actions?: Readonly<Record<string, string>>
}

/**
 * A machine as an SCXML 1.0 document with the ECMAScript data model. It steps as the machine does on events whose types the machine
 * names; of others, SCXML takes `order.any` for an `order` too (3.12.1).
 * @throws invalid with everything SCXML has no words for, by path: functions in place, names without an expression, effects, `emit`,
 * children, instructions, tools, tags and meta
 */
export function toScxml(machine: Machine, names: ScxmlNames = {}): string {
  const chart = compiled(machine)
  const refusals = new Refusals()
  const document = new Writer(chart, names, refusals).document()
  refusals.throwAny(chart.blueprint.id, 'SCXML')
  return `<?xml version="1.0" encoding="UTF-8"?>\n${document.join('\n')}\n`
}

class Writer {
  readonly #chart: Chart
  readonly #names: ScxmlNames
  readonly #refusals: Refusals
  readonly #types: readonly string[]

  constructor(chart: Chart, names: ScxmlNames, refusals: Refusals) {
    this.#chart = chart
    this.#names = names
    this.#refusals = refusals
    const awaited = transitionsOf(chart).flatMap(({ on }) => on.map(({ name, prefix }) => (prefix ? `${name}.` : name)))
    // States within states are done within one step, heard or not.
    this.#types = [...awaited, ...chart.table.all.map(({ id }) => `done.state.${id}`)]
  }

  document(): Xml {
    const { blueprint, table } = this.#chart
    const root = table.at(0)
    const isBoxed = root.kind !== 'compound' || root.transitions.length + root.entry.flat().length + root.exit.flat().length > 0
    if (blueprint.definition === undefined)
      this.#refusals.add(blueprint.id, 'was not made from a definition: what its code does is not known')
    if (blueprint.output !== undefined) this.#refusals.add(`${blueprint.id}.output`, 'the output of a machine is code')
    const open = { xmlns: 'http://www.w3.org/2005/07/scxml', version: '1.0', datamodel: 'ecmascript', name: blueprint.id }
    if (!isBoxed) return element('scxml', { ...open, initial: this.#initialOf(root) }, [...this.#data(), ...this.#inside(root)])
    // <scxml> has no transitions and no regions of its own: a state has them, and its end is the end of the document.
    const end = table.find('end') === undefined ? 'end' : `${blueprint.id}.end`
    const over = element('transition', { event: `done.state.${this.#id(root)}`, target: end })
    return element('scxml', { ...open, initial: this.#id(root) }, [
      ...this.#data(),
      ...this.#state(root, over),
      ...element('final', { id: end }),
    ])
  }

  #id({ index, id }: ChartState): string {
    return index === 0 ? this.#chart.blueprint.id : id
  }

  /** Targets by the names of the document. */
  #targets(targets: readonly number[]): string | undefined {
    return targets.length === 0 ? undefined : targets.map((target) => this.#id(this.#chart.table.at(target))).join(' ')
  }

  #initialOf({ kind, initial }: ChartState): string | undefined {
    return kind === 'compound' && !hasContent(initial?.blocks) ? this.#targets(initial?.targets ?? []) : undefined
  }

  #data(): Xml {
    const { definition = {}, id } = this.#chart.blueprint
    const { context = {} } = definition as { context?: unknown }
    if (typeof context === 'function') this.#refusals.add(`${id}.context`, 'a context made from the input is code')
    const data = Object.entries(Object(context)).flatMap(([key, value]) => {
      return element('data', { id: key, expr: this.#literal(value, `${id}.context.${key}`) })
    })
    return data.length === 0 ? [] : element('datamodel', {}, data)
  }

  #state(state: ChartState, more: Xml = []): Xml {
    const { kind, facts, invokes, index } = state
    const path = pathOfState(this.#chart, index)
    for (const fact of Object.keys(facts))
      if (!WORDED.has(fact)) this.#refusals.add(`${path}.${fact}`, 'SCXML has no word for this')
    for (const invoke of invokes) this.#refuseInvoke(invoke, path)
    const name = isHistory(kind) ? 'history' : kind === 'parallel' || kind === 'final' ? kind : 'state'
    const shape = isHistory(kind) ? { type: kind } : { initial: this.#initialOf(state) }
    return element(name, { id: this.#id(state), ...shape }, [...this.#inside(state), ...more])
  }

  #refuseInvoke({ note }: InvokeBlueprint, path: string): void {
    this.#refusals.add(note?.path ?? `${path}.invoke`, `how ${note?.src ?? 'the child'} is started is not known to a document`)
  }

  #inside(state: ChartState): Xml {
    const { table } = this.#chart
    const inner = table.all.filter(({ parent }) => parent === state.index)
    const begins = isHistory(state.kind) || (state.kind === 'compound' && hasContent(state.initial?.blocks))
    const begin = begins
      ? element('transition', { target: this.#targets(state.initial?.targets ?? []) }, this.#content(state.initial?.blocks))
      : []
    return [
      ...(isHistory(state.kind) || begin.length === 0 ? begin : element('initial', {}, begin)),
      ...this.#block('onentry', state.entry),
      ...this.#block('onexit', state.exit),
      ...state.transitions.flatMap((transition) => this.#transition(transition, state)),
      ...this.#donedata(state),
      ...inner.flatMap((child) => this.#state(child)),
    ]
  }

  #donedata({ output, index }: ChartState): Xml {
    if (output === undefined) return []
    this.#refusals.add(`${pathOfState(this.#chart, index)}.output`, 'the output of a state is code')
    return []
  }

  #block(name: string, blocks: readonly Block[]): Xml {
    return blocks.filter((block) => block.length > 0).flatMap((block) => element(name, {}, this.#content([block])))
  }

  #transition(transition: ChartTransition, { kind, index }: ChartState): Xml {
    const { on, test, targets, internal, blocks } = transition
    const path = pathOfTransition(this.#chart, transition)
    const guard = test === undefined ? undefined : this.#condition(test.note, `${path}.guard`)
    const exact = on.filter(({ prefix, name }) => !prefix && this.#types.some((type) => type.startsWith(`${name}.`)))
    // A descriptor of SCXML stands for longer names too (3.12.1); where the machine knows any, they are kept apart.
    const apart = exact.map(({ name }) => `_event.name === ${JSON.stringify(name)}`).join(' || ')
    const cond = [apart, guard].filter((part) => part !== undefined && part !== '').map((part) => `(${part})`)
    const isToSelf = internal && targets.length === 1 && targets[0] === index
    if (internal && targets.length > 0 && kind !== 'compound' && !(isToSelf && kind === 'atomic')) {
      this.#refusals.add(`${path}.target`, 'only a compound state has transitions that do not leave it')
    }
    if (isToSelf && kind === 'compound')
      this.#refusals.add(
        `${path}.target`,
        'a transition of SCXML to its own source leaves it; say reenter, or name the inner state',
      )
    return element(
      'transition',
      {
        event: on.length === 0 ? undefined : on.map(writeDescriptor).join(' '),
        cond: cond.length === 0 ? undefined : cond.join(' && '),
        target: isToSelf ? undefined : this.#targets(targets),
        type: internal && targets.length > 0 && !isToSelf ? 'internal' : undefined,
      },
      this.#content(blocks),
    )
  }

  #condition(note: GuardNote | undefined, path: string): string {
    const part = (each: GuardNote | undefined): string => `(${this.#condition(each, path)})`
    if (note?.kind === 'and') return note.parts.map(part).join(' && ') || 'true'
    if (note?.kind === 'or') return note.parts.map(part).join(' || ') || 'false'
    if (note?.kind === 'not') return `!${part(note.part)}`
    if (note?.kind === 'in') return note.states.map((id) => `In(${JSON.stringify(id)})`).join(' && ') || 'true'
    const known = note?.kind === 'name' && note.params === undefined ? this.#names.guards?.[note.name] : undefined
    if (known !== undefined) return known
    this.#refusals.add(path, note?.kind === 'name' ? `guard ${note.name} needs an expression` : 'is a function in place')
    return 'false'
  }

  #content(blocks: readonly Block[] = []): Xml {
    return blocks.flatMap((block) => block.flatMap((action) => this.#action(action)))
  }

  #action({ note }: Action): Xml {
    if (note === undefined) return []
    const known = note.name === undefined || note.params !== undefined ? undefined : this.#names.actions?.[note.name]
    return known === undefined ? this.#builtIn(note) : element('script', {}, [], known)
  }

  #builtIn(note: ActionNote): Xml {
    const { kind, path, written, name } = note
    const { event, delay, id, target, assigner, value, label } = written
    if (kind === 'after') return this.#send({ event, id: typeOf(event), delay }, path)
    if (kind === 'raise' && delay === undefined) return this.#raise(event, path)
    if (kind === 'raise') return this.#send({ event, id: id ?? typeOf(event), delay }, path)
    if (kind === 'sendTo' && typeof target === 'string')
      return this.#send({ event, id, delay, target: target === 'parent' ? '#_parent' : target }, path)
    if (kind === 'cancel' && typeof id === 'string') return element('cancel', { sendid: id })
    if (kind === 'log')
      return element('log', { expr: this.#literal(value, path), label: typeof label === 'string' ? label : undefined })
    if (kind === 'assign' && typeof assigner === 'object' && assigner !== null) {
      return Object.entries(assigner).flatMap(([key, each]) =>
        element('assign', { location: key, expr: this.#literal(each, path) }),
      )
    }
    const what = name === undefined ? `${kind} with code` : `${kind === 'perform' ? 'effect' : 'action'} ${name}`
    this.#refusals.add(path, kind === 'emit' ? 'SCXML has no word for emit' : `${what} needs statements`)
    return []
  }

  #raise(event: unknown, path: string): Xml {
    // <raise> carries no data; <send> to the internal queue does (SCXML 1.0, 6.2.4).
    const { target, ...rest } = { target: '#_internal', event }
    return dataOf(event) === undefined
      ? element('raise', { event: this.#type(event, path) })
      : this.#send({ ...rest, target }, path)
  }

  #send({ event, id, delay, target }: { event: unknown; id?: unknown; delay?: unknown; target?: string }, path: string): Xml {
    const data = Object.entries(dataOf(event) ?? {})
    const params = data.flatMap(([name, value]) => element('param', { name, expr: this.#literal(value, path) }))
    const open = {
      event: this.#type(event, path),
      id: typeof id === 'string' ? id : undefined,
      target,
      delay: this.#delay(delay, path),
    }
    return element('send', open, params)
  }

  #type(event: unknown, path: string): string {
    const type = typeOf(event)
    if (type === undefined) this.#refusals.add(path, 'an event that is computed is code')
    return type ?? ''
  }

  #delay(delay: unknown, path: string): string | undefined {
    if (delay === undefined) return undefined
    const delays: unknown = this.#chart.blueprint.definition?.delays
    const ms = typeof delay === 'string' && !/^\d+$/.test(delay) ? Object(delays)[delay] : Number(delay)
    if (typeof ms === 'number' && ms >= 0) return `${ms}ms`
    this.#refusals.add(path, 'a delay that is computed is code')
    return undefined
  }

  #literal(value: unknown, path: string): string {
    const text = holdsCode(value) ? undefined : JSON.stringify(value)
    if (text === undefined) this.#refusals.add(path, 'a value that is computed, or is no JSON, has no words in SCXML')
    return text ?? 'null'
  }
}

function typeOf(event: unknown): string | undefined {
  return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string' ? event.type : undefined
}

/** What an event carries beside its type; undefined for nothing. */
function dataOf(event: unknown): object | undefined {
  if (typeof event !== 'object' || event === null) return undefined
  const { type: _, ...data } = event as { type?: unknown }
  return Object.keys(data).length === 0 ? undefined : data
}

function hasContent(blocks: readonly Block[] = []): boolean {
  return blocks.some((block) => block.length > 0)
}

/** True for what JSON would lose. */
function holdsCode(value: unknown): boolean {
  if (value === null || ['string', 'boolean'].includes(typeof value)) return false
  if (typeof value === 'number') return !Number.isFinite(value)
  if (Array.isArray(value)) return value.some(holdsCode)
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return true
  return Object.values(value).some(holdsCode)
}
