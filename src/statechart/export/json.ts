import type { Json } from '../../core/index.ts'
import { isRecord, type RawState } from '../definition/raw.ts'
import { isMachine, type Machine } from '../machine.ts'
import { compiled } from '../step.ts'
import { Refusals } from './refusal.ts'

/** Names that mean something to JavaScript, and no reader takes as keys. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype'])

/** How one property of a state is written. */
type Part = (writer: Writer, value: unknown, path: string) => Json

const PARTS: Readonly<Record<string, Part>> = {
  states: (writer, value, path) =>
    writer.each(value, (state, key) => writer.state(state, `${path.slice(0, -'.states'.length)}.${key}`)),
  on: (writer, value, path) => writer.each(value, (config, event) => writer.transitions(config, `${path}.${event}`)),
  after: (writer, value, path) => writer.each(value, (config, delay) => writer.transitions(config, `${path}.${delay}`)),
  always: (writer, value, path) => writer.transitions(value, path),
  onDone: (writer, value, path) => writer.transitions(value, path),
  onError: (writer, value, path) => writer.transitions(value, path),
  entry: (writer, value, path) => writer.actions(value, path),
  exit: (writer, value, path) => writer.actions(value, path),
  actions: (writer, value, path) => writer.actions(value, path),
  guard: (writer, value, path) => writer.guard(value, path),
  initial: (writer, value, path) => writer.state(value, path),
  invoke: (writer, value, path) => writer.oneOrMore(value, path, (one, at) => writer.state(one, at)),
  input: (writer, value, path) => writer.template(value, path),
  output: (writer, value, path) => writer.template(value, path),
}

/**
 * A machine as JSON, in the form that `machineFromJson` of `holdfast/machine-json` reads. What was declared as code stands by its name
 * in `code`: whoever reads the JSON brings it. A machine that was made of JSON gives that JSON back.
 * @throws invalid with everything that JSON cannot hold, by path: functions in place have no name to be written
 */
export function toJson(machine: Machine): Json {
  const { definition, json, id } = compiled(machine).blueprint
  if (json !== undefined) return json
  const refusals = new Refusals()
  if (definition === undefined) refusals.add(id, 'was not made from a definition')
  const written = new Writer(refusals, Object(definition?.effects)).machine(definition ?? {}, id)
  refusals.throwAny(id, 'JSON')
  return written
}

class Writer {
  readonly #refusals: Refusals
  readonly #effects: object

  constructor(refusals: Refusals, effects: object) {
    this.#refusals = refusals
    this.#effects = effects
  }

  machine(definition: RawState, id: string): Json {
    const { types: _, guards, actions, effects, delays, actors, context, output, ...rest } = definition
    const isCode = (value: unknown): boolean => typeof value === 'function'
    const code = {
      ...(isCode(context) && { context: true }),
      ...(isCode(output) && { output: true }),
      ...named('guards', namesOf(guards)),
      ...named('actions', namesOf(actions)),
      ...named('effects', namesOf(effects)),
      ...named('delays', namesOf(delays, isCode)),
      ...named('actors', namesOf(actors, isMachine)),
    }
    const waits = Object.entries(Object(delays)).filter(([, delay]) => !isCode(delay))
    return {
      ...(this.state(rest, id) as object),
      ...(context !== undefined && !isCode(context) && { context: this.template(context, `${id}.context`) }),
      ...(waits.length > 0 && { delays: this.template(Object.fromEntries(waits), `${id}.delays`) }),
      ...named(
        'actors',
        namesOf(actors, (value) => !isMachine(value)),
      ),
      ...(Object.keys(code).length > 0 && { code }),
    }
  }

  /** A state, a transition, an invocation: what is known by name is written in its own way, the rest as it is. */
  state(value: unknown, path: string): Json {
    if (!isRecord(value)) return this.#plain(value, path)
    const parts = Object.entries(value).filter(([, part]) => part !== undefined)
    return Object.fromEntries(
      parts.map(([key, part]) => {
        const write = Object.hasOwn(PARTS, key) ? PARTS[key] : undefined
        return [key, write === undefined ? this.#plain(part, `${path}.${key}`) : write(this, part, `${path}.${key}`)]
      }),
    )
  }

  each(value: unknown, write: (value: unknown, key: string) => Json): Json {
    return Object.fromEntries(Object.entries(Object(value)).map(([key, one]) => [key, write(one, key)]))
  }

  oneOrMore(value: unknown, path: string, write: (value: unknown, path: string) => Json): Json {
    return Array.isArray(value) ? value.map((one, i) => write(one, `${path}.${i}`)) : write(value, path)
  }

  /** An event that is there and leads nowhere: outer states do not see it. */
  transitions(value: unknown, path: string): Json {
    return value === undefined ? null : this.oneOrMore(value, path, (one, at) => this.state(one, at))
  }

  guard(value: unknown, path: string): Json {
    if (!isRecord(value)) return this.#plain(value, path)
    const { type, guards, guard, params } = value
    if (type === '.not') return { not: this.guard(guard, `${path}.not`) }
    if (type === '.stateIn') return { stateIn: this.#plain(value.value, path) }
    const parts = Array.isArray(guards) ? guards.map((part, i) => this.guard(part, `${path}.${i}`)) : []
    if (type === '.and') return { and: parts }
    if (type === '.or') return { or: parts }
    return this.#reference(type, params, path)
  }

  actions(value: unknown, path: string): Json {
    return this.oneOrMore(value, path, (one, at) => this.#action(one, at))
  }

  #action(value: unknown, path: string): Json {
    if (typeof value === 'function' && 'kind' in value && 'written' in value) {
      return this.#builtIn(String(value.kind), Object(value.written), path)
    }
    const [name, params] = isRecord(value) ? [value.type, value.params] : [value, undefined]
    if (typeof name !== 'string' || !Object.hasOwn(this.#effects, name)) {
      return isRecord(value) ? this.#reference(name, params, path) : this.#plain(value, path)
    }
    return { effect: name, ...(params !== undefined && { params: this.template(params, `${path}.params`) }) }
  }

  #builtIn(kind: string, written: RawState, path: string): Json {
    if (kind === 'assign') return { assign: this.#assignment(written.assigner, `${path}.assigner`) }
    const { target, event, id, value, label, delay, late } = written
    const rest = {
      ...(delay !== undefined && { delay: this.#plain(delay, `${path}.delay`) }),
      ...(late !== undefined && { late: this.#plain(late, `${path}.late`) }),
    }
    if (kind === 'cancel') return { cancel: this.#plain(id, `${path}.id`) }
    if (kind === 'log')
      return { log: this.template(value, `${path}.value`), ...(label !== undefined && { label: String(label) }) }
    const told = this.template(event, `${path}.event`)
    if (kind === 'emit') return { emit: told }
    const delivery = { ...rest, ...(id !== undefined && { id: this.#plain(id, `${path}.id`) }) }
    return kind === 'raise'
      ? { raise: told, ...delivery }
      : { sendTo: this.#plain(target, `${path}.target`), event: told, ...delivery }
  }

  /** The constants of an assignment as expressions: JSON is written in CEL as in JSON. */
  #assignment(assigner: unknown, path: string): Json {
    if (typeof assigner === 'function') return this.#plain(assigner, path)
    return this.each(assigner, (value, key) => literalOf(this.#plain(value, `${path}.${key}`)))
  }

  #reference(name: unknown, params: unknown, path: string): Json {
    const type = this.#plain(name, path)
    return params === undefined ? type : { type, params: this.#plain(params, `${path}.params`) }
  }

  /** A value in which `{ expr }` would be worked out: one that looks so by chance cannot be written. */
  template(value: unknown, path: string): Json {
    return this.#plain(value, path, true)
  }

  #plain(value: unknown, path: string, isTemplate = false): Json {
    if (value === undefined || value === null) return null
    if (typeof value === 'string' || typeof value === 'boolean') return value
    if (typeof value === 'number' && Number.isFinite(value)) return value
    if (Array.isArray(value)) return value.map((item, i) => this.#plain(item, `${path}.${i}`, isTemplate))
    if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return this.#refuse(value, path)
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    if (isTemplate && entries.length === 1 && entries[0]?.[0] === 'expr') {
      this.#refusals.add(path, 'an object that has expr and nothing else would be read as an expression')
    }
    for (const [key] of entries) if (RESERVED.has(key)) this.#refusals.add(path, `has the key ${key}, which is reserved`)
    return Object.fromEntries(entries.map(([key, item]) => [key, this.#plain(item, `${path}.${key}`, isTemplate)]))
  }

  #refuse(value: unknown, path: string): Json {
    const isCode = typeof value === 'function'
    this.#refusals.add(
      path,
      isCode ? 'is a function in place; declare it in setup under a name' : `is ${kindOf(value)}, which JSON cannot hold`,
    )
    return null
  }
}

function named(key: string, names: readonly string[]): Record<string, readonly string[]> {
  return names.length === 0 ? {} : { [key]: names }
}

function namesOf(part: unknown, fits: (value: unknown) => boolean = () => true): string[] {
  return Object.entries(Object(part)).flatMap(([name, value]) => (fits(value) ? [name] : []))
}

/** CEL has whole numbers of 64 bits; what is larger is written as the double it is. */
function literalOf(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${JSON.stringify(key)}: ${literalOf(item)}`)
      .join(', ')}}`
  }
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
    ? value.toExponential()
    : JSON.stringify(value)
}

function kindOf(value: unknown): string {
  return typeof value === 'object'
    ? `a ${value?.constructor?.name ?? 'value without a prototype'}`
    : `the ${typeof value} ${String(value)}`
}
