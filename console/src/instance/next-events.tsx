import { useState } from 'react'
import type { Instance } from '../api/instance.ts'
import type { Machine } from '../api/machine.ts'
import { SendDialog } from './send-dialog.tsx'
import { StopDialog } from './stop-dialog.tsx'

interface Props {
  readonly instance: Instance
  readonly machine: Machine | undefined
  readonly active: ReadonlySet<string> | undefined
}

/** What may happen next, each a button; and any other event. */
export function NextEvents({ instance, machine, active }: Props) {
  const [sending, setSending] = useState<string>()
  const [stopping, setStopping] = useState(false)
  const { status, next_events: next } = instance
  if (status !== 'active') return null
  // A descriptor such as `order.*` is no event that can be sent.
  const types = next.filter((type) => !type.includes('*'))
  return (
    <section aria-label="What can happen next">
      <h2>Can happen next</h2>
      {types.length === 0 && <p className="dim">It waits for its timers and its work; nobody else moves it now.</p>}
      <div className="next-events">
        {types.map((type) => (
          <button key={type} type="button" className="button mono" onClick={() => setSending(type)}>
            {type}
          </button>
        ))}
        <button type="button" className="button" onClick={() => setSending('')}>
          Another event…
        </button>
        <button type="button" className="button" onClick={() => setStopping(true)}>
          Stop…
        </button>
      </div>
      {stopping && <StopDialog instance={instance} onClose={() => setStopping(false)} />}
      {sending !== undefined && (
        <SendDialog {...{ instance, machine, active }} type={sending} onClose={() => setSending(undefined)} />
      )}
    </section>
  )
}
