/** What the address says about the view of one instance. */
export interface InstanceView {
  readonly tab: InstanceTab
  /** The revision looked at; null follows the newest. */
  readonly at: number | null
  /** The state looked at. */
  readonly state: string | null
}

export const instanceTabs = [
  ['chart', 'Chart'],
  ['context', 'Context'],
  ['steps', 'Steps'],
] as const

export type InstanceTab = (typeof instanceTabs)[number][0]

export function instanceViewOf(search: URLSearchParams): InstanceView {
  const tab = instanceTabs.find(([name]) => name === search.get('tab'))?.[0] ?? 'chart'
  const at = Number(search.get('at') ?? Number.NaN)
  return { tab, at: Number.isInteger(at) && at >= 1 ? at : null, state: search.get('state') }
}
