import { convertToModelMessages, type UIMessage } from 'ai'
import type { Conversation, ListOptions, NewTurn, Turn } from '../../index.ts'
import { toUIMessages } from './to-ui-messages.ts'

/** Messages as `useChat` has them. */
export interface UIMessagePage {
  /** Oldest first. */
  readonly messages: UIMessage[]
  /** Pass as `before` for those that came before these; null when there are none. */
  readonly before: string | null
}

/** The messages of a conversation as `useChat` of the AI SDK shows and sends them. The turns themselves are what models are given. */
export class UIMessages {
  readonly #conversation: Conversation

  constructor(conversation: Conversation) {
    this.#conversation = conversation
  }

  /** The newest ones; `limit` counts turns: an answer with calls of tools has several. @throws not_found; invalid */
  async load(options: ListOptions = {}): Promise<UIMessagePage> {
    const { turns, before } = await this.#conversation.list(options)
    const messages = toUIMessages(turns)
    // What a page begins in the middle of belongs to an answer whose beginning is on the page before.
    const isTorn = before !== null && turns[0]?.role === 'tool'
    return { messages: isTorn ? messages.slice(1) : messages, before: isTorn ? (messages[1]?.id ?? before) : before }
  }

  /**
   * Keeps messages that are not there yet, in one commit; those that are stay as they are. With `after` they follow another turn than the last one,
   * as an edited question or another answer does.
   * @throws conflict for an id that says something else; invalid with the path; not_found
   */
  async save(messages: readonly UIMessage[], options: { readonly after?: string } = {}): Promise<readonly Turn[]> {
    const turns = (await Promise.all(messages.map(toTurns))).flat()
    return this.#conversation.add(turns, options)
  }
}

/** The turns a message is kept as: a question is one, an answer one for each call of the model and one for what its tools came to. */
export async function toTurns({ id, metadata, ...message }: UIMessage): Promise<readonly NewTurn[]> {
  const data = message.parts.flatMap((part) =>
    part.type.startsWith('data-') && 'data' in part ? [{ type: 'data' as const, name: part.type.slice(5), data: part.data }] : [],
  )
  const models = await convertToModelMessages([message])
  return models.map((model, i): NewTurn => {
    const turn = model as NewTurn
    if (i > 0) return { ...turn, id: `${id}/${i + 1}` }
    const content = typeof turn.content === 'string' || data.length === 0 ? turn.content : [...turn.content, ...data]
    return { ...turn, content, id, ...(metadata !== undefined && { metadata }) }
  })
}
