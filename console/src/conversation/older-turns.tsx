import { useQuery } from '@tanstack/react-query'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { listTurns, type Thread, type Turn } from '../api/conversation.ts'
import { Trouble } from '../shell/trouble.tsx'
import type { Branching } from './branching.ts'
import { entriesOf, type Known } from './entries.ts'
import { TurnEntry } from './turn-entry.tsx'
import { useNear } from './use-near.ts'

/** Pixels that a page takes before it was read: about as many as its turns will. */
const GUESSED = 4000
export const PAGE = 40

interface Props {
  readonly thread: Thread
  /** The turns before this one. */
  readonly before: string
  readonly known: Known
  readonly branching: Branching
  readonly onTurns: (turns: readonly Turn[]) => void
  /** There are older ones still. */
  readonly onMore: (before: string) => void
}

/** A page of what was said before. It is read when it comes near, and leaves a gap of its height when it is far away again. */
export function OlderTurns({ thread, before, known, branching, onTurns, onMore }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const [height, setHeight] = useState(GUESSED)
  const near = useNear(element)
  const { data, error, refetch } = useQuery({
    // What was said before does not change: the parents of a turn are the same for good.
    queryKey: ['past', 'turns', thread, before],
    queryFn: ({ signal }) => listTurns(thread, before, PAGE, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    enabled: near,
  })
  useEffect(() => {
    if (!data) return
    onTurns(data.turns)
    if (data.before !== null) onMore(data.before)
  }, [data, onTurns, onMore])
  const shown = near ? data : undefined
  useLayoutEffect(() => {
    if (shown && element.current) setHeight(element.current.offsetHeight)
  }, [shown])
  return (
    <div ref={element} className="turns" style={shown ? {} : { height }}>
      {shown &&
        entriesOf(shown.turns, known).map((entry) => <TurnEntry key={entry.turn.id} {...{ ...entry, known, branching }} />)}
      {error && <Trouble error={error} onRetry={() => void refetch()} />}
    </div>
  )
}
