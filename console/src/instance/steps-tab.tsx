import type { Instance, InstanceRevision, InstanceStep } from '../api/instance.ts'
import { useWindow } from '../list/use-window.ts'
import { Trouble } from '../shell/trouble.tsx'
import { exact } from '../time/instant.ts'
import { useSteps } from './use-instance.ts'
import '../session/timeline.css'

interface Props {
  readonly instance: Instance
  readonly at: number
  readonly onGo: (revision: number) => void
}

const ROW = 28

/** All revisions, newest first: the event, the transitions it took, and where they led. */
export default function StepsTab({ instance, at, onGo }: Props) {
  const head = instance.revision
  const { scroller, visible } = useWindow(head, ROW)
  const newest = head - visible.first
  const oldest = Math.max(1, head - visible.end + 1)
  const steps = useSteps(instance.id, oldest, newest, head)
  const numbers = Array.from({ length: Math.max(0, newest - oldest + 1) }, (_, i) => newest - i)
  return (
    <div className="timeline">
      {steps.error && <Trouble error={steps.error} />}
      <div className="rows scroll" ref={scroller} tabIndex={0} role="group" aria-label={`${head} revisions, newest first`}>
        <ol className="sheet" style={{ height: head * ROW }}>
          {numbers.map((number) => (
            <li key={number} className={`moment ${number === at ? 'at' : ''}`} style={{ top: (head - number) * ROW }}>
              <button type="button" className="go" aria-current={number === at ? 'step' : undefined} onClick={() => onGo(number)}>
                <span className="mono dim">v{number}</span>
                <i aria-hidden />
                <StepCells revision={steps.get(number)} pending={steps.pending} />
              </button>
            </li>
          ))}
        </ol>
      </div>
    </div>
  )
}

function StepCells({ revision, pending }: { readonly revision: InstanceRevision | undefined; readonly pending: boolean }) {
  if (!revision) return <span className="dim">{pending ? '…' : 'pruned: its record is no longer kept'}</span>
  const { steps, actor, source, at } = revision
  return (
    <>
      <b className="mono cut">{steps.map(({ event }) => event.type).join(', ') || 'change'}</b>
      <span className="mono dim cut paths">{steps.map(wordsOf).filter(Boolean).join('; ')}</span>
      <span className="mono dim cut who">{actor ?? source ?? ''}</span>
      <time className="mono dim cut">{exact(at)}</time>
    </>
  )
}

function wordsOf({ transitions = [], states = [], unhandled, failed, adopted, tool }: InstanceStep): string {
  if (failed) return `failed: ${failed.message}`
  if (tool !== undefined) return `tool ${tool}`
  if (adopted !== undefined) return `adopted from ${adopted}`
  if (unhandled) return 'nothing took it'
  return transitions.length > 0 ? transitions.join(', ') : states.join(', ')
}
