import type { Timeline } from '../runtime/index.ts'
import type { EntityRow, Store } from '../store/index.ts'
import type { Difference } from './difference.ts'
import { decodeMeta, META_KEY } from './meta.ts'
import { mask, maskDifferences, maskTexts } from './secret.ts'
import type { SecretTexts } from './secret-texts.ts'
import { SESSION_KIND } from './session-tx.ts'

/** Takes the secrets of one entity out of what leaves. Where there are none, everything comes back as it is. */
export class Masking {
  readonly #paths: readonly string[]
  readonly #texts: () => Promise<ReadonlySet<string>>

  constructor(paths: readonly string[], texts: () => Promise<ReadonlySet<string>>) {
    this.#paths = paths
    this.#texts = texts
  }

  state<State>(state: State): State {
    return mask(state, this.#paths)
  }

  /** The value at a path of the session; other scopes have no secrets. */
  value(path: string, value: unknown): unknown {
    if (this.#paths.length === 0 || /^(user|app|temp):/.test(path)) return value
    return maskDifferences([{ path, op: 'add', after: value }], this.#paths)[0]?.after
  }

  differences(found: readonly Difference[]): readonly Difference[] {
    return maskDifferences(found, this.#paths)
  }

  /** What an event carries, or an error, or whatever else may repeat a secret of now or earlier. */
  async data(data: unknown): Promise<unknown> {
    if (this.#paths.length === 0 || data === undefined) return data
    return maskTexts(mask(data, this.#paths), await this.#texts())
  }

  /** For something else that may repeat these secrets, anywhere in it. */
  async elsewhere(): Promise<Masking> {
    return this.#paths.length === 0 ? this : new TextMasking(await this.#texts())
  }
}

/** Has no secret paths of its own: only the texts of others' secrets are known. */
class TextMasking extends Masking {
  readonly #texts: ReadonlySet<string>

  constructor(texts: ReadonlySet<string>) {
    super([], async () => texts)
    this.#texts = texts
  }

  override state<State>(state: State): State {
    return maskTexts(state, this.#texts) as State
  }

  override value(_: string, value: unknown): unknown {
    return maskTexts(value, this.#texts)
  }

  override differences(found: readonly Difference[]): readonly Difference[] {
    return maskTexts(found, this.#texts) as readonly Difference[]
  }

  override async data(data: unknown): Promise<unknown> {
    return maskTexts(data, this.#texts)
  }
}

/** Hides nothing. */
export const openly = new Masking([], async () => new Set())

/** What masking stands on. */
export interface MaskingServices {
  readonly store: Store
  readonly timeline: Timeline
  readonly secretTexts: SecretTexts
}

/** The masking of an entity: a session keeps its secret paths itself, also after it was deleted. */
export async function maskingOf(services: MaskingServices, row: EntityRow): Promise<Masking> {
  if (row.kind !== SESSION_KIND) return openly
  const { secret = [] } = decodeMeta(await services.timeline.last(row, META_KEY)) ?? {}
  return maskingBy(services, row, secret)
}

/** The same where its secret paths are known already. */
export function maskingBy({ secretTexts }: MaskingServices, row: EntityRow, secret: readonly string[]): Masking {
  return secret.length === 0 ? openly : new Masking(secret, () => secretTexts.of(row, secret))
}
