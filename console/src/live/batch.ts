/**
 * Gathers what is told in quick succession: `flush` gets all of it `pause` milliseconds after the first, and not sooner than `apart`
 * milliseconds after the time before.
 */
export function batched<Item>(pause: number, apart: number, flush: (items: ReadonlySet<Item>) => void): (item: Item) => void {
  let waiting = new Set<Item>()
  let last = Number.NEGATIVE_INFINITY
  const hand = () => {
    const items = waiting
    waiting = new Set()
    last = performance.now()
    flush(items)
  }
  return (item) => {
    if (waiting.size === 0) setTimeout(hand, Math.max(pause, last + apart - performance.now()))
    waiting.add(item)
  }
}
