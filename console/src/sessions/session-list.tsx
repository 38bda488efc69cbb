import { useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useEffect, useState } from 'react'
import { listSessions, type SessionSummary } from '../api/session.ts'
import { type Page, useKeyset } from '../list/use-keyset.ts'
import { useWindow } from '../list/use-window.ts'
import { navigate } from '../route/location.ts'
import { sessionAddress } from '../route/route.ts'
import { Bones, Trouble } from '../shell/trouble.tsx'
import { type Filter, isFiltered, listFields } from './filter.ts'
import { NoSessions } from './no-sessions.tsx'
import { SessionRow } from './session-row.tsx'
import { useNews } from './use-news.ts'

export interface Extent {
  readonly known: number
  readonly whole: boolean
  readonly estimate: number | undefined
}

interface Props {
  readonly filter: Filter
  readonly onExtent: (extent: Extent) => void
}

const ROW = 28
const PAGE = 200

export function SessionList({ filter, onExtent }: Props) {
  const [known, setKnown] = useState(0)
  const { scroller, visible, show } = useWindow(known, ROW, ROW)
  const list = useKeyset(['sessions', 'list', filter], visible, (cursor, signal) => readPage(filter, cursor, signal))
  const { whole, estimate } = list
  useEffect(() => setKnown(list.known), [list.known])
  useEffect(() => onExtent({ known: list.known, whole, estimate }), [list.known, whole, estimate, onExtent])
  const client = useQueryClient()
  const renew = () => void client.invalidateQueries({ queryKey: ['sessions', 'list'] })
  const news = useNews(visible.first === 0, renew)
  const keyboard = useRowKeys(list.known, show, (row) => list.row(row))

  if (list.error !== undefined && list.error !== null && list.known === 0)
    return (
      <div className="center">
        <Trouble error={list.error} onRetry={list.retry} />
      </div>
    )
  if (list.loading) return <Bones rows={16} />
  if (list.known === 0 && whole) return <NoSessions filtered={isFiltered(filter)} />
  const rows = Array.from({ length: Math.max(0, Math.min(visible.end, list.known) - visible.first) }, (_, i) => visible.first + i)
  return (
    <div className="session-list">
      {news > 0 && (
        <button
          type="button"
          className="button news"
          onClick={() => {
            scroller.current?.scrollTo({ top: 0 })
            renew()
          }}
        >
          {news === 1 ? '1 session changed' : `${news} sessions changed`}, show
        </button>
      )}
      <div
        className="rows scroll"
        ref={scroller}
        role="grid"
        aria-label="Sessions"
        aria-rowcount={whole ? list.known + 1 : -1}
        tabIndex={0}
        aria-activedescendant={keyboard.at === undefined ? undefined : `session-${keyboard.at}`}
        onKeyDown={keyboard.press}
      >
        <Head />
        <div role="rowgroup" className="sheet" style={{ height: list.known * ROW }}>
          {rows.map((row) => (
            <SessionRow key={row} index={row} top={row * ROW} session={list.row(row)} chosen={row === keyboard.at} />
          ))}
        </div>
      </div>
    </div>
  )
}

async function readPage(filter: Filter, cursor: string | null, signal: AbortSignal): Promise<Page<SessionSummary>> {
  const { sessions, next, estimate } = await listSessions(listFields(filter, PAGE, cursor), signal)
  return { rows: sessions, next, estimate }
}

function Head() {
  return (
    <div role="row" className="session-row head">
      {['Status', 'Id', 'Definition', 'User', 'Tags', 'Revision', 'Changed'].map((name) => (
        <span key={name} role="columnheader" className={`c-${name.toLowerCase()}`}>
          {name}
        </span>
      ))}
    </div>
  )
}

function useRowKeys(rows: number, show: (row: number) => void, at: (row: number) => SessionSummary | undefined) {
  const [chosen, setChosen] = useState<number>()
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    j: 1,
    k: -1,
    PageDown: 20,
    PageUp: -20,
    Home: -Infinity,
    End: Infinity,
  }
  const press = (event: KeyboardEvent) => {
    const step = steps[event.key]
    if (event.key === 'Enter' && chosen !== undefined) {
      const session = at(chosen)
      if (session) navigate(sessionAddress(session.id))
      return
    }
    if (step === undefined || rows === 0) return
    event.preventDefault()
    const next = Math.max(0, Math.min(rows - 1, chosen === undefined ? (step > 0 ? 0 : rows - 1) : chosen + step))
    setChosen(next)
    show(next)
  }
  return { at: chosen !== undefined && chosen < rows ? chosen : undefined, press }
}
