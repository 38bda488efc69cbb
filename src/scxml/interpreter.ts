import type { Json } from '../core/index.ts'
import { type EventObject, INIT, type Scope } from '../statechart/index.ts'
import type { Sandbox } from './sandbox.ts'
import {
  contextOf,
  type Data,
  HTTP_PROCESSOR,
  httpLocation,
  SCXML_PROCESSOR,
  type ScxmlEvent,
  type SessionContext,
  scxmlLocation,
} from './session.ts'

/** Code of one document in the sandbox, with the values of whichever session steps at the moment. */
export class Interpreter {
  readonly #sandbox: Sandbox
  readonly #name: string
  /** The context whose values the sandbox holds. */
  #held: unknown
  #event: EventObject | undefined
  /** The step that runs: one scope is one step. */
  #scope: Scope | undefined

  constructor(sandbox: Sandbox, name: string) {
    this.#sandbox = sandbox
    this.#name = name
  }

  /** The sandbox, holding the values and the event of `scope`. */
  within(scope: Scope): Sandbox {
    const sandbox = this.#sandbox
    const context = contextOf(scope)
    const { isEmpty } = sandbox
    if (this.#scope !== scope) sandbox.renew()
    this.#scope = scope
    if (isEmpty || this.#held !== context || holders.get(sandbox) !== this) {
      sandbox.reset(this.#system(context.session), context.data)
      holders.set(sandbox, this)
      this.#held = context
      this.#event = undefined
    }
    if (this.#event !== scope.event) this.#setEvent(scope.event)
    sandbox.isIn = (id) => scope.isIn(id)
    return sandbox
  }

  /** Lets code change values, and keeps what it changed, also when it fails halfway; not when memory ran out. */
  change(scope: Scope, work: (sandbox: Sandbox) => void): void {
    const sandbox = this.within(scope)
    try {
      work(sandbox)
    } finally {
      if (!sandbox.isEmpty) {
        const context = { ...contextOf(scope), data: sandbox.dump() }
        scope.context = context
        this.#held = context
      }
    }
  }

  /** Changes what the session keeps beside its data. */
  note(scope: Scope, change: Partial<SessionContext>): void {
    const context = { ...contextOf(scope), ...change }
    if (this.#held === scope.context) this.#held = context
    scope.context = context
  }

  /** An id that no other event or child of the session has. */
  makeId(scope: Scope, prefix: string): string {
    const ids = contextOf(scope).ids + 1
    this.note(scope, { ids })
    return `${prefix}.${ids}`
  }

  #setEvent(event: EventObject): void {
    this.#event = event
    if (event !== INIT) this.#sandbox.setEvent(eventFields(event))
  }

  #system(session: string): Data {
    const scxml = { location: scxmlLocation(session) }
    const http = { location: httpLocation(session) }
    const processors = { scxml, [SCXML_PROCESSOR]: scxml, basichttp: http, [HTTP_PROCESSOR]: http }
    return { _sessionid: session, _name: this.#name, _ioprocessors: processors, _x: {} }
  }
}

/** Several documents share a sandbox; this says whose values are in it. */
const holders = new WeakMap<Sandbox, Interpreter>()

function eventFields(event: ScxmlEvent): Json {
  const { type, kind, sendid, origin, origintype, invokeId, data, output, error } = event
  const isPlatform = type.startsWith('error.') || type.startsWith('done.')
  const failure = error instanceof Error ? { name: error.name, message: error.message } : undefined
  const missing = { $undefined: true }
  return {
    name: type,
    type: kind ?? (isPlatform ? 'platform' : 'external'),
    sendid: sendid ?? missing,
    origin: origin ?? missing,
    origintype: origintype ?? missing,
    invokeid: invokeId ?? missing,
    data: data ?? (output as Json | undefined) ?? failure ?? missing,
  }
}
