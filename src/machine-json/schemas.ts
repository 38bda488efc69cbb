import { HoldfastError, type Issue, type Json, type Path } from '../core/index.ts'
import type { EventObject } from '../statechart/index.ts'
import { type Check, compileSchema } from './json-schema.ts'
import type { Report } from './report.ts'
import { isObject } from './template.ts'

const PARTS = new Set(['context', 'events', 'input'])

/** Events of the platform itself, which no definition declares. */
const PLATFORM = /^(?:done|error|after)\./

/** What context, events and input must look like; whatever a machine says nothing about may be anything. */
export class Schemas {
  readonly #context: Check
  readonly #input: Check
  readonly #events: ReadonlyMap<string, Check> | undefined

  constructor(schemas: Json | undefined, report: Report) {
    const parts = isObject(schemas) ? schemas : {}
    if (schemas !== undefined && !isObject(schemas)) report.add(['schemas'], 'expected { context, events, input }')
    for (const key of Object.keys(parts)) {
      if (!PARTS.has(key)) report.add(['schemas', key], 'unknown property; there are context, events, input')
    }
    this.#context = compileSchema(parts.context ?? true, ['schemas', 'context'], report)
    this.#input = compileSchema(parts.input ?? true, ['schemas', 'input'], report)
    this.#events = eventsOf(parts.events, report)
  }

  /** True when the machine can meet events of that type: declared ones, and the platform's own. */
  knows(type: string): boolean {
    return this.#events === undefined || this.#events.has(type) || PLATFORM.test(type)
  }

  /** The types of events that are declared; undefined when any may come. */
  get types(): readonly string[] | undefined {
    return this.#events === undefined ? undefined : [...this.#events.keys()]
  }

  /** What does not fit in an event from outside. */
  examine(event: EventObject): readonly Issue[] {
    const { type, ...fields } = event as EventObject & { readonly invokeId?: unknown }
    if (this.#events === undefined || PLATFORM.test(type)) return []
    const check = this.#events.get(type)
    if (check === undefined) return [{ path: 'event.type', message: `not declared; there are ${this.types?.join(', ')}` }]
    // Of a child's event the runtime says which child; that is not the sender's.
    const { invokeId: _, ...own } = fields
    return check(own, 'event')
  }

  /** What does not fit in a context. */
  examineContext(context: unknown): readonly Issue[] {
    return this.#context(context, 'context')
  }

  /** @throws invalid with all that does not fit. */
  admitContext(context: unknown): void {
    refuse('The context does not fit its schema', 'context', this.examineContext(context))
  }

  /** @throws invalid with all that does not fit. */
  admitInput(input: unknown): void {
    refuse('The input does not fit its schema', 'input', this.#input(input, 'input'))
  }

  /** @throws invalid with all that does not fit. */
  admitRaised(event: EventObject): void {
    refuse(`The event ${JSON.stringify(event.type)} that is raised does not fit its schema`, 'event', this.examine(event))
  }
}

function eventsOf(events: Json | undefined, report: Report): ReadonlyMap<string, Check> | undefined {
  if (events === undefined) return undefined
  const path: Path = ['schemas', 'events']
  if (!isObject(events)) report.add(path, 'expected an object: the schema of what an event carries, by its type')
  const entries = isObject(events) ? Object.entries(events) : []
  return new Map(entries.map(([type, schema]) => [type, compileSchema(schema, [...path, type], report)]))
}

function refuse(what: string, path: string, issues: readonly Issue[]): void {
  if (issues.length === 0) return
  const lines = issues.map((issue) => `  ${issue.path}: ${issue.message}`)
  throw new HoldfastError('invalid', `${what}:\n${lines.join('\n')}`, { path, issues })
}
