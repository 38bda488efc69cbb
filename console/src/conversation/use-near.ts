import { type RefObject, useEffect, useState } from 'react'

/** Whether an element is in sight, or less than two screens away from it. */
export function useNear(element: RefObject<HTMLElement | null>): boolean {
  const [near, setNear] = useState(false)
  useEffect(() => {
    const watched = element.current
    if (!watched) return
    const root = watched.closest('.scroll')
    const observer = new IntersectionObserver(([entry]) => setNear(entry?.isIntersecting ?? false), {
      root,
      rootMargin: '200% 0px',
    })
    observer.observe(watched)
    return () => observer.disconnect()
  }, [element])
  return near
}
