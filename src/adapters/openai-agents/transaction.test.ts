import { type AgentInputItem, type SessionHistoryTransactionArgs, user } from '@openai/agents-core'
import { expect, test } from 'vitest'
import { onEveryEngine } from '../../world.testing.ts'
import { HoldfastSession } from './index.ts'

const append = (operationId: string, ...texts: readonly string[]): SessionHistoryTransactionArgs => ({
  operationId,
  transaction: { type: 'append_items', items: texts.map((text) => user(text)) },
})

const replace = (operationId: string, expected: readonly string[], by: readonly string[]): SessionHistoryTransactionArgs => ({
  operationId,
  transaction: {
    type: 'replace_suffix',
    expectedSuffix: expected.map((text) => user(text)),
    replacement: by.map((text) => user(text)),
  },
})

const said = (...texts: readonly string[]): AgentInputItem[] => texts.map((text) => user(text))

onEveryEngine((open) => {
  test('OA8 an operation is applied once, also at once, and after a crash', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    await Promise.all(Array.from({ length: 5 }, () => session.applyHistoryTransaction(append('op-1', 'one', 'two'))))
    await session.applyHistoryTransaction(replace('op-2', ['two'], ['2', '3']))
    await world.crash()
    const again = new HoldfastSession(await world.open(), 'a')
    for (const args of [append('op-1', 'one', 'two'), replace('op-2', ['two'], ['2', '3'])])
      await again.applyHistoryTransaction(args)
    expect(await again.getItems()).toEqual(said('one', '2', '3'))
    await again.applyHistoryTransaction(replace('op-3', ['one', '2', '3'], ['all']))
    await again.applyHistoryTransaction(replace('op-4', [], ['more']))
    expect(await again.getItems()).toEqual(said('all', 'more'))
  })

  test('OA8 the last 1,000 operations are remembered, older ones are forgotten', async () => {
    const { hf } = await open()
    const session = new HoldfastSession(hf, 'a')
    await Promise.all(Array.from({ length: 1001 }, (_, i) => session.applyHistoryTransaction(append(`op-${i}`, String(i)))))
    expect((await session.getItems()).length).toBe(1001)
    await session.applyHistoryTransaction(append('op-1', '1'))
    expect((await session.getItems()).length).toBe(1001)
    await session.applyHistoryTransaction(append('op-0', '0'))
    expect((await session.getItems()).length).toBe(1002)
  }, 30_000)

  test('OA8 ids may be any text; those of a cleared conversation are free', async () => {
    const { hf } = await open()
    const session = new HoldfastSession(hf, 'a')
    const ids = ['a/b', 'x'.repeat(5000), 'NUL \0', '~', 'ä']
    for (const id of [...ids, ...ids]) await session.applyHistoryTransaction(append(id, 'item'))
    expect((await session.getItems()).length).toBe(ids.length)
    await session.clearSession()
    await session.applyHistoryTransaction(append('~', 'another'))
    expect(await session.getItems()).toEqual(said('another'))
  })

  test('OA9 what does not fit is refused and changes nothing', async () => {
    const { hf } = await open()
    const session = new HoldfastSession(hf, 'a')
    await session.applyHistoryTransaction(append('op-1', 'one', 'two'))
    for (const [args, code] of [
      [replace('op-2', ['one'], ['1']), 'conflict'],
      [replace('op-2', ['zero', 'one', 'two'], []), 'conflict'],
      [append('op-1', 'one', 'three'), 'invalid'],
      [replace('op-1', ['two'], []), 'invalid'],
      [append(' ', 'one'), 'invalid'],
      [{ operationId: 'op-2' }, 'invalid'],
      [{ operationId: 'op-2', transaction: { type: 'drop' } }, 'invalid'],
      [{ operationId: 'op-2', transaction: { type: 'append_items', items: ['text'] } }, 'invalid'],
      [{ operationId: 'op-2', transaction: { type: 'append_items', items: [{ f() {} }] } }, 'invalid'],
      [undefined, 'invalid'],
    ] as const)
      await expect(session.applyHistoryTransaction(args as SessionHistoryTransactionArgs)).rejects.toMatchObject({ code })
    expect(await session.getItems()).toEqual(said('one', 'two'))
    await session.applyHistoryTransaction(replace('op-2', ['two'], ['2']))
    expect(await session.getItems()).toEqual(said('one', '2'))
  })
})
