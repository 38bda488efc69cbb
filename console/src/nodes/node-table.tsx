import type { Claims, NodeSummary } from '../api/node.ts'
import { bytes, count, milliseconds } from '../time/amount.ts'
import { duration, exact } from '../time/instant.ts'
import { useNow } from '../time/use-now.ts'
import type { Holder } from './holding.ts'
import { NodeState } from './node-state.tsx'

/** Clocks that differ by more than a third of a lease make leases end too early, or too late. */
const isSkewed = ({ load, lease_ms }: NodeSummary) => Math.abs(load.clock_skew_ms ?? 0) > lease_ms / 3
/** Above this an event loop is overloaded. */
const SLOW_LOOP_MS = 50

interface Props {
  readonly holders: readonly Holder[]
  /** When this was read, by the clock of the browser: what was silent then is silent for longer now. */
  readonly readAt: number
  /** The server has not answered since: how a node stands is not known any more. */
  readonly old: boolean
}

export function NodeTable({ holders, readAt, old }: Props) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col" className="state-column">
            State
          </th>
          <th scope="col">Holds</th>
          <th scope="col" className="number wide">
            Last beat
          </th>
          <th scope="col" className="number wide">
            Behind
          </th>
          <th scope="col" className="number widest">
            Loop p99
          </th>
          <th scope="col" className="number widest">
            Requests
          </th>
          <th scope="col" className="number widest">
            Memory
          </th>
          <th scope="col" className="version-column wide">
            Version
          </th>
        </tr>
      </thead>
      <tbody>
        {holders.map((holder) => (
          <Row key={holder.owner} holder={holder} readAt={readAt} old={old} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ holder, readAt, old }: Omit<Props, 'holders'> & { readonly holder: Holder }) {
  const { owner, node, claims } = holder
  const silent = (node?.silent_ms ?? 0) + Math.max(0, useNow() - readAt)
  const load = node?.load ?? {}
  const slow = (load.loop_delay_p99_ms ?? 0) > SLOW_LOOP_MS
  return (
    <tr data-state={node?.state ?? 'unknown'}>
      <th scope="row">
        <Name owner={owner} node={node} silent={silent} />
      </th>
      <td>
        <NodeState state={old ? undefined : node?.state} />
      </td>
      <td>
        <Held claims={claims} />
      </td>
      <td className="number wide">{node ? <time title={`up since ${exact(node.started)}`}>{ago(silent)}</time> : '–'}</td>
      <td className="number wide" title="records of others that its cache had not followed at its last beat">
        {amount(load.behind)}
      </td>
      <td className={slow ? 'number widest amber' : 'number widest'}>{milliseconds(load.loop_delay_p99_ms)}</td>
      <td className="number widest">{load.requests_per_second === undefined ? '–' : `${rate(load.requests_per_second)}/s`}</td>
      <td className="number widest">{bytes(load.rss_bytes)}</td>
      <td className="mono cut wide" title={node?.version}>
        {node?.version ?? '–'}
      </td>
    </tr>
  )
}

/** Machine and process; below it where it answers, and on narrow screens what has no column there. */
function Name({
  owner,
  node,
  silent,
}: {
  readonly owner: string
  readonly node: NodeSummary | undefined
  readonly silent: number
}) {
  if (!node)
    return (
      <>
        <span className="name mono cut" title={owner}>
          {owner}
        </span>
        <span className="below dim">no node of this name is known</span>
      </>
    )
  return (
    <>
      <span className="name cut" title={`${node.name}, process ${node.pid}, owner ${node.id}`}>
        {node.name} <span className="mono dim">{node.pid}</span> {node.self && <span className="tag">answers you</span>}
      </span>
      <span className="below mono dim cut">{node.address ?? 'no address'}</span>
      <span className="below narrow dim">
        {node.self && 'answers you, '}
        {node.version}, {ago(silent)}
        {node.load.behind ? `, ${count(node.load.behind)} behind` : ''}
      </span>
      {isSkewed(node) && <span className="below amber">its clock is off by {duration(node.load.clock_skew_ms ?? 0)}</span>}
    </>
  )
}

/** Claims by queue; those whose lease has ended wait for whoever looks next. */
function Held({ claims }: { readonly claims: readonly Claims[] }) {
  if (claims.length === 0) return <span className="dim">nothing</span>
  return (
    <ul className="held">
      {claims.map(({ queue, count: held, lapsed, oldest, until }) => (
        <li key={queue} title={`oldest due ${exact(oldest)}, lease ends ${exact(until)}`}>
          <span className="mono">{queue}</span> {count(held)}
          {lapsed > 0 && <span className="amber"> {lapsed === held ? 'lapsed' : `${count(lapsed)} lapsed`}</span>}
        </li>
      ))}
    </ul>
  )
}

const ago = (ms: number) => (ms < 1000 ? 'now' : `${duration(ms)} ago`)
const amount = (value: number | undefined) => (value === undefined ? '–' : count(value))
const rate = (value: number) => (value >= 10 ? count(Math.round(value)) : value.toFixed(1))
