import { CONVERSATION_KIND, sessionOf } from './conversation/index.ts'
import { isRecordedSteps, MACHINE_KIND, maskStep, mayBringSecrets, secretPathsOf, secretsAt } from './machine/index.ts'
import { Masking, type MaskingServices, mask, maskingOf, openly, SESSION_KIND, type SecretSource } from './session/index.ts'
import type { EntityRow } from './store/index.ts'
import { RUN_KIND, sessionOfRun } from './task/index.ts'

/** What hides the secrets of an entity, wherever it leaves for the outside: a session, a conversation, an instance of a machine, a run. */
export async function maskingFor(services: MaskingServices, row: EntityRow): Promise<Masking> {
  if (row.kind === CONVERSATION_KIND) return maskingWithin(services, row.tenant, sessionOf(row.id))
  if (row.kind === RUN_KIND) return maskingWithin(services, row.tenant, sessionOfRun(row.id))
  if (row.kind !== MACHINE_KIND) return maskingOf(services, row)
  const secret = await secretPathsOf(services.timeline, row)
  return secret.length === 0 ? openly : new InstanceMasking(secret, () => services.secretTexts.of(row, secret))
}

/** What lives in a session has no secrets of its own, but may repeat those of the session: runs in whatever they were given, record, ask and stream, conversations in whatever was said. */
export async function maskingWithin(services: MaskingServices, tenant: string, session: string): Promise<Masking> {
  const row = await services.store.engine.entity({ tenant, kind: SESSION_KIND, id: session })
  return row === undefined ? openly : (await maskingOf(services, row)).elsewhere()
}

/** Where the secrets of instances are found. */
export const instanceSecrets: SecretSource = { isNew: mayBringSecrets, read: secretsAt }

/** The secret paths of an instance are those of its context, and of what each of its events carries. */
class InstanceMasking extends Masking {
  readonly #secret: readonly string[]

  constructor(secret: readonly string[], texts: () => Promise<ReadonlySet<string>>) {
    super(secret, texts)
    this.#secret = secret
  }

  override async data(data: unknown): Promise<unknown> {
    if (!isRecordedSteps(data)) return super.data(data)
    const hide = <Value>(value: Value): Value => mask(value, this.#secret)
    return super.data({ ...data, steps: data.steps.map((step) => maskStep(step, hide)) })
  }
}
