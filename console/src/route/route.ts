/** Where the address leads. */
export type Route =
  | { readonly page: 'overview' }
  | { readonly page: 'sessions' }
  | { readonly page: 'session'; readonly id: string }
  | { readonly page: 'statecharts' }
  | { readonly page: 'statechart'; readonly id: string }
  | { readonly page: 'instances' }
  | { readonly page: 'instance'; readonly id: string }
  | { readonly page: 'approvals' }
  | { readonly page: 'runs' }
  | { readonly page: 'run'; readonly id: string }
  | { readonly page: 'nodes' }
  | { readonly page: 'coming'; readonly name: string }
  | { readonly page: 'unknown' }

/** Pages whose capability has not arrived yet. */
export const comingPages = [
  'workflows',
  'memory',
  'profiles',
  'agents',
  'resources',
  'checkpoints',
  'audit',
  'operations',
  'access',
] as const

export function routeOf(path: string): Route {
  const [first = '', second, ...rest] = path.replace(/^\/|\/$/g, '').split('/')
  if (first === '' || first === 'overview') return { page: 'overview' }
  if (first === 'sessions') {
    if (second === undefined) return { page: 'sessions' }
    const id = decode([second, ...rest].join('/'))
    return id === undefined ? { page: 'unknown' } : { page: 'session', id }
  }
  if (first === 'statecharts') {
    if (second === undefined) return { page: 'statecharts' }
    const id = decode(second)
    return id === undefined || rest.length > 0 ? { page: 'unknown' } : { page: 'statechart', id }
  }
  if (first === 'instances') {
    if (second === undefined) return { page: 'instances' }
    const id = decode([second, ...rest].join('/'))
    return id === undefined ? { page: 'unknown' } : { page: 'instance', id }
  }
  if (first === 'runs') {
    if (second === undefined) return { page: 'runs' }
    const id = decode([second, ...rest].join('/'))
    return id === undefined ? { page: 'unknown' } : { page: 'run', id }
  }
  if (first === 'approvals' && second === undefined) return { page: 'approvals' }
  if (first === 'nodes' && second === undefined) return { page: 'nodes' }
  if (second === undefined && comingPages.some((name) => name === first)) return { page: 'coming', name: first }
  return { page: 'unknown' }
}

type Search = Readonly<Record<string, string | number>>

export const sessionAddress = (id: string, search: Search = {}) => `/sessions/${encodeURIComponent(id)}${searchText(search)}`

export const statechartAddress = (id: string, search: Search = {}) =>
  `/statecharts/${encodeURIComponent(id)}${searchText(search)}`

export const instanceAddress = (id: string, search: Search = {}) => `/instances/${encodeURIComponent(id)}${searchText(search)}`

export const instancesAddress = (search: Search = {}) => `/instances${searchText(search)}`

export const runAddress = (id: string, search: Search = {}) => `/runs/${encodeURIComponent(id)}${searchText(search)}`

export const runsAddress = (search: Search = {}) => `/runs${searchText(search)}`

export const approvalsAddress = (search: Search = {}) => `/approvals${searchText(search)}`

function searchText(search: Search): string {
  const text = new URLSearchParams(Object.entries(search).map(([name, value]) => [name, String(value)])).toString()
  return text === '' ? '' : `?${text}`
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
