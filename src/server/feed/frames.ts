import type { Holdfast } from '../../holdfast.ts'
import { MACHINE_KIND, withSteps } from '../../machine/index.ts'
import type { Change } from '../../runtime/index.ts'
import { pathsOf } from '../../session/index.ts'
import { disclosureOf } from '../disclosure.ts'

const encoder = new TextEncoder()
/** Changes whose frames are kept, for the next subscriber who gets them. */
const KEPT = 512

/** What happened: of an instance of a machine, what each event did. */
function told(kind: string, event: Change['event']): object {
  if (kind !== MACHINE_KIND || event === null) return { event }
  const { steps } = withSteps({ event })
  return { event: { name: event.name }, steps }
}

/** A server-sent event (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export function frame(event: string, data: unknown, id?: string): Uint8Array {
  return encoder.encode(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
}

/** A line that only keeps the connection open. */
export const heartbeat = encoder.encode(': still here\n\n')

/** Makes the frame of each change once, however many subscribers get it. */
export class Frames {
  readonly #hf: Holdfast
  readonly #known = new Map<string, Promise<Uint8Array>>()

  constructor(hf: Holdfast) {
    this.#hf = hf
  }

  of(change: Change): Promise<Uint8Array> {
    const known = this.#known.get(change.cursor)
    if (known !== undefined) return known
    const made = this.#make(change)
    this.#known.set(change.cursor, made)
    if (this.#known.size > KEPT) this.#known.delete(this.#known.keys().next().value ?? '')
    return made
  }

  async #make(change: Change): Promise<Uint8Array> {
    const { revision, seq, at, actor, op, cursor } = change
    const { kind, id } = change.entity
    const row = await this.#hf.store.engine.entity(change.entity)
    // A record may be swept while it is told: then there is no saying any more what its keys were called.
    const paths = row === undefined ? [] : await pathsOf(this.#hf.timeline, row, change).catch(() => [])
    const event = row === undefined ? null : await (await disclosureOf(this.#hf, row)).event(change)
    return frame('change', { kind, id, revision, seq, at, actor, op, paths, ...told(kind, event) }, cursor)
  }
}
