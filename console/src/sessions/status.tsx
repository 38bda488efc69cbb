import type { SessionStatus } from '../api/session.ts'

/** A status in a word and a shape: full and green is alive, a ring rests, a square is over. */
export function Status({ status }: { readonly status: SessionStatus }) {
  return (
    <span className={`status ${status}`}>
      <i aria-hidden />
      {status}
    </span>
  )
}
