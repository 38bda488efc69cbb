import type { Holdfast } from '../index.ts'
import { maskingFor, maskingWithin } from '../masking.ts'
import { localOwner } from '../runtime/index.ts'
import { type Masking, openly } from '../session/index.ts'
import type { EntityRef } from '../store/index.ts'
import type { Call } from './call.ts'

/** What may not be shown of a session or an instance, unless `--reveal` was said. @throws not_found when there is none */
export async function secretsOf(hf: Holdfast, { ref }: { readonly ref: EntityRef }, call: Call): Promise<Masking> {
  const row = await hf.timeline.row(ref)
  return call.flag('reveal') ? openly : maskingFor(hf, row)
}

/** The same of the runs of a session, which may repeat its secrets. */
export async function secretsOfRuns(hf: Holdfast, session: string, call: Call): Promise<Masking> {
  return call.flag('reveal') ? openly : maskingWithin(hf, localOwner.tenant, session)
}
