import type { ToolOutput, Turn, TurnPart } from '../api/conversation.ts'
import type { Json } from '../api/json.ts'

/** What is known of the tools of a conversation, from all the turns that were read. */
export interface Tools {
  /** Ids of calls. */
  readonly calls: ReadonlySet<string>
  readonly results: ReadonlyMap<string, ToolOutput>
}

export const noTools: Tools = { calls: new Set(), results: new Map() }

/** A turn as it is shown: results stand with their calls, wherever they were said. */
export interface Entry {
  readonly turn: Turn
  readonly parts: readonly TurnPart[]
}

/** Adds what turns say of tools; the same object when that is nothing new. */
export function learn(tools: Tools, turns: readonly Turn[]): Tools {
  const calls = new Set(tools.calls)
  const results = new Map(tools.results)
  for (const part of turns.flatMap(({ content }) => content)) {
    if (part.type === 'tool-call') calls.add(part.toolCallId)
    if (part.type === 'tool-result') results.set(part.toolCallId, part.output)
  }
  return calls.size === tools.calls.size && results.size === tools.results.size ? tools : { calls, results }
}

/** The turns without the results whose calls are there, and without turns that held nothing else. */
export function entriesOf(turns: readonly Turn[], { calls }: Tools): readonly Entry[] {
  return turns.flatMap((turn) => {
    const parts = turn.content.filter((part) => part.type !== 'tool-result' || !calls.has(part.toolCallId))
    return parts.length === 0 && turn.content.length > 0 ? [] : [{ turn, parts }]
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
