import { checkName, HoldfastError } from '../core/index.ts'

/** The kind of the entities that conversations are kept in. */
export const CONVERSATION_KIND = 'conversation'

/** The conversation of a session that is meant when none is named. */
export const MAIN = 'main'

/** The id of a conversation's entity: it lives in the tree of a session. @throws invalid for a name that would not come apart again */
export function conversationId(session: string, name: string): string {
  checkName(name, 'the name of a conversation', 200)
  if (name.includes('/'))
    throw new HoldfastError('invalid', `Expected the name of a conversation without /, got ${JSON.stringify(name)}`, {
      path: 'name',
    })
  return `${session}/${name}`
}

/** The session a conversation belongs to: the last slash divides it from the conversation's own name. */
export function sessionOf(conversation: string): string {
  return conversation.slice(0, conversation.lastIndexOf('/'))
}

/** The name of a conversation in its session. */
export function nameOf(conversation: string): string {
  return conversation.slice(conversation.lastIndexOf('/') + 1)
}
