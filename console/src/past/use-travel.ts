import { useMemo } from 'react'
import { useSetSearch } from '../route/location.ts'
import { useKeys } from '../shell/keys.ts'

/**
 * Goes to a revision, by hand or by key; the newest one means following what comes. A comparison chosen by hand ends with the step.
 * The address keeps where one is.
 */
export function useTravel(at: number, head: number, comparing = false): (revision: number) => void {
  const set = useSetSearch()
  const go = useMemo(
    () => (revision: number) => {
      const next = Math.max(1, Math.min(head, revision))
      set({ at: next === head ? null : next, ...(comparing && { from: null }) }, { replace: true })
    },
    [head, comparing, set],
  )
  const keys = useMemo(
    () => ({
      ArrowLeft: () => go(at - 1),
      ArrowRight: () => go(at + 1),
      Home: () => go(1),
      End: () => go(head),
      Escape: () => go(head),
    }),
    [go, at, head],
  )
  useKeys(keys)
  return go
}
