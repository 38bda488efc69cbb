import { z } from '@hono/zod-openapi'
import { fromTagged, HoldfastError, type Json } from '../../core/index.ts'
import type { Conversation, NewTurn, Turn } from '../../index.ts'
import type { Synchronous } from '../../runtime/index.ts'
import { json } from '../answer.ts'
import { type Call, replayHeader } from '../call.ts'
import { disclosureOf } from '../disclosure.ts'
import { endpoint, none } from '../endpoint.ts'
import { branch, conversationSummary, limit, newTurn, sessionId, turn, whole } from '../shapes.ts'

const params = sessionId.extend({
  name: z.string().min(1).max(200).openapi({ description: 'The name of the conversation, percent-encoded.', example: 'main' }),
})
const at = { path: '/v1/sessions/{id}/conversations/{name}/turns', tag: 'conversations', params, query: none } as const

const listConversations = endpoint({
  ...at,
  method: 'get',
  path: '/v1/sessions/{id}/conversations',
  name: 'listConversations',
  summary: 'The conversations of a session, by name',
  params: sessionId,
  answer: {
    status: 200,
    description: 'Its conversations, of at most 1,000.',
    schema: z.object({ conversations: z.array(conversationSummary) }).openapi('Conversations'),
  },
  async handle(call) {
    const found = await call.bot.session(call.params.id).conversations()
    const conversations = found.map(({ name, turns, head, branches, updated }) => ({ name, turns, head, branches, updated }))
    return json(200, { conversations })
  },
})

const listTurns = endpoint({
  ...at,
  method: 'get',
  name: 'listTurns',
  summary: 'Turns of a conversation, the newest page first',
  description:
    'Turns of the active branch, or of another, oldest first; the newest page comes first, and `before` leads to those before it. Secrets of the session are masked.',
  query: z.object({
    before: z.string().min(1).max(200).optional().openapi({ description: 'The `before` of the page that follows.' }),
    limit,
    branch: whole(0, Number.MAX_SAFE_INTEGER, 'Up to the end of this branch.').optional(),
  }),
  answer: {
    status: 200,
    description: 'A page of turns.',
    schema: z.object({ turns: z.array(turn), more: z.boolean(), before: z.string().nullable() }).openapi('TurnPage'),
  },
  async handle(call) {
    const conversation = conversationOf(call)
    const { turns, before } = await conversation.list(call.query)
    return json(200, { turns: await shown(call, conversation, turns), more: before !== null, before })
  },
})

const listBranches = endpoint({
  ...at,
  method: 'get',
  path: '/v1/sessions/{id}/conversations/{name}/branches',
  name: 'listBranches',
  summary: 'The branches of a conversation, in the order they began',
  answer: {
    status: 200,
    description: 'Every branch there is.',
    schema: z.object({ branches: z.array(branch) }).openapi('Branches'),
  },
  handle: async (call) => json(200, { branches: await conversationOf(call).branches() }),
})

const addTurn = endpoint({
  ...at,
  method: 'post',
  name: 'addTurn',
  summary: 'Add a turn',
  description:
    'Add a turn. One that was added under the same id and says the same is answered with 200, one that says something else is 409.',
  body: newTurn,
  answer: { status: 201, description: 'The turn.', schema: turn },
  async handle(call) {
    const { after, ...rest } = call.body
    const said = fromTagged(rest as Json) as unknown as NewTurn
    const { id, name } = call.params
    const { value, replayed } = await call.bot.commit<{ readonly id: string; readonly isNew: boolean }>((tx) => {
      const conversation = tx.conversation(id, name)
      const isNew = said.id === undefined || conversation.turn(said.id) === undefined
      const [added] = conversation.add(said, { after })
      return { id: added.id, isNew } as Synchronous<{ readonly id: string; readonly isNew: boolean }>
    }, call.commitOptions)
    const conversation = conversationOf(call)
    const found = await conversation.turn(value.id)
    if (found === undefined) throw gone(conversation.id)
    const [body] = await shown(call, conversation, [found])
    return json(value.isNew ? 201 : 200, body, replayHeader(replayed))
  },
})

function conversationOf({ bot, params: { id, name } }: Call<z.output<typeof params>>): Conversation {
  return bot.conversation(id, name)
}

/** What leaves of turns: without what they repeat of the secrets of their session. */
async function shown({ hf }: Call, { ref }: Conversation, turns: readonly Turn[]): Promise<readonly unknown[]> {
  const row = turns.length === 0 ? undefined : await hf.store.engine.entity(ref)
  return row === undefined ? [] : ((await (await disclosureOf(hf, row)).data(turns)) as readonly unknown[])
}

function gone(conversation: string): HoldfastError<'not_found'> {
  return new HoldfastError('not_found', `Conversation ${conversation} was deleted since`, { entity: conversation })
}

export const conversationEndpoints = [listConversations, listTurns, addTurn, listBranches]
