import { type Clock, HoldfastError } from '../core/index.ts'
import type { OutboxRow } from '../store/index.ts'
import type { Described } from './described.ts'
import type { EffectHandler, Outcome } from './handler.ts'

const DEFAULT_TIMEOUT_MS = 60_000

/** Runs a handler once. However it behaves, this ends: with what it returns or throws, or when it is aborted or out of time. */
export async function attempt(
  handler: EffectHandler,
  row: OutboxRow,
  payload: unknown,
  last: Described | undefined,
  abort: AbortController,
  clock: Clock,
): Promise<Outcome> {
  const { signal } = abort
  const limit = handler.timeout ?? DEFAULT_TIMEOUT_MS
  const cancel = clock.after(limit, () =>
    abort.abort(new HoldfastError('timeout', `Effect ${row.queue} ran longer than ${limit} ms`, { after: limit })),
  )
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  aborted.catch(() => {})
  try {
    const context = { key: row.id, attempt: row.attempts, epoch: row.epoch, entity: row.entity, signal, ...(last && { last }) }
    return { ok: true, value: await Promise.race([handler.run(payload, context), aborted]) }
  } catch (error) {
    return { ok: false, error }
  } finally {
    cancel()
  }
}
