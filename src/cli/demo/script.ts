import type { ToolResult, Tools } from './tools.ts'

/** What is said next, and what is to be done for it. */
export interface Reply {
  readonly text: string
  readonly call?: { readonly tool: keyof Tools; readonly order: string }
}

/** A model without a key: it looks the order up that the customer names, asks for its refund, and says what came of it. */
export function nextReply(asked: string, results: readonly ToolResult[]): Reply {
  const order = /\d{3,}/.exec(asked)?.[0]
  if (order === undefined) return { text: 'I am sorry to hear that. Which order is it about?' }
  const last = results.at(-1)
  if (last === undefined)
    return { text: `I am sorry to hear that. Let me look at order ${order}.`, call: { tool: 'lookUp', order } }
  if ('error' in last) return { text: `${last.error}. Which one is it about?` }
  if ('item' in last)
    return { text: `The ${last.item} was ${last.amount} euros. I ask for its refund.`, call: { tool: 'refund', order } }
  if ('reason' in last) return { text: `I cannot refund order ${order}: ${last.reason}.` }
  return { text: `Done: ${last.refunded} euros for order ${order} are on their way to you (${last.receipt}).` }
}
