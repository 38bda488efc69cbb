import type { InstanceStatus as Status } from '../api/instance.ts'

const words: Readonly<Record<Status, string>> = {
  active: 'active',
  done: 'done',
  stopped: 'stopped',
  needs_migration: 'needs migration',
}

/** How an instance stands, in a word and a shape: full and green is alive, a square is over. */
export function InstanceStatus({ status }: { readonly status: Status }) {
  const look = { active: 'open', done: 'closed', stopped: 'closed', needs_migration: 'stuck' }[status]
  return (
    <span className={`status ${look}`}>
      <i aria-hidden />
      {words[status]}
    </span>
  )
}
