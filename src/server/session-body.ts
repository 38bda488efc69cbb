import { toTagged } from '../core/index.ts'
import { type Inspection, mask, SESSION_KIND, type Session, type SessionDefinition, type Variables } from '../session/index.ts'
import { json } from './answer.ts'
import type { Call } from './call.ts'
import { etag } from './conditions.ts'

/** A session's handle, by its definition where this server knows that. */
export async function sessionOf(call: Call, id: string): Promise<Session> {
  const definition = await definitionOf(call, id)
  return definition === undefined ? call.bot.session(id) : call.bot.session(definition, id)
}

/** The definition a stored session was made by; undefined where it is not known here. */
export async function definitionOf(call: Call, id: string): Promise<SessionDefinition | undefined> {
  const { definitions } = call.services
  if (definitions.size === 0) return undefined
  const row = await call.hf.store.engine.entity(call.ref(SESSION_KIND, id))
  return row?.schema == null ? undefined : definitions.get(row.schema)
}

/** What is known of a session, without its secrets, as the contract shows it. */
export function bodyOf(found: Inspection): object {
  const { id, definition, revision, status, user, tags, created, updated, expires, origin, invalidStored } = found
  return {
    ...{ id, definition, revision, status, user, tags, created, updated, expires },
    state: shownState(found),
    invalid: invalidStored,
    origin: origin === null ? null : { id: origin.session, revision: origin.revision },
  }
}

function shownState({ state, secret }: Inspection): unknown {
  return toTagged(mask(state as Variables, secret)).json
}

/** Answers with the session as it stands now. */
export async function answerSession(call: Call, id: string, status: 200 | 201 = 200, headers: Record<string, string> = {}) {
  const found = await (await sessionOf(call, id)).inspect()
  return json(status, bodyOf(found), { etag: etag(found.revision), ...headers })
}
