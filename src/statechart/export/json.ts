import { HoldfastError, type Json, toTagged } from '../../core/index.ts'
import { isRecord } from '../definition/raw.ts'
import { CompiledMachine, type Machine } from '../machine.ts'
import { compiled } from '../step.ts'
import { Refusals } from './refusal.ts'

/** Stands for what is code under a name: whoever reads the JSON has to bring it. */
const CODE: Json = { type: '.code' }

/** Parts in which code has names. */
const declared = ['guards', 'actions', 'effects', 'delays', 'actors']

/**
 * A machine as JSON, in the shape of its definition. Built-in actions are written as `{ type: '.raise', event }` and so on, what is
 * declared as code as `{ type: '.code' }` under its name, children that are machines by their tag.
 * @throws invalid with all functions in place, by path: they have no name to be written
 */
export function toJson(machine: Machine): Json {
  const { definition, id } = compiled(machine).blueprint
  const refusals = new Refusals()
  if (definition === undefined) refusals.add(id, 'was not made from a definition')
  const written = new Writer(refusals).definition(definition ?? {}, id)
  refusals.throwAny(id, 'JSON')
  return written
}

class Writer {
  readonly #refusals: Refusals

  constructor(refusals: Refusals) {
    this.#refusals = refusals
  }

  definition(definition: Readonly<Record<string, unknown>>, id: string): Json {
    const parts = Object.entries(definition).filter(([key, value]) => key !== 'types' && value !== undefined)
    return Object.fromEntries(
      parts.map(([key, value]) => [
        key,
        declared.includes(key) ? this.#declared(Object(value)) : this.#value(value, `${id}.${key}`, key === 'on'),
      ]),
    )
  }

  #declared(part: object): Json {
    const entries = Object.entries(part).map(([name, value]): [string, Json] => {
      if (value instanceof CompiledMachine) return [name, { type: '.machine', tag: value.tag }]
      const refusals = new Refusals()
      const written = new Writer(refusals).#value(value, name)
      return [name, refusals.none ? written : CODE]
    })
    return Object.fromEntries(entries)
  }

  #value(value: unknown, path: string, isEvents = false): Json {
    if (typeof value === 'function') return this.#code(value, path)
    if (Array.isArray(value)) return value.map((each, i) => this.#value(each, `${path}.${i}`))
    if (!isRecord(value) || Object.getPrototypeOf(value) !== Object.prototype) return this.#plain(value, path)
    const entries = Object.entries(value).filter(([, inner]) => inner !== undefined || isEvents)
    const isState = !path.endsWith('.states')
    return Object.fromEntries(
      entries.map(([key, inner]) => [key, this.#value(inner, pathOf(path, key), isState && key === 'on')]),
    )
  }

  #code(value: object, path: string): Json {
    if ('kind' in value && 'written' in value) {
      return { type: `.${value.kind}`, ...(this.#value(value.written, path) as Record<string, Json>) }
    }
    this.#refusals.add(path, 'is a function in place; declare it in setup under a name')
    return null
  }

  #plain(value: unknown, path: string): Json {
    // An event that is there and leads nowhere: outer states do not see it.
    if (value === undefined) return {}
    try {
      return toTagged(value).json
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error
      this.#refusals.add(path, error.message)
      return null
    }
  }
}

/** As findings name it: a state by its keys alone. */
function pathOf(path: string, key: string): string {
  return path.endsWith('.states') ? `${path.slice(0, -'.states'.length)}.${key}` : `${path}.${key}`
}
