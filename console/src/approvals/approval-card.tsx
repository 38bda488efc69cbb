import { Check, X } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { Approval } from '../api/approval.ts'
import { Link } from '../route/link.tsx'
import { runAddress, sessionAddress } from '../route/route.ts'
import { countdown, exact, instant, relative } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import { PrintedValue } from '../value/printed-value.tsx'

/** Who has less time than this should look now. */
const SOON = 3_600_000

interface Props {
  readonly approval: Approval
  /** The address names it. */
  readonly chosen: boolean
  readonly onDecide: (approval: Approval, approved: boolean) => void
}

/** One thing a run has asked: what, on whose behalf, since when, until when. */
export function ApprovalCard({ approval, chosen, onDecide }: Props) {
  const { title, data, run, session, asked } = approval
  const now = useNow()
  const element = useRef<HTMLLIElement>(null)
  useEffect(() => {
    if (chosen) element.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <li className="approval" ref={element} aria-current={chosen ? 'true' : undefined}>
      <header>
        <h2>{title}</h2>
        <p className="dim">
          <time title={exact(asked)}>asked {relative(asked, now)}</time>
          <Expiry expires={approval.expires} now={now} />
        </p>
      </header>
      {data !== undefined && data !== null && <PrintedValue value={data} first={1000} />}
      <footer>
        <dl className="asker">
          <dt>run</dt>
          <dd className="cut">
            <Link to={runAddress(run)} className="mono">
              {run.slice(session.length + 1)}
            </Link>
          </dd>
          <dt>session</dt>
          <dd className="cut">
            <Link to={sessionAddress(session)} className="mono">
              {session}
            </Link>
          </dd>
        </dl>
        <span className="acts">
          <button type="button" className="button" onClick={() => onDecide(approval, false)}>
            <X size={14} aria-hidden />
            Refuse…<span className="hidden"> {title}</span>
          </button>
          <button type="button" className="button strong" onClick={() => onDecide(approval, true)}>
            <Check size={14} aria-hidden />
            Approve…<span className="hidden"> {title}</span>
          </button>
        </span>
      </footer>
    </li>
  )
}

function Expiry({ expires, now }: { readonly expires: Approval['expires']; readonly now: number }) {
  if (expires === null) return <span>never expires</span>
  const left = instant(expires) - now
  return (
    <time title={`${exact(expires)}: then it counts as refused`} className={left < SOON ? 'warned' : undefined}>
      {left > 0 ? `expires in ${countdown(expires, now)}` : 'expired'}
    </time>
  )
}
