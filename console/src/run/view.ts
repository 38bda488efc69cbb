/** What the address says about the view of one run. */
export interface RunView {
  readonly tab: RunTab
  /** The stream looked at; null is the first. */
  readonly stream: string | null
}

export const runTabs = [
  ['steps', 'Steps'],
  ['stream', 'Stream'],
] as const

export type RunTab = (typeof runTabs)[number][0]

export function runViewOf(search: URLSearchParams): RunView {
  return { tab: search.get('tab') === 'stream' ? 'stream' : 'steps', stream: search.get('stream') }
}
