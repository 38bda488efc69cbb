import { count } from '../time/amount.ts'
import { duration } from '../time/instant.ts'
import type { QueueRow } from './holding.ts'

/** What waits for longer than this, no node is likely to take. */
const LATE_MS = 60_000
/** As many as the server counts. */
const MOST = 10_000

export function QueueTable({ rows }: { readonly rows: readonly QueueRow[] }) {
  if (rows.length === 0) return <p className="dim">Nothing waits, runs or has failed.</p>
  return (
    <table className="queues">
      <thead>
        <tr>
          <th scope="col">Queue</th>
          <th scope="col" className="number">
            Due
          </th>
          <th scope="col" className="number">
            Lag
          </th>
          <th scope="col" className="number">
            Running
          </th>
          <th scope="col" className="number">
            Dead
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ queue, due, lag_ms, running, dead }) => (
          <tr key={queue}>
            <th scope="row" className="mono cut" title={queue}>
              {queue}
            </th>
            <td className="number">{counted(due)}</td>
            <td className={lag_ms > LATE_MS ? 'number amber' : 'number'}>{due === 0 ? '–' : duration(lag_ms)}</td>
            <td className="number">{counted(running)}</td>
            <td className={dead > 0 ? 'number amber' : 'number'}>{counted(dead)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const counted = (value: number) => (value >= MOST ? `${count(MOST)}+` : count(value))
