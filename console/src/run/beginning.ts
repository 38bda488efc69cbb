import type { RunStream } from '../api/run.ts'

/** Bytes of a stream that are read at first: what a reader wants to see is its end. */
const FIRST_BYTES = 512 * 1024
const FIRST_CHUNKS = 5000

/** The first chunk that is read of a stream, so that what is read at first is bounded however long it is. */
export function beginning({ chunks, bytes }: Pick<RunStream, 'chunks' | 'bytes'>): number {
  const each = chunks === 0 ? 0 : bytes / chunks
  const fit = each === 0 ? FIRST_CHUNKS : Math.floor(FIRST_BYTES / each)
  return Math.max(0, chunks - Math.max(1, Math.min(FIRST_CHUNKS, fit)))
}
