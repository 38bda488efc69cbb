import { isDeepStrictEqual } from 'node:util'
import { jsonSchema, type ModelMessage, type ToolSet, tool } from 'ai'
import { HoldfastError, type RunContext } from 'holdfast'
import type { Recording } from './recording.ts'

/** Where tools do what they are called for: outside of the run, where it cannot be taken back. */
export interface Desk {
  /** The same key is the same call. */
  serve(key: string, signal: AbortSignal): Promise<void>
}

/** The tools that were called in a recording: they answer what they answered then. */
export function recordedTools(recording: Recording, ctx: Pick<RunContext, 'step'>, desk: Desk): ToolSet {
  const calls = recording.messages.flatMap(callsIn)
  return Object.fromEntries(calls.map(({ toolName }) => [toolName, recordedTool(toolName)]))

  function recordedTool(toolName: string): ToolSet[string] {
    return tool({
      inputSchema: jsonSchema<object>({ type: 'object' }),
      execute: (input, { toolCallId, messages }) => {
        const answer = answerTo(recording, { toolName, toolCallId, input }, messages)
        return ctx.step('serve', async ({ key, signal }) => {
          await desk.serve(key, signal)
          return answer
        })
      },
    })
  }
}

type Part = Exclude<ModelMessage['content'], string>[number]
type Call = Pick<Extract<Part, { type: 'tool-call' }>, 'toolCallId' | 'toolName' | 'input'>

function callsIn({ content }: ModelMessage): Call[] {
  return typeof content === 'string' ? [] : content.filter((part: Part) => part.type === 'tool-call')
}

/**
 * What a tool answered when it was called behind these messages: the same id may stand for several calls of one conversation.
 * @throws invalid for a call that is not recorded there
 */
function answerTo({ session, messages }: Recording, call: Call, before: readonly ModelMessage[]): unknown {
  const policies = messages.filter(({ role }) => role === 'system').length
  const at = policies + before.filter(({ role }) => role !== 'system').length
  const [said, results] = messages.slice(at)
  const isIt = ({ toolCallId, toolName, input }: Call): boolean =>
    toolCallId === call.toolCallId && toolName === call.toolName && isDeepStrictEqual(input, call.input)
  const place = said === undefined ? -1 : callsIn(said).findIndex(isIt)
  const result = results?.role === 'tool' ? results.content[place] : undefined
  if (result?.type === 'tool-result' && result.output.type === 'text') return result.output.value
  const path = `${session}, message ${at}`
  throw new HoldfastError(
    'invalid',
    `No call ${call.toolCallId} of ${call.toolName} with such arguments is recorded in ${path}`,
    { path },
  )
}
