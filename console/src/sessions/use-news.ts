import { useEffect, useRef, useState } from 'react'
import { listen } from '../live/live.ts'

/**
 * Follows changes of sessions. At the top of the list they are shown at once (once a second at most); further down they are counted,
 * because rows must not move under a reader's eyes.
 */
export function useNews(atTop: boolean, renew: () => void): number {
  const [news, setNews] = useState(0)
  const latest = useRef({ atTop, renew })
  latest.current = { atTop, renew }
  useEffect(() => {
    const ids = new Set<string>()
    let timer: ReturnType<typeof setTimeout> | undefined
    const flush = () => {
      timer = undefined
      if (latest.current.atTop) {
        ids.clear()
        latest.current.renew()
      }
      setNews(ids.size)
    }
    const stop = listen({
      changed: ({ kind, id }) => {
        if (kind !== 'session') return
        ids.add(id)
        timer ??= setTimeout(flush, 1000)
      },
      renewed: () => undefined,
    })
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])
  useEffect(() => {
    if (atTop) setNews(0)
  }, [atTop])
  return news
}
