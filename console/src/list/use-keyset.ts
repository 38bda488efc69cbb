import { useQueries } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { firstPage, isWhole, type Keyset, notePage, pagesFor, placeOf, rowsKnown } from './keyset.ts'
import type { Visible } from './window.ts'

export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly next: string | undefined
  readonly estimate?: number | undefined
}

export interface KeysetRows<Row> {
  readonly known: number
  readonly whole: boolean
  readonly estimate: number | undefined
  readonly error: unknown
  readonly loading: boolean
  readonly fetching: boolean
  readonly row: (index: number) => Row | undefined
  readonly retry: () => void
}

/** Reads the pages that are on screen. Mount a component anew (by `key`) to begin another list. */
export function useKeyset<Row>(
  name: readonly unknown[],
  visible: Visible,
  read: (cursor: string | null, signal: AbortSignal) => Promise<Page<Row>>,
): KeysetRows<Row> {
  const [keyset, setKeyset] = useState<Keyset>(firstPage)
  const pages = pagesFor(keyset, visible.first, visible.end, 60)
  const results = useQueries({
    queries: pages.map((page) => {
      const cursor = keyset.cursors[page] ?? null
      return {
        queryKey: [...name, cursor],
        queryFn: ({ signal }: { signal: AbortSignal }) => read(cursor, signal),
        gcTime: 60_000,
      }
    }),
  })
  useEffect(() => {
    setKeyset((current) =>
      results.reduce((noted, { data }, i) => {
        const page = pages[i]
        return data && page !== undefined ? notePage(noted, page, data.rows.length, data.next) : noted
      }, current),
    )
  })
  const known = rowsKnown(keyset)
  return {
    known,
    whole: isWhole(keyset),
    estimate: results[0]?.data?.estimate,
    error: results.find(({ error }) => error)?.error,
    loading: known === 0 && results.some(({ isPending }) => isPending),
    fetching: results.some(({ isFetching }) => isFetching),
    row: (index) => {
      const place = placeOf(keyset, index)
      return place && results[pages.indexOf(place.page)]?.data?.rows[place.at]
    },
    retry: () => {
      for (const result of results) if (result.error) void result.refetch()
    },
  }
}
