import { describe, expect, test } from 'vitest'
import { FIRST_STEP } from './long-text.ts'
import { type Row, rowsOf, type View } from './rows.ts'
import { mergedTree, treeOf, wayTo } from './tree.ts'

const all: View = { folds: new Map(), texts: new Map(), columns: 80, search: '', changesOnly: false }
const lines = (rows: readonly Row[]) =>
  rows
    .filter(({ type }) => type !== 'close')
    .map(({ node }) =>
      `${node.mark === 'added' ? '+' : node.mark === 'removed' ? '-' : ' '} ${node.path.join('.')} ${node.text}`.trim(),
    )

describe('the tree of a state', () => {
  const before = { topic: 'refund', task: { status: 'running', attempts: 1 }, gone: [1] }
  const after = { topic: 'refund', task: { status: 'waiting', attempts: 1 }, come: { a: 1 } }

  test('lays two states over each other, a change as a removed and an added line', () => {
    expect(lines(rowsOf(mergedTree(before, after), all))).toEqual([
      '',
      '- gone',
      '- gone.0 1',
      'topic "refund"',
      'task',
      '- task.status "running"',
      '+ task.status "waiting"',
      'task.attempts 1',
      '+ come',
      '+ come.a 1',
    ])
  })

  test('counts a change once', () => {
    const tree = mergedTree(before, after)
    expect(tree.changes).toBe(3)
    expect(tree.children?.find(({ name }) => name === 'task')?.changes).toBe(1)
  })

  test('marks nothing between equal states', () => {
    expect(mergedTree(after, structuredClone(after)).changes).toBe(0)
  })

  test('tells rich values apart that look alike', () => {
    const tree = mergedTree({ n: 1 }, { n: { $bigint: '1' } })
    expect(tree.children?.map(({ kind, mark }) => [kind, mark])).toEqual([
      ['number', 'removed'],
      ['bigint', 'added'],
    ])
  })

  test('shows only changes and the way to them', () => {
    const rows = rowsOf(mergedTree(before, after), { ...all, changesOnly: true })
    expect(lines(rows)).not.toContain('task.attempts 1')
    expect(lines(rows)).toContain('+ task.status "waiting"')
  })

  test('finds names and values, with the way to them', () => {
    expect(lines(rowsOf(treeOf(after), { ...all, search: 'WAIT' }))).toEqual(['', 'task', 'task.status "waiting"'])
  })

  test('folds by hand what would be open, and opens what would be folded', () => {
    const tree = treeOf({ a: { b: { c: { d: 1 } } } })
    expect(rowsOf(tree, { ...all, folds: new Map([['+a', false]]) }).map(({ type }) => type)).toEqual(['open', 'folded', 'close'])
    const large = treeOf({ list: Array.from({ length: 400 }, (_, i) => ({ i })) })
    expect(rowsOf(large, all)).toHaveLength(404)
    expect(rowsOf(large, { ...all, folds: new Map([['+list[0]', true]]) })).toHaveLength(406)
  })

  test('leads to a path, to what was when nothing is there any more', () => {
    const tree = mergedTree(before, after)
    expect(wayTo(tree, 'task.status').map(({ id }) => id)).toEqual(['+', '+task', '+task.status'])
    expect(wayTo(tree, 'gone[0]').map(({ id }) => id)).toEqual(['+', '-gone', '-gone[0]'])
    expect(wayTo(tree, 'nowhere')).toEqual([])
  })

  test('never shows a secret', () => {
    expect(treeOf('[secret]')).toMatchObject({ kind: 'secret', text: '••••••' })
  })
})

describe('a long text', () => {
  const text = `first line\n${'word '.repeat(2000)}end`
  const tree = treeOf({ short: 'yes', long: text })
  const unfolded = (shown: number) => rowsOf(tree, { ...all, texts: new Map([['+long', shown]]) })

  test('is folded at first, and opens into its lines below it', () => {
    expect(rowsOf(tree, all).map(({ type }) => type)).toEqual(['open', 'leaf', 'folded', 'close'])
    const rows = unfolded(text.length)
    expect(rows.slice(2, 4)).toMatchObject([
      { type: 'open', id: '+long', depth: 1 },
      { type: 'text', text: 'first line', depth: 2 },
    ])
    expect(rows.every((row) => row.type !== 'text' || row.text.length <= 80 - 2 * 3)).toBe(true)
    expect(rows.some(({ type }) => type === 'more')).toBe(false)
  })

  test('of great length opens step by step', () => {
    const more = unfolded(FIRST_STEP).at(-2)
    expect(more).toMatchObject({ type: 'more', shown: FIRST_STEP, length: text.length })
    expect(unfolded(FIRST_STEP).some(({ id }) => more?.type === 'more' && id === more.last)).toBe(true)
  })

  test("has lines whose ids are no other line's, whatever its neighbours are called", () => {
    const rows = rowsOf(treeOf({ a: text, '0+a': text, '>+a': 'x' }), {
      ...all,
      texts: new Map([
        ['+a', 4000],
        ['+0+a', 4000],
      ]),
    })
    expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  })

  test('is never cut inside a character', () => {
    const faces = treeOf({ faces: '😀'.repeat(100) })
    expect(rowsOf(faces, { ...all, texts: new Map([['+faces', 5]]) })[2]).toMatchObject({ type: 'text', text: '😀😀' })
  })

  test('that fits its line has nothing to unfold, one with a line break has', () => {
    const types = (value: string) => rowsOf(treeOf({ value }), all)[1]?.type
    expect([types('x'.repeat(60)), types('x'.repeat(80)), types('a\nb'), types('a\\nb')]).toEqual([
      'leaf',
      'folded',
      'folded',
      'leaf',
    ])
  })
})
