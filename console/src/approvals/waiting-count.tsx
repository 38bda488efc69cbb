import { useApprovals } from './use-approvals.ts'

/** How many decisions wait, beside the name of the page; nothing while there are none. */
export function WaitingCount() {
  const { data } = useApprovals()
  if (!data || data.length === 0) return null
  return (
    <span className="pill warn">
      {data.length}
      <span className="hidden"> waiting</span>
    </span>
  )
}
