import type { NewTurn } from '../../index.ts'
import type { Tools } from './tools.ts'
import type { Work } from './work.ts'

/**
 * Answers a customer with the help of tools: in chunks of a UI message as the AI SDK has them, and at the end as turns of a conversation. When its process
 * dies it is called again in another one: what it asks its model is recorded through `work`.
 */
export type Agent = (work: Work, tools: Tools, text: string) => AsyncGenerator<unknown, readonly NewTurn[]>
