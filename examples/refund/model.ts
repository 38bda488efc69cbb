/** What is said in a case. */
export interface Message {
  readonly role: 'user' | 'assistant' | 'tool'
  readonly text: string
  /** What the model wants done. */
  readonly call?: { readonly tool: 'look_up' | 'refund'; readonly order: string }
}

/** Says what comes next. */
export type Model = (messages: readonly Message[]) => Message | Promise<Message>

/** A model without a key: it looks the order up that the customer names, refunds it, and says what came of it. */
export const scripted: Model = (messages) => {
  const order = /\b[A-Z]-\d+\b/.exec(messages[0]?.text ?? '')?.[0]
  if (order === undefined) return { role: 'assistant', text: 'Which order is it about?' }
  const results = messages.filter(({ role }) => role === 'tool')
  if (results.length === 0) return { role: 'assistant', text: `Let me look at ${order}.`, call: { tool: 'look_up', order } }
  if (results.length === 1) return { role: 'assistant', text: 'I refund it.', call: { tool: 'refund', order } }
  const { refunded = 0, reason } = JSON.parse(results[1]?.text ?? '{}') as { refunded?: number; reason?: string }
  const text = refunded > 0 ? `${refunded} for ${order} is on its way to you.` : `I may not refund ${order}: ${reason}.`
  return { role: 'assistant', text }
}
