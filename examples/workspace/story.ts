/** One revision of a session: what it is about, and what it changes. */
export interface Step {
  readonly event: string
  readonly data?: unknown
  /** Values by path. */
  readonly set?: Readonly<Record<string, unknown>>
  readonly delete?: readonly string[]
  /** An effect to promise: its name and payload. */
  readonly effect?: readonly [name: string, payload: unknown]
  readonly end?: 'close'
  readonly tag?: string
}

/** A session, from its first revision to its last. */
export interface Story {
  readonly id: string
  readonly definition: 'support' | 'research' | 'coding' | 'travel'
  readonly user: string
  readonly tags: readonly string[]
  /** Minutes before now at which it began, and between two steps. */
  readonly began: number
  readonly pace: number
  /** Minutes after its last change at which it expires. */
  readonly ttl?: number
  readonly steps: readonly Step[]
}

/** A turn of a conversation at a place in its list. */
export function said(turn: number, role: 'user' | 'assistant', content: string): Step {
  return { event: role === 'user' ? 'message' : 'reply', set: { [`messages[${turn}]`]: { role, content } } }
}
