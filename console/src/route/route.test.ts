import { expect, test } from 'vitest'
import { coming } from '../empty/coming.ts'
import { filterOf, listFields, narrowedBeside } from '../sessions/filter.ts'
import { changedSearch } from './location.ts'
import { comingPages, routeOf, sessionAddress, statechartAddress } from './route.ts'

test('addresses lead to pages', () => {
  expect(routeOf('/')).toEqual({ page: 'overview' })
  expect(routeOf('/sessions/')).toEqual({ page: 'sessions' })
  expect(routeOf('/sessions/%E0%A4%A')).toEqual({ page: 'unknown' })
  expect(routeOf('/statecharts')).toEqual({ page: 'statecharts' })
  expect(routeOf('/statecharts/x')).toEqual({ page: 'statechart', id: 'x' })
  expect(routeOf('/statecharts/x/y')).toEqual({ page: 'unknown' })
  expect([routeOf('/nodes'), routeOf('/nodes/x')]).toEqual([{ page: 'nodes' }, { page: 'unknown' }])
  expect([routeOf('/approvals'), routeOf('/approvals/x')]).toEqual([{ page: 'approvals' }, { page: 'unknown' }])
  expect([routeOf('/runs'), routeOf('/runs/a/b.c')]).toEqual([{ page: 'runs' }, { page: 'run', id: 'a/b.c' }])
  expect(routeOf('/workflows')).toEqual({ page: 'coming', name: 'workflows' })
  expect(routeOf('/workflows/x')).toEqual({ page: 'unknown' })
})

test.each(['ses_8f2k', 'bob/lisbon', 'a?b#c %'])('the id %s survives its address', (id) => {
  const { pathname } = new URL(sessionAddress(id, { at: 3 }), 'http://localhost')
  expect(routeOf(pathname)).toEqual({ page: 'session', id })
  const chart = new URL(statechartAddress(id, { state: 'a.b' }), 'http://localhost')
  expect(routeOf(chart.pathname)).toEqual({ page: 'statechart', id })
})

test('every page that is coming says how to get its first item', () => {
  for (const name of comingPages) expect(coming[name]?.command).toMatch(/^npx holdfast /)
})

test('a part of the search text changes alone', () => {
  expect(changedSearch('?tab=log&at=4', { at: null, from: 2 })).toBe('?tab=log&from=2')
  expect(changedSearch('?at=4', { at: null })).toBe('')
})

test('a filter is what the address says', () => {
  const filter = filterOf(new URLSearchParams('prefix=ses_&status=open&before=2026-01-01T00:00:00Z'))
  expect(listFields(filter, 200, null)).toMatchObject({ prefix: 'ses_', status: 'open', updated_to: '2026-01-01T00:00:00.000Z' })
  expect(filterOf(new URLSearchParams('before=soon')).before).toBeNull()
})

test('filters that wait behind a button are counted, so that none holds unseen', () => {
  const count = (text: string) => narrowedBeside(filterOf(new URLSearchParams(text)))
  expect(count('prefix=ses_&contains=refund')).toBe(0)
  expect(count('status=open&user=mara&before=2026-01-01T00:00:00Z&order=id')).toBe(4)
})
