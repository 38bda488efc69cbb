import assert from 'node:assert/strict'
import { accept, on, row, rule, same, set, write } from './harness.ts'

/** Reading the log of a partition and of an entity. */
export const logRules = [
  rule('E22', 'log continues behind a seq, in order, up to the limit, and may stop inside a commit', async (engine) => {
    await accept(engine, { entities: [on('s/a'), on('s/b'), on('s/c')] })
    await write(engine, 's/a', [])
    const partition = (await row(engine, 's/a')).num % engine.partitions
    const seqs = async (after: number, limit: number) => (await engine.log({ partition, after, limit })).map(({ seq }) => seq)
    same(await seqs(0, 9), [1, 2, 3, 4])
    same(await seqs(0, 2), [1, 2])
    same(await seqs(2, 9), [3, 4])
    same(await seqs(4, 9), [])
    same(await seqs(99, 9), [])
  }),

  rule('E23', 'history is the records of one entity, by revision, from either end', async (engine) => {
    for (let i = 0; i < 5; i++) {
      await write(engine, 's/a', [set('x', `${i}`)])
      await write(engine, 's/b', [])
    }
    const { num } = await row(engine, 's/a')
    const revisions = async (query: { from?: number; to?: number; order: 'oldest' | 'newest'; limit: number }) =>
      (await engine.history({ num, ...query })).map(({ revision }) => revision)
    same(await revisions({ order: 'oldest', limit: 9 }), [1, 2, 3, 4, 5])
    same(await revisions({ order: 'newest', limit: 2 }), [5, 4])
    same(await revisions({ from: 2, to: 4, order: 'oldest', limit: 9 }), [2, 3, 4])
    same(await revisions({ from: 2, to: 4, order: 'newest', limit: 2 }), [4, 3])
    same(await revisions({ from: 2, to: 9, order: 'oldest', limit: 2 }), [2, 3])
    same(await revisions({ from: 6, order: 'oldest', limit: 9 }), [])
    same(await revisions({ to: 0, order: 'newest', limit: 9 }), [])
    same(await engine.history({ num: 1_000_003, order: 'oldest', limit: 9 }), [])
    const [record] = await engine.history({ num, from: 3, to: 3, order: 'oldest', limit: 1 })
    same(await engine.log({ partition: num % engine.partitions, after: (record?.seq ?? 0) - 1, limit: 1 }), [record])
  }),

  rule('E23', 'newest history can begin at a time', async (engine) => {
    for (const at of [10, 20, 20, 30]) await write(engine, 's/a', [], {}, at)
    const { num } = await row(engine, 's/a')
    const revisions = async (before: number, to?: number) =>
      (await engine.history({ num, before, to, order: 'newest', limit: 2 })).map(({ revision }) => revision)
    same(await revisions(99), [4, 3])
    same(await revisions(29), [3, 2])
    same(await revisions(20), [3, 2])
    same(await revisions(20, 2), [2, 1])
    same(await revisions(9), [])
  }),

  rule('E24', 'heads tell the newest seq of every partition', async (engine) => {
    assert.equal((await engine.heads()).length, engine.partitions)
    const { num, seq } = await write(engine, 'a', [])
    same((await engine.heads())[num % engine.partitions], { seq, floor: 0 })
    await accept(engine, {})
    same((await engine.heads())[num % engine.partitions], { seq, floor: 0 })
  }),

  rule('E24', 'poll is silent about commits of its own connection once it has spoken', async (engine) => {
    await engine.poll()
    await write(engine, 'a', [])
    assert.equal(await engine.poll(), undefined)
  }),
]
