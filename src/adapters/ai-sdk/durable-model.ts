import { APICallError, gateway, type LanguageModel, type LanguageModelMiddleware, wrapLanguageModel } from 'ai'
import { AttemptError, type StepContext } from '../../index.ts'
import { Answer, type Call, type Model, type Part, type Streamed } from './answer.ts'
import { partNames } from './part-names.ts'
import type { Recorder } from './recorder.ts'

/** A call of a model that streams, as it is recorded. */
interface RecordedStream {
  readonly parts: readonly Part[]
  readonly response: Streamed['response']
}

/** A model whose calls are recorded as steps called `name`. */
export function durableModel(ctx: Recorder, model: LanguageModel, name: string): Model {
  const middleware: LanguageModelMiddleware = {
    specificationVersion: 'v4',
    wrapGenerate: ({ model: inner, params }) => {
      const call = async ({ signal }: { readonly signal: AbortSignal }) => {
        const { request: _, response, ...result } = await inner.doGenerate(until(params, signal))
        return response === undefined ? result : { ...result, response: withoutBody(response) }
      }
      return ctx.step(name, call, { retryIf: isWorthRetrying })
    },
    wrapStream: ({ model: inner, params }) => streamed(ctx, name, inner, params),
  }
  return wrapLanguageModel({ model: modelOf(model), middleware })
}

/** As the AI SDK does: a name is one of the default provider's models. */
function modelOf(model: LanguageModel): Exclude<LanguageModel, string> {
  if (typeof model !== 'string') return model
  return (globalThis.AI_SDK_DEFAULT_PROVIDER ?? gateway).languageModel(model)
}

function withoutBody<Response extends { readonly body?: unknown }>({ body: _, ...response }: Response): Omit<Response, 'body'> {
  return response
}

function until(params: Call, signal: AbortSignal): Call {
  return { ...params, abortSignal: params.abortSignal === undefined ? signal : AbortSignal.any([params.abortSignal, signal]) }
}

/** What is recorded is told at once; else the parts pass through as they come. */
function streamed(ctx: Recorder, name: string, model: Model, params: Call): Promise<Streamed> {
  const answer = new Answer()
  const call = async ({ key, signal }: StepContext): Promise<RecordedStream> => {
    const { stream, response } = await model.doStream(until(params, signal))
    try {
      const named = partNames(key.slice(ctx.run.length + 1))
      return { parts: await answer.take(stream, response, named), response }
    } catch (error) {
      if (!answer.hasBegun || params.abortSignal?.aborted) throw error
      throw new AttemptError('The model broke off in the middle of its answer', { cause: error })
    }
  }
  const retryIf = (error: unknown): boolean => !params.abortSignal?.aborted && isWorthRetrying(error)
  ctx.step(name, call, { retryIf }).then(
    ({ parts, response }) => answer.end(parts, response),
    (error: unknown) => answer.fail(error),
  )
  return answer.begun
}

/** False for what the provider says is wrong with the request itself. */
function isWorthRetrying(error: unknown): boolean {
  return !APICallError.isInstance(error) || error.isRetryable
}
