import { toTagged } from '../core/index.ts'
import type { Revision } from '../index.ts'
import { type ChatMessage, callsOf } from '../replay/index.ts'

/** What an event carries, in one line: what was said, what was called, else its data. */
export function eventLine(event: Revision['event']): string {
  const { data } = event ?? {}
  if (data === undefined || data === null) return ''
  if (typeof data === 'string') return data
  if (typeof data === 'object' && !Array.isArray(data)) {
    const { content, text, tool_calls: calls } = data as Readonly<Record<string, unknown>>
    const said = [content, text].filter((one) => typeof one === 'string' && one !== '')
    const called = Array.isArray(calls)
      ? callsOf(data as ChatMessage).map((call) => `${call.tool}(${compact(call.arguments)})`)
      : []
    if (said.length + called.length > 0) return [...said, ...called].join(' ')
  }
  return compact(data)
}

function compact(value: unknown): string {
  return JSON.stringify(toTagged(value).json)
}
