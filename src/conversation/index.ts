export type { AddOptions } from './addition.ts'
export { CONVERSATION_KIND, MAIN, sessionOf } from './address.ts'
export type { ContextTurn, ConversationContext, ConversationContextOptions } from './context.ts'
export {
  type AddTurnOptions,
  type Branch,
  Conversation,
  type ConversationInspection,
  type ConversationServices,
  type ListOptions,
  type StreamedTurn,
  type TurnPage,
} from './conversation.ts'
export { ConversationTx } from './conversation-tx.ts'
export { conversationsOf } from './conversations.ts'
export { bringForth, type Heir, heirsOf } from './fork.ts'
export type { Message } from './message.ts'
export type * from './part.ts'
export { conversationTimers } from './timers.ts'
export { endConversations } from './tree.ts'
export type { NewTurn, Role, Turn, TurnStatus } from './turn.ts'
export { TurnWriter } from './turn-writer.ts'
