import type { Json } from '../api/json.ts'

/** What the chunks of a stream say, put together. */
export type Part =
  | { readonly type: 'text' | 'reasoning'; readonly id: string | null; readonly text: string }
  | ToolPart
  | { readonly type: 'file'; readonly mediaType: string; readonly url: string }
  | { readonly type: 'trouble'; readonly text: string }
  | { readonly type: 'break' }
  /** A chunk that is no part of a message that is known here. */
  | { readonly type: 'json'; readonly json: Json }

export interface ToolPart {
  readonly type: 'tool'
  readonly id: string
  readonly name: string
  /** What is known of its input while it is still being written. */
  readonly writing: string
  readonly input?: Json
  readonly output?: Json
  readonly failed?: string
}

type Fields = Readonly<Record<string, Json>>

/** Chunks of these types begin and end what others bring. */
const silent: ReadonlySet<Json | undefined> = new Set([
  'start',
  'finish',
  'finish-step',
  'text-start',
  'text-end',
  'reasoning-start',
  'reasoning-end',
  'message-metadata',
])

/** Adds chunks to what was heard. Texts, and chunks of AI SDK UI message streams, become what they say; any other is kept as it is. */
export function heard(before: readonly Part[], chunks: readonly Json[]): readonly Part[] {
  const parts = [...before]
  for (const chunk of chunks) hear(parts, chunk)
  return parts
}

function hear(parts: Part[], chunk: Json): void {
  if (typeof chunk === 'string') say(parts, 'text', null, chunk)
  else if (!isFields(chunk) || !known(parts, chunk)) parts.push({ type: 'json', json: chunk })
}

/** False for a chunk that is not one of a message. */
function known(parts: Part[], chunk: Fields): boolean {
  const { type } = chunk
  if (silent.has(type)) return true
  switch (type) {
    case 'text-delta':
    case 'reasoning-delta':
      return say(parts, type === 'text-delta' ? 'text' : 'reasoning', textOf(chunk.id) ?? null, textOf(chunk.delta))
    case 'start-step':
      if (parts.length > 0 && parts.at(-1)?.type !== 'break') parts.push({ type: 'break' })
      return true
    case 'file':
      parts.push({ type: 'file', mediaType: textOf(chunk.mediaType) ?? 'a file', url: textOf(chunk.url) ?? '' })
      return true
    case 'error':
    case 'abort':
      parts.push({ type: 'trouble', text: textOf(chunk.errorText) ?? (type === 'abort' ? 'It was aborted.' : 'It failed.') })
      return true
    default:
      return call(parts, chunk)
  }
}

/** Goes on with the newest text of that name, or begins one. */
function say(parts: Part[], type: 'text' | 'reasoning', id: string | null, delta: string | undefined): boolean {
  if (delta === undefined) return false
  const at = id === null ? parts.length - 1 : parts.findLastIndex((part) => part.type === type && part.id === id)
  const part = parts[at]
  if (part?.type === type && part.id === id) parts[at] = { ...part, text: part.text + delta }
  else parts.push({ type, id, text: delta })
  return true
}

function call(parts: Part[], chunk: Fields): boolean {
  const id = textOf(chunk.toolCallId)
  if (id === undefined || !String(chunk.type).startsWith('tool-')) return false
  const at = parts.findLastIndex((part) => part.type === 'tool' && part.id === id)
  const found = parts[at]
  const part: ToolPart =
    found?.type === 'tool' ? found : { type: 'tool', id, name: textOf(chunk.toolName) ?? 'a tool', writing: '' }
  const next = { ...part, ...changeOf(part, chunk) }
  if (found) parts[at] = next
  else parts.push(next)
  return true
}

function changeOf(part: ToolPart, chunk: Fields): Partial<ToolPart> {
  const { type, input = null, output = null } = chunk
  if (type === 'tool-input-delta') return { writing: part.writing + (textOf(chunk.inputTextDelta) ?? '') }
  if (type === 'tool-input-available') return { input }
  if (type === 'tool-output-available') return { output }
  if (type === 'tool-output-denied') return { failed: 'It was not allowed.' }
  return type === 'tool-output-error' || type === 'tool-input-error' ? { failed: textOf(chunk.errorText) ?? 'It failed.' } : {}
}

const textOf = (value: Json | undefined) => (typeof value === 'string' ? value : undefined)

const isFields = (value: Json): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)
