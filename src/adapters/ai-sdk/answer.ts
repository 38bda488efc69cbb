import type { LanguageModelMiddleware } from 'ai'

type WrapStream = NonNullable<LanguageModelMiddleware['wrapStream']>
export type Model = Parameters<WrapStream>[0]['model']
export type Call = Parameters<WrapStream>[0]['params']
export type Streamed = Awaited<ReturnType<Model['doStream']>>
export type Part = Streamed['stream'] extends ReadableStream<infer Each> ? Each : never

/** What a model streams, on its way to the AI SDK and to the record: what others would act on passes when it is recorded. */
export class Answer {
  readonly #begun = Promise.withResolvers<Streamed>()
  #live: ReadableStreamDefaultController<Part> | undefined
  /** Parts that have been passed on. */
  #passed = 0

  /** What the AI SDK gets, as soon as there is something to say. */
  get begun(): Promise<Streamed> {
    return this.#begun.promise
  }

  get hasBegun(): boolean {
    return this.#live !== undefined
  }

  /** Takes all that comes; passes on what may be heard before it is recorded. @throws what the stream, or a part of it, says went wrong */
  async take(
    stream: ReadableStream<Part>,
    response: Streamed['response'],
    named: (part: Part) => Part,
  ): Promise<readonly Part[]> {
    const parts: Part[] = []
    let isHeld = false
    for await (const each of stream) {
      const part = named(each)
      if (part.type === 'error') throw part.error
      // Raw chunks are the provider's own format, as large again as what they say.
      if (part.type === 'raw' || part.type === 'ping') continue
      parts.push(part)
      isHeld ||= isActedOn(part)
      if (!isHeld && (this.hasBegun || isSaid(part))) this.#pass(parts, response)
    }
    return parts
  }

  /** All of it is recorded. */
  end(parts: readonly Part[], response: Streamed['response']): void {
    this.#pass(parts, response)
    this.#live?.close()
  }

  fail(error: unknown): void {
    this.#begun.reject(error)
    this.#live?.error(error)
  }

  #pass(parts: readonly Part[], response: Streamed['response']): void {
    if (this.#live === undefined) {
      const stream = new ReadableStream<Part>({
        start: (controller) => {
          this.#live = controller
        },
      })
      this.#begun.resolve({ stream, ...(response && { response }) })
    }
    for (const part of parts.slice(this.#passed)) this.#live?.enqueue(part)
    this.#passed = parts.length
  }
}

function isSaid({ type }: Part): boolean {
  return type !== 'stream-start' && type !== 'response-metadata'
}

function isActedOn(part: Part): boolean {
  return (part.type === 'tool-call' && part.providerExecuted !== true) || part.type === 'finish'
}
