import type { NodeSummary } from '../api/node.ts'

const looks = { up: 'open', draining: 'idle', dead: 'stuck' } as const

/** How a node stands, in a word and a shape: full and green is alive, a ring ends what it has, a square is silent. */
export function NodeState({ state }: { readonly state: NodeSummary['state'] | undefined }) {
  return (
    <span className={`status ${state === undefined ? 'expired' : looks[state]}`}>
      <i aria-hidden />
      {state ?? 'unknown'}
    </span>
  )
}
