import { useQuery } from '@tanstack/react-query'
import { listApprovals } from '../api/approval.ts'

/** What waits for a decision of a person; the feed keeps it new, and the page and the navigation share it. */
export function useApprovals() {
  return useQuery({ queryKey: ['approvals'], queryFn: ({ signal }) => listApprovals(signal) })
}
