import { type Holdfast, HoldfastError, type Session } from '../index.ts'

/** The session of an id. @throws not_found when there is none, or none any more */
export async function existingSession(hf: Holdfast, id: string): Promise<Session> {
  const session = hf.session(id)
  const row = await hf.timeline.row(session.ref).catch((error: unknown) => {
    if (!HoldfastError.is(error, 'not_found')) throw error
    throw new HoldfastError('not_found', `There is no session ${id}; \`holdfast sessions\` lists those there are`, { entity: id })
  })
  if (!row.deleted) return session
  const last = row.revision - 1
  throw new HoldfastError(
    'not_found',
    `Session ${id} was deleted at revision ${row.revision}; \`holdfast get ${id} --at ${last}\` shows what it held`,
    { entity: id },
  )
}
