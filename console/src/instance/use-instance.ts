import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { getInstance, getInstanceAt, getInstanceRevisions, stepName } from '../api/instance.ts'
import { useChunks } from '../past/use-chunks.ts'

export function useInstance(id: string) {
  return useQuery({ queryKey: ['instance', id, 'now'], queryFn: ({ signal }) => getInstance(id, signal) })
}

/** The instance as of a revision: never changes, so it is read once. What was on screen stays until it has come. */
export function useInstanceAt(id: string, revision: number) {
  return useQuery({
    queryKey: ['past', 'instance', id, 'at', revision],
    queryFn: ({ signal }) => getInstanceAt(id, revision, signal),
    enabled: revision > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 120_000,
    placeholderData: keepPreviousData,
  })
}

/** The revisions `first` to `last` as far as they have arrived. */
export function useSteps(id: string, first: number, last: number, head: number) {
  return useChunks(['instance', id], [first, last], head, (from, to, signal) => getInstanceRevisions(id, from, to, signal))
}

/** The same, named by their events. */
export function useNamedSteps(id: string, first: number, last: number, head: number) {
  const steps = useSteps(id, first, last, head)
  return (number: number) => {
    const revision = steps.get(number)
    return revision && { name: stepName(revision), at: revision.at }
  }
}
