import { Check, CircleX, Hourglass, Send, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { type Approval, approvalIdOf } from '../api/approval.ts'
import type { Run, RunWait } from '../api/run.ts'
import { Link } from '../route/link.tsx'
import { runAddress } from '../route/route.ts'
import { RetryButton } from '../runs/retry-button.tsx'
import { countdown, exact } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import type { Mending } from './mend-dialog.tsx'
import { waitWords } from './wait-words.ts'

interface Props {
  readonly run: Run
  readonly onDecide: (approval: Pick<Approval, 'id' | 'run' | 'title' | 'data'>, approved: boolean) => void
  readonly onSend: (event: string) => void
  readonly onCancel: () => void
  readonly onMend: (mending: Mending) => void
}

/** What holds a run up, and what can be done about it right here. */
export function RunNotice({ run, onDecide, onSend, onCancel, onMend }: Props) {
  const isOver = run.status === 'done' || run.status === 'cancelled'
  if (isOver || (run.waits.length === 0 && run.error === null && run.status === 'running')) return null
  return (
    <ul className="strips" aria-label="What holds it up">
      <Trouble run={run} onCancel={onCancel} onMend={onMend} />
      {run.waits.map((wait) => (
        <WaitStrip key={wait.step} run={run} wait={wait} onDecide={onDecide} onSend={onSend} />
      ))}
    </ul>
  )
}

/** What went wrong, where something did. */
function Trouble({ run, onCancel, onMend }: Pick<Props, 'run' | 'onCancel' | 'onMend'>) {
  const { id, status, error, task } = run
  const said = error ? `${error.name}: ${error.message}` : 'It gave no reason.'
  switch (status) {
    case 'failed':
      return (
        <Strip
          look="bad"
          icon={<CircleX size={15} aria-hidden />}
          acts={
            <>
              <button type="button" className="button" onClick={onCancel}>
                Put away…
              </button>
              <button type="button" className="button" onClick={() => onMend('skip')}>
                Skip the step…
              </button>
              <button type="button" className="button" onClick={() => onMend('edit')}>
                Edit input…
              </button>
              <RetryButton run={id} strong />
            </>
          }
        >
          <b>Failed</b> <span className="mono">{said}</span>
          <small>
            Nobody tries it any more. Mend what is wrong and retry: the step it failed of is done again, no other. Or give it
            another input, skip that step, put it away.
          </small>
        </Strip>
      )
    case 'needs_migration':
      return (
        <Strip look="warned" icon={<TriangleAlert size={15} aria-hidden />} acts={<RetryButton run={id} strong />}>
          <b>It stands still</b> <span>{error?.message}</span>
          <small>
            The code of {task} has changed since these steps were recorded; nothing of it was done. Deploy code that asks for
            them, then retry; or cancel the run.
          </small>
        </Strip>
      )
    case 'running':
      return error ? (
        <Strip look="warned" icon={<TriangleAlert size={15} aria-hidden />}>
          <b>The last attempt failed</b> <span className="mono">{said}</span>
          <small>Another one is made, by the policy of the task.</small>
        </Strip>
      ) : null
    default:
      return null
  }
}

function WaitStrip({ run, wait, onDecide, onSend }: Omit<Props, 'onCancel' | 'onMend'> & { readonly wait: RunWait }) {
  return (
    <Strip
      look={wait.for === 'approval' ? 'asks' : 'waits'}
      icon={<Hourglass size={15} aria-hidden />}
      acts={<WaitActs run={run} wait={wait} onDecide={onDecide} onSend={onSend} />}
    >
      <b>Waits</b> <span>for {waitWords(wait)}</span>
      {wait.until !== null && <Until wait={wait} until={wait.until} />}
    </Strip>
  )
}

/** What ends the wait, where that can be done from here. */
function WaitActs({ run, wait, onDecide, onSend }: Omit<Props, 'onCancel' | 'onMend'> & { readonly wait: RunWait }) {
  switch (wait.for) {
    case 'approval':
      return <DecideButtons run={run} wait={wait} onDecide={onDecide} />
    case 'event':
      return (
        <button type="button" className="button" onClick={() => onSend(wait.event ?? '')}>
          <Send size={13} aria-hidden />
          Send it…<span className="hidden"> {wait.event}</span>
        </button>
      )
    case 'run':
      return wait.run === undefined ? null : (
        <Link to={runAddress(wait.run)} className="button">
          Open it<span className="hidden"> {wait.run}</span>
        </Link>
      )
    case 'sleep':
      return null
  }
}

function Until({ wait, until }: { readonly wait: RunWait; readonly until: string | number }) {
  const left = countdown(until, useNow())
  const at = exact(until)
  return (
    <time className="dim" title={at}>
      {wait.for === 'sleep' ? `goes on ${at.slice(0, 16)}, in ${left}` : `until ${at.slice(0, 16)}, ${left} left`}
    </time>
  )
}

function DecideButtons({ run, wait, onDecide }: Pick<Props, 'run' | 'onDecide'> & { readonly wait: RunWait }) {
  const data = run.steps.find(({ name }) => name === wait.step)?.wait?.data
  const title = wait.title ?? wait.step
  const approval = { id: approvalIdOf(run.id, wait.step), run: run.id, title, ...(data !== undefined && { data }) }
  return (
    <>
      <button type="button" className="button" onClick={() => onDecide(approval, false)}>
        <X size={14} aria-hidden />
        Refuse…
      </button>
      <button type="button" className="button strong" onClick={() => onDecide(approval, true)}>
        <Check size={14} aria-hidden />
        Approve…
      </button>
    </>
  )
}

interface StripProps {
  readonly look: 'bad' | 'warned' | 'waits' | 'asks'
  readonly icon: ReactNode
  readonly acts?: ReactNode
  readonly children: ReactNode
}

function Strip({ look, icon, acts, children }: StripProps) {
  return (
    <li className={`strip ${look}`}>
      {icon}
      <p>{children}</p>
      {acts && <span className="acts">{acts}</span>}
    </li>
  )
}
