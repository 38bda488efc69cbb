import { useQuery } from '@tanstack/react-query'
import { getMoment, getRevisions } from '../api/revision.ts'
import { useChunks } from '../past/use-chunks.ts'

/** The revisions `from` to `to` as far as they have arrived. */
export function useRevisions(id: string, from: number, to: number, head: number) {
  return useChunks(['session', id], [from, to], head, (first, last, signal) => getRevisions(id, first, last, signal))
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
