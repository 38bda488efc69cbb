/** What the address says about the view of one session. */
export interface SessionView {
  readonly tab: Tab
  /** The revision looked at; null follows the newest. */
  readonly at: number | null
  /** The revision compared with; null is the one before, 0 compares with nothing. */
  readonly from: number | null
  /** The value looked at, such as `cart.items[0]`. */
  readonly path: string | null
}

export const tabs = [
  ['state', 'State + diff'],
  ['conversation', 'Conversation'],
  ['timeline', 'Timeline'],
  ['context', 'Context'],
  ['log', 'Raw log'],
] as const

export type Tab = (typeof tabs)[number][0]

export function viewOf(search: URLSearchParams): SessionView {
  const tab = tabs.find(([name]) => name === search.get('tab'))?.[0] ?? 'state'
  return { tab, at: revision(search.get('at'), 1), from: revision(search.get('from'), 0), path: search.get('path') }
}

/** The two revisions on screen, given the newest one. */
export function compared(
  view: SessionView,
  head: number,
): { readonly at: number; readonly from: number; readonly past: boolean } {
  const at = Math.min(view.at ?? head, head)
  const from = Math.min(view.from ?? at - 1, head)
  return { at, from: from === at ? 0 : Math.max(0, from), past: at < head }
}

function revision(text: string | null, least: number): number | null {
  const value = Number(text ?? Number.NaN)
  return Number.isInteger(value) && value >= least ? value : null
}
