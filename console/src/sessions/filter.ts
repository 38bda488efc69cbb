/** What of all sessions is listed: exactly what the address says. */
export interface Filter {
  readonly prefix: string
  readonly contains: string
  readonly status: string
  readonly tag: string
  readonly user: string
  readonly definition: string
  /** Only what changed before this time, in milliseconds: where "jump to time" leads. */
  readonly before: number | null
  readonly order: 'updated' | 'id'
}

export const filterNames = ['prefix', 'contains', 'status', 'tag', 'user', 'definition', 'before', 'order'] as const

export function filterOf(search: URLSearchParams): Filter {
  const text = (name: string) => search.get(name) ?? ''
  const before = Date.parse(text('before'))
  return {
    prefix: text('prefix'),
    contains: text('contains'),
    status: text('status'),
    tag: text('tag'),
    user: text('user'),
    definition: text('definition'),
    before: Number.isNaN(before) ? null : before,
    order: text('order') === 'id' ? 'id' : 'updated',
  }
}

/** The query of `GET /v1/sessions` for a filter. */
export function listFields(filter: Filter, limit: number, after: string | null) {
  const { before, ...rest } = filter
  return { ...rest, updated_to: before === null ? null : new Date(before).toISOString(), limit, after }
}

export const isFiltered = (filter: Filter) =>
  filter.before !== null ||
  [filter.prefix, filter.contains, filter.status, filter.tag, filter.user, filter.definition].some((text) => text !== '')

/** How many parts of a filter hold beside the two that every screen shows. */
export const narrowedBeside = ({ status, tag, user, definition, before, order }: Filter) =>
  [status, tag, user, definition].filter((text) => text !== '').length + (before === null ? 0 : 1) + (order === 'updated' ? 0 : 1)
