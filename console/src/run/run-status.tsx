import type { RunStatus as Status } from '../api/run.ts'

const looks = {
  running: 'open',
  waiting: 'idle',
  done: 'closed',
  failed: 'broken',
  cancelled: 'expired',
  needs_migration: 'stuck',
} as const

/** How a run stands, in a word and a shape: full and green is at work, a ring waits, a square is over. */
export function RunStatus({ status }: { readonly status: Status }) {
  return (
    <span className={`status ${looks[status]}`}>
      <i aria-hidden />
      {status.replace('_', ' ')}
    </span>
  )
}
