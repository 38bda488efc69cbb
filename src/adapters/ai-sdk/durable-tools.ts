import type { ToolSet } from 'ai'
import type { Recorder } from './recorder.ts'

/** Tools whose calls are recorded, each in a group of its own: `refund call_1`. Those that run elsewhere are left as they are. */
export function durableTools(ctx: Recorder, tools: ToolSet): ToolSet {
  return Object.fromEntries(Object.entries(tools).map(([name, tool]) => [name, durableTool(ctx, name, tool)]))
}

type Tool = ToolSet[string]

function durableTool(ctx: Recorder, name: string, tool: Tool): Tool {
  const { execute } = tool
  if (execute === undefined) return tool
  const recorded: typeof execute = (input, options) =>
    ctx.group(`${name} ${options.toolCallId}`, async () => lastOf(await execute(input, options)))
  return { ...tool, execute: recorded } as Tool
}

/** Of a tool that gives preliminary results, the last one is what it came to. */
async function lastOf(output: unknown): Promise<unknown> {
  if (typeof output !== 'object' || output === null || !(Symbol.asyncIterator in output)) return output
  let last: unknown
  for await (const each of output as AsyncIterable<unknown>) last = each
  return last
}
