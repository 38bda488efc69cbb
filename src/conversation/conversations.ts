import type { Principal } from '../runtime/index.ts'
import { CONVERSATION_KIND, nameOf } from './address.ts'
import { Conversation, type ConversationInspection, type ConversationServices } from './conversation.ts'

/** More conversations than these a session has are not listed. */
const MOST = 1000

/** The conversations of a session, by name; of at most 1,000. */
export async function conversationsOf(
  services: ConversationServices,
  principal: Principal,
  session: string,
): Promise<readonly ConversationInspection[]> {
  const { gate, store } = services.runtime.ports
  const { tenant } = principal
  gate.check({ principal, action: 'list', kind: CONVERSATION_KIND })
  const query = { tenant, kind: CONVERSATION_KIND, root: session, order: 'id', deleted: false, limit: MOST } as const
  const found: ConversationInspection[] = []
  for (const { id } of await store.engine.entities(query)) {
    const conversation = await new Conversation(services, principal, session, nameOf(id)).find()
    // Deleted since it was looked for.
    if (conversation !== undefined) found.push(conversation)
  }
  return found
}
