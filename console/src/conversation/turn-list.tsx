import { useCallback, useEffect, useState } from 'react'
import type { Thread, Turn, TurnPage } from '../api/conversation.ts'
import { count } from '../time/amount.ts'
import type { Branching } from './branching.ts'
import { entriesOf, learn, nothingKnown } from './entries.ts'
import { OlderTurns } from './older-turns.tsx'
import { TurnEntry } from './turn-entry.tsx'

interface Props {
  readonly thread: Thread
  readonly tail: TurnPage
  readonly turns: number
  readonly branching: Branching
}

/**
 * What was said, the newest at the bottom. Scrolling is measured from there, so neither older turns that arrive above nor new ones below
 * move what is being read. Mount it anew (by `key`) where older turns are others.
 */
export function TurnList({ thread, tail, turns, branching }: Props) {
  const [older, setOlder] = useState<readonly string[]>(tail.before === null ? [] : [tail.before])
  const [known, setKnown] = useState(() => learn(nothingKnown, tail.turns))
  const hear = useCallback((said: readonly Turn[]) => setKnown((before) => learn(before, said)), [])
  const more = useCallback((before: string) => setOlder((known) => (known.includes(before) ? known : [...known, before])), [])
  useEffect(() => hear(tail.turns), [tail, hear])
  return (
    <div className="conversation scroll" tabIndex={0} role="region" aria-label={`${count(turns)} turns, the newest last`}>
      <div className="turns all">
        {older.toReversed().map((before) => (
          <OlderTurns key={before} {...{ thread, before, known, branching }} onTurns={hear} onMore={more} />
        ))}
        {entriesOf(tail.turns, known).map((entry) => (
          <TurnEntry key={entry.turn.id} {...{ ...entry, known, branching }} />
        ))}
      </div>
    </div>
  )
}
