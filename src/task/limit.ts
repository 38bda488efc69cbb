import { type Clock, HoldfastError } from '../core/index.ts'

/** The time that one attempt of a step may take, and the signal that ends it. */
export class Limit {
  readonly #cancel: () => void = () => {}
  readonly signal: AbortSignal

  constructor(clock: Clock, step: string, ms: number | undefined, outer: AbortSignal) {
    this.signal = outer
    if (ms === undefined) return
    const abort = new AbortController()
    this.signal = AbortSignal.any([outer, abort.signal])
    this.#cancel = clock.after(ms, () =>
      abort.abort(new HoldfastError('timeout', `Step ${step} ran longer than ${ms} ms`, { after: ms })),
    )
  }

  /** What `work` comes to, or why it was ended. */
  async of<Value>(work: () => Promise<Value>): Promise<Value> {
    const { signal } = this
    const ended = Promise.withResolvers<never>()
    const end = (): void => ended.reject(signal.reason)
    if (signal.aborted) end()
    signal.addEventListener('abort', end, { once: true })
    try {
      return await Promise.race([work(), ended.promise])
    } finally {
      signal.removeEventListener('abort', end)
    }
  }

  end(): void {
    this.#cancel()
  }
}
