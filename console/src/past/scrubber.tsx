import { History, Pause, Play, SkipBack, SkipForward } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { createPortal } from 'react-dom'
import { useKeys } from '../shell/keys.ts'
import { exact } from '../time/instant.ts'
import { cardsAround } from './chunk.ts'
import './past.css'

/** One revision in the row. */
export interface Moment {
  readonly name: string
  readonly at: string | number
}

interface Props {
  /** The newest revision, and the one on screen. */
  readonly head: number
  readonly at: number
  /** True for what goes on: its newest revision is green. */
  readonly alive: boolean
  /** What is known of the revisions `first` to `last` of what has this id: the same hook each time. */
  readonly id: string
  readonly useMoments: (id: string, first: number, last: number, head: number) => (revision: number) => Moment | undefined
  readonly onGo: (revision: number) => void
  /** The dialog that forks from the revision on screen. */
  readonly fork: (close: () => void) => ReactNode
}

const STEP = 700

/** Time as a row of revisions: step, play, and fork. */
export function Scrubber({ head, at, alive, id, useMoments, onGo, fork }: Props) {
  const [forking, setForking] = useState(false)
  const { list, cards } = useCards()
  const { first, last } = cardsAround(at, head, cards)
  const moment = useMoments(id, first, last, head)
  const { playing, toggle } = usePlay(at, head, first, onGo)
  const shown = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
  const foot = document.getElementById('foot')
  if (!foot) return null
  return createPortal(
    <section className="scrubber" aria-label="Revisions">
      <div className="steps">
        <button
          type="button"
          className="icon-button"
          aria-label="One revision back"
          disabled={at <= 1}
          onClick={() => onGo(at - 1)}
        >
          <SkipBack size={15} aria-hidden />
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label={playing ? 'Stop' : 'Play the revisions'}
          disabled={head < 2}
          onClick={toggle}
        >
          {playing ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
        </button>
        <button
          type="button"
          className="icon-button"
          aria-label="One revision forward"
          disabled={at >= head}
          onClick={() => onGo(at + 1)}
        >
          <SkipForward size={15} aria-hidden />
        </button>
      </div>
      <ol ref={list}>
        {shown.map((revision) => (
          <li key={revision}>
            <Card
              number={revision}
              moment={moment(revision)}
              current={revision === at}
              newest={revision === head}
              alive={alive}
              onGo={onGo}
            />
          </li>
        ))}
      </ol>
      <button type="button" className="button fork" onClick={() => setForking(true)}>
        <History size={14} aria-hidden />
        Fork from v{at}
      </button>
      {forking && fork(() => setForking(false))}
    </section>,
    foot,
  )
}

interface CardProps {
  readonly number: number
  readonly moment: Moment | undefined
  readonly current: boolean
  readonly newest: boolean
  readonly alive: boolean
  readonly onGo: (revision: number) => void
}

function Card({ number, moment, current, newest, alive, onGo }: CardProps) {
  const name = moment?.name ?? '…'
  return (
    <button
      type="button"
      className={`card ${newest && alive ? 'alive' : ''}`}
      aria-current={current ? 'step' : undefined}
      title={moment ? `${name}, ${exact(moment.at)}` : undefined}
      onClick={() => onGo(number)}
    >
      <span>
        v{number}
        {newest && <em>now</em>}
      </span>
      <b className="cut">{name}</b>
    </button>
  )
}

/** As many cards as fit. */
function useCards() {
  const list = useRef<HTMLOListElement>(null)
  const [cards, setCards] = useState(6)
  useEffect(() => {
    const element = list.current
    if (!element) return
    const observer = new ResizeObserver(() => setCards(Math.max(2, Math.min(10, Math.floor(element.clientWidth / 200)))))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  return { list, cards }
}

/** Steps forward until the newest; from there it begins at the first card. */
function usePlay(at: number, head: number, first: number, onGo: (revision: number) => void) {
  const [playing, setPlaying] = useState(false)
  const toggle = useMemo(
    () => () => {
      if (!playing && at >= head) onGo(first)
      setPlaying(!playing)
    },
    [playing, at, head, first, onGo],
  )
  useEffect(() => {
    if (!playing) return
    const timer = setTimeout(() => (at >= head ? setPlaying(false) : onGo(at + 1)), STEP)
    return () => clearTimeout(timer)
  }, [playing, at, head, onGo])
  const keys = useMemo(() => ({ ' ': toggle }), [toggle])
  useKeys(keys)
  return { playing, toggle }
}
