import { useState } from 'react'
import { count } from '../time/amount.ts'
import { FIRST_STEP } from '../value/long-text.ts'

interface Props {
  readonly text: string
  /** Which part of a long text is shown at first: of one that still grows, its end. */
  readonly part?: 'beginning' | 'end'
}

/** What somebody said. 4,000 characters at first, twice as many with each `Show more`. */
export function SaidText({ text, part = 'beginning' }: Props) {
  const [most, setMost] = useState(FIRST_STEP)
  const more = text.length > most && (
    <button type="button" className="unfold" onClick={() => setMost(2 * most)}>
      Show more: {count(most)} of {count(text.length)} characters are here
    </button>
  )
  if (part === 'end')
    return (
      <>
        {more}
        <p className="said-text">{text.slice(-most).replace(/^[\udc00-\udfff]/, '')}</p>
      </>
    )
  return (
    <>
      <p className="said-text">{text.slice(0, most).replace(/[\ud800-\udbff]$/, '')}</p>
      {more}
    </>
  )
}
