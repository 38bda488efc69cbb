import { keepPreviousData, useQueries } from '@tanstack/react-query'
import { chunksFor, spanOf } from './chunk.ts'

/** Reads the revisions `from` to `to`, both included, oldest first. */
type Read<Row> = (from: number, to: number, signal: AbortSignal) => Promise<readonly Row[]>

/** The revisions `from` to `to` of something, as far as they have arrived. `key` is what it is kept fresh by: its kind and its id. */
export function useChunks<Row extends { readonly revision: number }>(
  key: readonly [kind: string, id: string],
  [from, to]: readonly [number, number],
  head: number,
  read: Read<Row>,
) {
  const chunks = head < 1 ? [] : chunksFor(from, to)
  const results = useQueries({
    queries: chunks.map((chunk) => {
      const span = spanOf(chunk, head)
      return {
        queryKey: span.full ? ['past', ...key, 'revisions', span.from] : [...key, 'revisions', span.from, span.to],
        queryFn: ({ signal }: { signal: AbortSignal }) => read(span.from, span.to, signal),
        staleTime: span.full ? Number.POSITIVE_INFINITY : 0,
        placeholderData: keepPreviousData,
      }
    }),
  })
  const known = new Map(results.flatMap(({ data }) => (data ?? []).map((revision) => [revision.revision, revision] as const)))
  return {
    get: (revision: number) => known.get(revision),
    pending: results.some(({ isPending }) => isPending),
    error: results.find(({ error }) => error)?.error,
  }
}
