/** What the feed says happened. */
export interface Change {
  readonly kind: string
  readonly id: string
  readonly revision: number
}

export function changeFrom(text: string): Change | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { kind, id, revision } = value as Record<string, unknown>
    if (typeof kind !== 'string' || typeof id !== 'string') return undefined
    return { kind, id, revision: typeof revision === 'number' ? revision : 0 }
  } catch {
    return undefined
  }
}
