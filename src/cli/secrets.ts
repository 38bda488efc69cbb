import type { Holdfast, Session } from '../index.ts'
import { type Masking, maskingOf, openly } from '../session/index.ts'
import type { Call } from './call.ts'

/** What may not be shown of a session, unless `--reveal` was said. @throws not_found when there is no such session */
export async function secretsOf(hf: Holdfast, session: Session, call: Call): Promise<Masking> {
  const row = await hf.timeline.row(session.ref)
  return call.flag('reveal') ? openly : maskingOf(hf, row)
}
