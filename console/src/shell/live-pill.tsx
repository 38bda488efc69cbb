import { useLive } from '../live/live.ts'

/** Whether what is on screen follows the server; said in words, and to screen readers when it changes. */
export function LivePill() {
  const state = useLive()
  return (
    <span className={`pill ${state === 'live' ? 'alive' : 'warn'}`} role="status">
      {state !== 'live' && <span className="live-dot" aria-hidden />}
      {state}
    </span>
  )
}
