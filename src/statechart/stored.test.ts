import { expect, test } from 'vitest'
import { assign, defineMachine, encode, initial, restore, step } from './index.ts'

const states = {
  a: { on: { GO: 'b' } },
  b: {},
  p: { type: 'parallel', states: { x: { initial: 'one', states: { one: {} } }, y: {} } },
} as const
const machine = defineMachine({ id: 'm', version: '2.1', initial: 'a', states })
const stored = encode(initial(machine, 0).snapshot)

test('P1 a stored snapshot names states, and machine, version and structure', () => {
  expect(stored).toEqual([machine.tag, 'a'])
  expect(machine.tag).toMatch(/^m@2\.1#\w+$/)
  const renamed = defineMachine({ id: 'm', version: '2.1', initial: 'a', states: { ...states, a: { on: { GO: 'p' } } } })
  const newer = defineMachine({ id: 'm', version: '3', initial: 'a', states })
  for (const other of [renamed, newer]) {
    const refusal = { code: 'needs_migration', details: { stored: stored[0], supported: other.tag } }
    expect(() => restore(other, stored)).toThrow(expect.objectContaining(refusal))
  }
  const acting = defineMachine({ id: 'm', version: '2.1', initial: 'a', states: { ...states, b: { entry: assign({}) } } })
  expect(restore(acting, stored).states).toEqual(['a'])
  expect(() => restore(defineMachine({ id: 'other' }), stored)).toThrow(expect.objectContaining({ code: 'invalid' }))
})

test.each([
  ['a state that is not there', 'z'],
  ['a state that is not innermost', 'p'],
  ['one region of two', ['p.x.one']],
  ['two states of one region', ['a', 'b']],
  ['no state', []],
  ['history of nothing', 'a', { history: { z: ['a'] } }],
  ['a child nobody invoked', 'a', { children: { c: ['a', 0] } }],
])('P1 %s is corrupt', (_, states, more?: object) => {
  expect(() => restore(machine, [machine.tag, states, {}, more ?? {}])).toThrow(expect.objectContaining({ code: 'corrupt' }))
})

test('P2 rich values of the context come back as they were', () => {
  const context = { when: new Date(5), tags: new Set(['x']), big: 7n, none: undefined }
  const rich = defineMachine({
    id: 'rich',
    types: {} as { context: typeof context },
    context,
    on: { TICK: { actions: assign({ big: ({ context: { big } }) => big + 1n }) } },
  })
  const back = restore(rich, JSON.parse(JSON.stringify(encode(initial(rich, 0).snapshot))))
  expect(step(back, { type: 'TICK' }, 0).snapshot.context).toEqual({ ...context, big: 8n })
  const odd = defineMachine({ id: 'odd', context: { f: () => 1 } })
  expect(() => encode(initial(odd, 0).snapshot)).toThrow(
    expect.objectContaining({ code: 'invalid', details: { path: 'context.f' } }),
  )
})
