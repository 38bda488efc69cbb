import { type CSSProperties, useMemo, useState } from 'react'
import type { Json } from '../api/json.ts'
import { FIRST_STEP } from './long-text.ts'
import { type PrintedLine, printed } from './printed.ts'
import './value.css'

interface Props {
  readonly value: Json
  /** Characters that are shown at first. */
  readonly first?: number
}

/** A value to be read, not walked through; each `Show more` shows twice as much. */
export function PrintedValue({ value, first = FIRST_STEP }: Props) {
  const [most, setMost] = useState(first)
  const { lines, whole } = useMemo(() => printed(value, most), [value, most])
  return (
    <div className="printed">
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
        <Line key={index} line={line} />
      ))}
      {!whole && (
        <button type="button" onClick={() => setMost(2 * most)}>
          Show more
        </button>
      )}
    </div>
  )
}

function Line({ line }: { readonly line: PrintedLine }) {
  const { depth, name, kind, text } = line
  const alone = name === null && kind === 'string'
  return (
    <div className={alone ? 'prose' : undefined} style={{ '--depth': depth } as CSSProperties}>
      {name !== null && (
        <>
          <span className={typeof name === 'number' ? 'index' : 'name'}>{name}</span>:{' '}
        </>
      )}
      <span className={kind === 'bracket' ? 'bracket' : alone ? undefined : `v-${kind}`}>{text}</span>
    </div>
  )
}
