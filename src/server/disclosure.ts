import { toTagged } from '../core/index.ts'
import type { Holdfast } from '../holdfast.ts'
import { maskingFor } from '../masking.ts'
import type { Revision } from '../runtime/index.ts'
import type { Difference, Masking } from '../session/index.ts'
import type { EntityRow } from '../store/index.ts'

/** What leaves of one entity: without secrets, as tagged JSON. */
export class Disclosure {
  readonly #masking: Masking

  constructor(masking: Masking) {
    this.#masking = masking
  }

  state(state: unknown): unknown {
    return toTagged(this.#masking.state(state)).json
  }

  value(path: string, value: unknown): unknown {
    return toTagged(this.#masking.value(path, value)).json
  }

  differences(found: readonly Difference[]): unknown {
    return toTagged(this.#masking.differences(found)).json
  }

  /** What somebody else has made, such as an output: it may repeat a secret. */
  async data(data: unknown): Promise<unknown> {
    return toTagged(await this.#masking.data(data)).json
  }

  async event({ event }: Pick<Revision, 'event'>): Promise<Revision['event']> {
    if (event?.data === undefined) return event
    return { name: event.name, data: toTagged(await this.#masking.data(event.data)).json }
  }

  /** A text somebody else wrote, such as the message of an error. */
  async text(text: string): Promise<string> {
    return String(await this.#masking.data(text))
  }
}

export async function disclosureOf(hf: Holdfast, row: EntityRow): Promise<Disclosure> {
  return new Disclosure(await maskingFor(hf, row))
}
