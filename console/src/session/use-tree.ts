import { useMemo, useState } from 'react'
import type { Json } from '../api/json.ts'
import type { Session } from '../api/session.ts'
import { mergedTree, treeOf } from '../value/tree.ts'
import { useMoment } from './use-revisions.ts'

/** The state at a revision laid over that at another one. */
export function useTree(session: Session, at: number, from: number) {
  const live = at === session.revision
  const then = useMoment(session.id, live ? 0 : at)
  const before = useMoment(session.id, from)
  const state: Json | undefined = live ? session.state : then.data?.state
  const old = before.data?.state
  const tree = useMemo(() => {
    if (state === undefined) return undefined
    // A base that is pruned or still on its way leaves the state to be read without marks.
    return from === 0 || old === undefined ? treeOf(state) : mergedTree(old, state)
  }, [state, old, from])
  const last = useLast(tree)
  return { tree: tree ?? last, state, error: state === undefined ? then.error : null, retry: () => void then.refetch() }
}

/** Keeps what was on screen until the next has arrived: stepping through time must not flicker. */
function useLast<T>(value: T | undefined): T | undefined {
  const [last, setLast] = useState(value)
  if (value !== undefined && value !== last) setLast(value)
  return last
}
