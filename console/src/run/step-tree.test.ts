import { describe, expect, test } from 'vitest'
import type { RunStep } from '../api/run.ts'
import { preview } from '../value/preview.ts'
import type { View } from '../value/rows.ts'
import { treeOf } from '../value/tree.ts'
import { beginning } from './beginning.ts'
import { stepRows, stepTree } from './step-tree.ts'

const view: View = { folds: new Map(), texts: new Map(), columns: 80, search: '', changesOnly: false }
const steps: readonly RunStep[] = [
  { name: 'look up', order: 0, status: 'done', value: { amount: 640 } },
  { name: 'pay', order: 1, status: 'failed', error: { name: 'TypeError', message: 'card_declined' } },
  { name: 'note', order: 2, status: 'done' },
  { name: 'approval', order: 3, status: 'waiting', wait: { for: 'approval', title: 'Refund?', until: 0, data: 1 } },
]
const linesOf = (shown: View) =>
  stepRows(stepTree(steps), shown).map(({ node, depth }) => `${' '.repeat(depth)}${node.name} ${node.text}`)

describe('the steps of a run', () => {
  test('are one line each until somebody opens them', () => {
    expect(linesOf(view)).toEqual([' look up ', ' pay ', ' note null', ' approval '])
  })

  test('unfold into what they came to, failed of or wait for', () => {
    const [, pay, , approval] = stepTree(steps).children ?? []
    const open = new Map([pay, approval].map((node) => [node?.id ?? '', true]))
    expect(linesOf({ ...view, folds: open })).toEqual([
      ' look up ',
      ' pay ',
      '  name "TypeError"',
      '  message "card_declined"',
      ' note null',
      ' approval ',
      '  for "approval"',
      '  title "Refund?"',
      '  until 1970-01-01T00:00:00.000Z',
      '  data 1',
    ])
  })

  test('5,000 of them are 5,000 lines', () => {
    const many = Array.from({ length: 5000 }, (_, i): RunStep => ({ name: `s#${i}`, order: i, status: 'done', value: { i } }))
    expect(stepRows(stepTree(many), view)).toHaveLength(5000)
  })
})

test('a value is previewed in one line, as much as fits', () => {
  const value = { order: 'A-7', items: [1, { a: null }], none: {} }
  expect(preview(treeOf(value), 100)).toBe('{ order: "A-7", items: [1, { a: null }], none: {} }')
  expect(preview(treeOf(value), 12)).toBe('{ order: "A…')
})

test('a long stream is read from so far before its end as fits', () => {
  expect(beginning({ chunks: 0, bytes: 0 })).toBe(0)
  expect(beginning({ chunks: 4000, bytes: 40_000 })).toBe(0)
  expect(beginning({ chunks: 20_000, bytes: 40_000 })).toBe(15_000)
  expect(beginning({ chunks: 64, bytes: 64 * 1024 * 1024 })).toBe(63)
})
