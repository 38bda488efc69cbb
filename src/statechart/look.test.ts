import { expect, test } from 'vitest'
import { allowsTool, defineMachine, hasTag, initial, instructions, matches, metaOf, step, tools } from './index.ts'

const support = defineMachine({
  id: 'support',
  types: {} as { tags: 'human' },
  instructions: 'You sell tea.',
  initial: 'open',
  states: {
    open: {
      tools: ['search'],
      initial: 'asking',
      states: {
        asking: { instructions: 'Ask for the order.', tools: ['lookup', 'search'], on: { FOUND: 'refunding' } },
        refunding: {
          instructions: 'Refund at most 10.',
          tools: ['refund'],
          tags: 'human',
          meta: { limit: 10 },
          on: { END: '#support.closed' },
        },
      },
    },
    closed: {},
  },
})
const asking = initial(support, 0).snapshot
const refunding = step(asking, { type: 'FOUND' }, 0).snapshot
const closed = step(refunding, { type: 'END' }, 0).snapshot

test('L1 matches takes keys joined by dots, or an object for several regions', () => {
  expect(['open', 'open.asking', { open: 'asking' }, { open: {} }].map((value) => matches(asking, value))).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['closed', 'asking', { open: 'refunding' }].map((value) => matches(asking, value))).toEqual([false, false, false])
})

test('L2 instructions and tools are those of all active states', () => {
  expect([instructions(asking), instructions(closed)]).toEqual(['You sell tea.\n\nAsk for the order.', 'You sell tea.'])
  expect([tools(asking), tools(refunding), tools(closed)]).toEqual([['search', 'lookup'], ['search', 'refund'], undefined])
  expect([allowsTool(asking, 'refund'), allowsTool(refunding, 'refund'), allowsTool(closed, 'refund')]).toEqual([
    false,
    true,
    true,
  ])
})

test('L2 tags and meta are those of the active states', () => {
  expect([hasTag(asking, 'human'), hasTag(refunding, 'human')]).toEqual([false, true])
  expect([metaOf(asking), metaOf(refunding)]).toEqual([{}, { 'open.refunding': { limit: 10 } }])
})
