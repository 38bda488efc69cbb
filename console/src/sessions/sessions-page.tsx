import { useState } from 'react'
import { useSearch } from '../route/location.ts'
import { count } from '../time/amount.ts'
import { filterOf } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { type Extent, SessionList } from './session-list.tsx'
import './sessions.css'

export default function SessionsPage() {
  const search = useSearch()
  const filter = filterOf(search)
  const [extent, setExtent] = useState<Extent>({ known: 0, whole: false, estimate: undefined })
  return (
    <div className="sessions">
      <FilterBar filter={filter} />
      <SessionList key={search.toString()} filter={filter} onExtent={setExtent} />
      <p className="extent dim" role="status">
        {extentText(extent)}
      </p>
    </div>
  )
}

export function extentText({ known, whole, estimate }: Extent): string {
  if (whole) return known === 1 ? '1 session' : `${count(known)} sessions`
  if (known === 0) return ''
  return estimate === undefined
    ? `${count(known)} read so far`
    : `about ${count(Math.max(known, estimate))} sessions in the store, ${count(known)} read so far`
}
