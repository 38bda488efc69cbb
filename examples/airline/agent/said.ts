import { isDeepStrictEqual } from 'node:util'

/** What messages have in common: those of a conversation, a recording, and a prompt. */
interface SomeMessage {
  readonly role: string
  readonly content: string | readonly object[]
}

/** What a message says, apart from how it is written down. */
export interface Said {
  readonly role: string
  readonly parts: readonly unknown[]
}

/** What messages say: texts, calls with their arguments, results. */
export function saidIn(messages: readonly SomeMessage[]): Said[] {
  return messages.map(({ role, content }) => ({
    role,
    parts: (typeof content === 'string' ? [{ type: 'text', text: content }] : content).map(bare).filter(isNotEmpty),
  }))
}

export function saysTheSame(some: readonly SomeMessage[], others: readonly SomeMessage[]): boolean {
  return isDeepStrictEqual(saidIn(some), saidIn(others))
}

function bare(part: object): object {
  const { providerOptions: _, ...rest } = part as { readonly providerOptions?: unknown }
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
}

/** A prompt leaves empty texts out. */
function isNotEmpty(part: object): boolean {
  return !('text' in part) || part.text !== ''
}
