import { expect, test } from 'vitest'
import type { MachineState, StateKind } from '../api/machine.ts'
import { around, findState, stateRows } from './state-rows.ts'

const state = (id: string, children: readonly MachineState[] = [], kind: StateKind = 'atomic'): MachineState => ({
  ...{ id, kind, children, label: id, tags: [], entry: [], exit: [], invokes: [] },
})
const root = state('m', [
  state('m:initial', [], 'initial'),
  state('a', [state('a.b', [state('a.b.c')])]),
  state('d', [], 'final'),
])

test('every state has its row below its parent; dots have none', () => {
  const rows = stateRows(root, new Set())
  expect(
    rows.map(({ state: { id }, level, place, siblings, open, parent }) => [id, level, place, siblings, open, parent]),
  ).toEqual([
    ['m', 1, 1, 1, true, -1],
    ['a', 2, 1, 2, true, 0],
    ['a.b', 3, 1, 1, true, 1],
    ['a.b.c', 4, 1, 1, undefined, 2],
    ['d', 2, 2, 2, undefined, 0],
  ])
})

test('what is folded hides what lies below it', () => {
  expect(stateRows(root, new Set(['a'])).map(({ state: { id } }) => id)).toEqual(['m', 'a', 'd'])
})

test('a state is found with what is around it', () => {
  expect(findState(root, 'a.b.c')?.id).toBe('a.b.c')
  expect(around(root, 'a.b.c')).toEqual(['m', 'a', 'a.b'])
  expect([findState(root, 'x'), around(root, 'x')]).toEqual([undefined, []])
})
