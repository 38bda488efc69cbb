import { useQuery } from '@tanstack/react-query'
import { getMachine } from '../api/machine.ts'

/** A definition; one version of it, or the current one. */
export function useMachine(id: string, version: string | null) {
  return useQuery({ queryKey: ['machine', id, version], queryFn: ({ signal }) => getMachine(id, version, signal) })
}
