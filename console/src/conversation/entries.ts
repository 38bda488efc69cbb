import type { ToolOutput, Turn, TurnPart } from '../api/conversation.ts'
import type { Json } from '../api/json.ts'

/** What is known of a conversation from all the turns that were read. */
export interface Known {
  /** Ids of calls of tools. */
  readonly calls: ReadonlySet<string>
  readonly results: ReadonlyMap<string, ToolOutput>
  /** Those that the turns on the screen belong to. */
  readonly branches: ReadonlySet<number>
}

export const nothingKnown: Known = { calls: new Set(), results: new Map(), branches: new Set() }

/** A turn as it is shown: results stand with their calls, wherever they were said. */
export interface Entry {
  readonly turn: Turn
  readonly parts: readonly TurnPart[]
}

/** Adds what turns tell; the same object when that is nothing new. */
export function learn(known: Known, turns: readonly Turn[]): Known {
  const calls = new Set(known.calls)
  const results = new Map(known.results)
  const branches = known.branches.union(new Set(turns.map(({ branch }) => branch)))
  for (const part of turns.flatMap(({ content }) => content)) {
    if (part.type === 'tool-call') calls.add(part.toolCallId)
    if (part.type === 'tool-result') results.set(part.toolCallId, part.output)
  }
  const isNew = calls.size > known.calls.size || results.size > known.results.size || branches.size > known.branches.size
  return isNew ? { calls, results, branches } : known
}

/** The turns without the results whose calls are there, and without turns that held nothing else. */
export function entriesOf(turns: readonly Turn[], { calls }: Known): readonly Entry[] {
  return turns.flatMap((turn) => {
    const parts = turn.content.filter((part) => part.type !== 'tool-result' || !calls.has(part.toolCallId))
    if (parts.length === 0 && turn.content.length > 0) return []
    // The same parts as long as nothing is taken out, so that a turn that stays as it was is not drawn again.
    return [{ turn, parts: parts.length === turn.content.length ? turn.content : parts }]
  })
}

/** What came of a call, in the words of a reader: its value, or why there is none. */
export function outcomeOf(output: ToolOutput | undefined): { readonly output?: Json; readonly failed?: string } {
  if (output === undefined) return {}
  const { type, value = null, reason } = output
  if (type === 'execution-denied') return { failed: reason ?? 'It was not allowed.' }
  if (type.startsWith('error')) return { failed: typeof value === 'string' ? value : JSON.stringify(value) }
  return { output: value }
}
