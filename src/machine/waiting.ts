import { type Clock, HoldfastError } from '../core/index.ts'
import type { Kept } from './instance-view.ts'

/** How long to wait, and what else ends it. */
export interface WaitOptions {
  /** Milliseconds. Default: for ever. */
  readonly timeout?: number
  readonly signal?: AbortSignal
}

/**
 * The first moment that fits. `moments` begins with now and ends when its signal is aborted.
 * @throws timeout; cancelled by the signal; conflict when the instance has ended and will never fit
 */
export async function firstFit<Moment extends Kept>(
  clock: Clock,
  id: string,
  { timeout, signal }: WaitOptions,
  moments: (signal: AbortSignal) => AsyncGenerator<Moment>,
  fits: (moment: Moment) => boolean,
): Promise<Moment> {
  const stop = new AbortController()
  const abort = (): void => stop.abort(new HoldfastError('cancelled', 'The wait was ended by its signal', {}))
  const cancel = timeout === undefined ? () => {} : clock.after(timeout, () => stop.abort(tooLong(id, timeout)), true)
  signal?.addEventListener('abort', abort, { once: true })
  if (signal?.aborted === true) abort()
  try {
    for await (const moment of moments(stop.signal)) {
      if (fits(moment)) return moment
      if (isOver(moment)) throw over(id, moment)
    }
    throw (
      stop.signal.reason ?? new HoldfastError('unavailable', 'The store was closed while somebody waited', { reason: 'closed' })
    )
  } finally {
    cancel()
    signal?.removeEventListener('abort', abort)
    stop.abort()
  }
}

function isOver({ stored, work }: Kept): boolean {
  return work.stopped === true || stored[3]?.status === 'done'
}

function tooLong(id: string, after: number): HoldfastError<'timeout'> {
  return new HoldfastError('timeout', `What was waited for of instance ${id} did not come within ${after} ms`, { after })
}

function over(id: string, { stored, work }: Kept): HoldfastError<'conflict'> {
  const status = work.stopped === true ? 'was stopped' : 'is done'
  const message = `Instance ${id} ${status} in ${[stored[1]].flat().join(', ')}: what was waited for will never come`
  return new HoldfastError('conflict', message, { entity: id })
}
