import { AsyncLocalStorage } from 'node:async_hooks'
import type { LanguageModel, ToolSet } from 'ai'
import { checkName } from '../../core/index.ts'
import { durableModel } from './durable-model.ts'
import { durableTools } from './durable-tools.ts'
import type { Recorder } from './recorder.ts'

/** What an agent, `streamText` or `generateText` of the AI SDK is made with. */
export interface ModelAndTools {
  readonly model: LanguageModel
  readonly tools?: ToolSet | undefined
}

/** How calls are recorded. */
export interface DurableOptions {
  /** What the steps of the model are called. Default `model`. Agents side by side in one run need names of their own, or a `ctx.group` each. */
  readonly name?: string
}

/**
 * Makes the settings of an AI SDK agent durable: each call of the model and of a tool is recorded once in the run, and taken from the record when the
 * run goes on in another process. While a model speaks, its parts pass through as they come; what they lead to, a tool or the next call, begins when the
 * call is recorded. A tool may use the run's context, and wait for days: `ctx.approval`, `ctx.step`, `ctx.sleep`. One that does not is done again when
 * the process dies in it: its `toolCallId` stays the same.
 *
 * A model that fails before it says anything is tried again as the AI SDK says which failures are worth that; one that breaks off in the middle of its
 * answer ends the attempt, and the next one asks it anew.
 */
export function durable<Settings extends ModelAndTools>(
  ctx: Recorder,
  settings: Settings,
  { name = 'model' }: DurableOptions = {},
): Settings {
  checkName(name, 'the name of a model', 100)
  // The AI SDK calls models and tools from wherever its streams are pulled: their steps belong where the agent was made.
  const here = AsyncLocalStorage.snapshot()
  const recorder: Recorder = {
    run: ctx.run,
    step: (...step) => here(() => ctx.step(...step)),
    group: (...group) => here(() => ctx.group(...group)),
  }
  const model = durableModel(recorder, settings.model, name)
  if (settings.tools === undefined) return { ...settings, model }
  return { ...settings, model, tools: durableTools(recorder, settings.tools) }
}
