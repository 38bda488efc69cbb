import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { getMoment, getRevisions } from '../api/revision.ts'
import { chunksFor, spanOf } from './chunk.ts'

/** The revisions `from` to `to` as far as they have arrived. */
export function useRevisions(id: string, from: number, to: number, head: number) {
  const chunks = head < 1 ? [] : chunksFor(from, to)
  const results = useQueries({
    queries: chunks.map((chunk) => {
      const span = spanOf(chunk, head)
      return {
        queryKey: span.full ? ['past', id, 'revisions', span.from] : ['session', id, 'revisions', span.from, span.to],
        queryFn: ({ signal }: { signal: AbortSignal }) => getRevisions(id, span.from, span.to, signal),
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

/** The state as of a revision: never changes, so it is read once. */
export function useMoment(id: string, revision: number) {
  return useQuery({
    queryKey: ['past', id, 'at', revision],
    queryFn: ({ signal }) => getMoment(id, revision, signal),
    enabled: revision > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 120_000,
  })
}
