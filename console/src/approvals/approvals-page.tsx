import { CircleCheck } from 'lucide-react'
import { Link } from '../route/link.tsx'
import { useSearch } from '../route/location.ts'
import { runAddress } from '../route/route.ts'
import { Command } from '../shell/command.tsx'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { ApprovalCard } from './approval-card.tsx'
import { useApprovals } from './use-approvals.ts'
import { useDeciding } from './use-deciding.tsx'
import './approvals.css'

/** What runs have asked a person, the longest asked first. */
export default function ApprovalsPage() {
  const { data, error, refetch } = useApprovals()
  const { decide, dialog } = useDeciding()
  const wanted = useSearch().get('id')
  if (!data && error)
    return (
      <div className="center">
        <Trouble error={error} onRetry={() => void refetch()} />
      </div>
    )
  if (!data) return <Bones rows={8} />
  const gone = wanted !== null && !data.some(({ id }) => id === wanted)
  return (
    <>
      {data.length === 0 && !gone ? (
        <NothingAsked />
      ) : (
        <div className="approvals scroll" tabIndex={0} role="region" aria-label="Approvals">
          {gone && <Gone id={wanted} />}
          <ol>
            {data.map((approval) => (
              <ApprovalCard key={approval.id} approval={approval} chosen={approval.id === wanted} onDecide={decide} />
            ))}
          </ol>
        </div>
      )}
      {dialog}
    </>
  )
}

/** The address names something that was decided, has expired, or ended with its run. */
function Gone({ id }: { readonly id: string }) {
  return (
    <div className="notice" role="status">
      <h2>This is not open any more</h2>
      <p className="dim">It was decided, its time is over, or its run has ended. What came of it stands in the run.</p>
      <div className="row">
        <Link to={runAddress(id.slice(0, id.lastIndexOf(':')))} className="button">
          Open the run
        </Link>
      </div>
    </div>
  )
}

function NothingAsked() {
  return (
    <div className="center">
      <CircleCheck size={24} className="dim" aria-hidden />
      <h2>Nothing waits for a decision.</h2>
      <p className="dim">
        A run asks with ctx.approval(&#123; title, data &#125;). It waits for days if need be, and holds no process meanwhile.
      </p>
      <Command text="npx holdfast approvals list" />
    </div>
  )
}
