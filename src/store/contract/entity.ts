import assert from 'node:assert/strict'
import { accept, bytes, NOON, on, promise, ref, remove, row, rule, same, set, write } from './harness.ts'
import { readAt } from './reading.ts'

/** The rows of entities through creation, change, deletion and re-creation. */
export const entityRules = [
  rule('E11', 'creation, change and time', async (engine) => {
    await write(engine, 'other', [])
    const { num, seq } = await write(engine, 'a', [set('k', '1')], { root: 'alice/1', schema: 's@1', expires: 99 }, 500)
    const created = {
      ...{ num, ...ref('a'), root: 'alice/1', origin: null, revision: 1, seq, born: seq, floor: seq, deleted: false },
      ...{ schema: 's@1', created: 500, updated: 500, expires: 99 },
    }
    same(await row(engine, 'a'), created)
    await write(engine, 'other', [])
    const second = await write(engine, 'a', [], {}, 700)
    same(await row(engine, 'a'), { ...created, revision: 2, seq: second.seq, updated: 700 })
  }),

  rule('E11', 'the time of an entity never goes back', async (engine) => {
    await write(engine, 'a', [], {}, 500)
    const back = await write(engine, 'a', [], {}, 400)
    assert.equal(back.at, 500)
    const { num, updated } = await row(engine, 'a')
    assert.equal(updated, 500)
    same(
      (await engine.history({ num, order: 'oldest', limit: 9 })).map(({ at }) => at),
      [500, 500],
    )
    assert.equal((await write(engine, 'b', [], {}, 400)).at, 400)
  }),

  rule('E12', 'schema and expires: absent keeps, null clears', async (engine) => {
    await write(engine, 'a', [], { schema: 's@1', expires: 99 })
    await write(engine, 'a', [])
    same([(await row(engine, 'a')).schema, (await row(engine, 'a')).expires], ['s@1', 99])
    await write(engine, 'a', [], { schema: 's@2' })
    same([(await row(engine, 'a')).schema, (await row(engine, 'a')).expires], ['s@2', 99])
    await write(engine, 'a', [], { schema: null, expires: null })
    same([(await row(engine, 'a')).schema, (await row(engine, 'a')).expires], [null, null])
  }),

  rule('E12', 'root and origin count only at creation', async (engine) => {
    const origin = await write(engine, 'o', [])
    await write(engine, 'a', [], { root: 'r1', origin: { num: origin.num, seq: origin.seq } })
    await write(engine, 'a', [], { root: 'r2', origin: null })
    await write(engine, 'b', [])
    await write(engine, 'b', [], { root: 'r2', origin: { num: origin.num, seq: origin.seq } })
    const [a, b] = [await row(engine, 'a'), await row(engine, 'b')]
    same([a.root, a.origin], ['r1', { num: origin.num, seq: origin.seq, until: null }])
    same([b.root, b.origin], [null, null])
  }),

  rule('E13', 'deletion takes entries, terms and promises, and keeps history', async (engine) => {
    const first = await write(engine, 'a', [set('x', '1'), set('d', '1', { class: 'derived' })], {
      expires: 99,
      schema: 's@1',
      terms: [{ name: 'tag', values: ['t'], subject: null }],
    })
    await accept(engine, { outbox: [promise('m1'), promise('m2', { claim: { owner: 'w', lease: 9 } })] })
    const gone = await remove(engine, 'a', NOON + 1)
    const { num } = gone
    const { revision, seq, deleted, expires, schema, updated, created } = await row(engine, 'a')
    same(
      { revision, seq, deleted, expires, schema, updated, created },
      { revision: 2, seq: gone.seq, deleted: true, expires: null, schema: 's@1', updated: NOON + 1, created: NOON },
    )
    same(await engine.entries(num, { from: '' }, 9), [])
    same(await engine.terms(num), [])
    assert.deepEqual(
      (await engine.outbox({ limit: 9 })).map(({ id, state, owner }) => [id, state, owner]),
      [
        ['m1', 'cancelled', null],
        ['m2', 'cancelled', null],
      ],
    )
    assert.equal(await readAt(engine, num, 'x', first.seq), '1')
    assert.equal(await readAt(engine, num, 'x', gone.seq), null)
    assert.equal(await engine.version(num, 'd', first.seq), undefined)
  }),

  rule('E13', 'the record of a deletion names no keys; writes and terms beside it are ignored', async (engine) => {
    const { num, seq } = await write(engine, 'a', [set('x', 'one')])
    const terms = [{ name: 'tag', values: ['t'], subject: null }]
    const gone = await write(engine, 'a', [set('x', 'two', { undo: bytes('patch'), run: 1 }), set('y', '1')], {
      delete: true,
      terms,
    })
    const [record] = await engine.history({ num, order: 'newest', limit: 1 })
    same([record?.op, record?.keys], ['delete', []])
    same(await engine.entries(num, { from: '' }, 9), [])
    same(await engine.terms(num), [])
    assert.equal(await readAt(engine, num, 'x', seq), 'one')
    assert.equal(await engine.version(num, 'y', gone.seq), undefined)
  }),

  rule('E13', 'deleting what never existed or is deleted is a record all the same', async (engine) => {
    await remove(engine, 'a', 100)
    const never = await row(engine, 'a')
    same([never.revision, never.deleted, never.created, never.root], [1, true, 100, null])
    await write(engine, 'a', [], { delete: true, root: 'r' }, 200)
    const twice = await row(engine, 'a')
    same([twice.revision, twice.deleted, twice.created, twice.updated, twice.root], [2, true, 100, 200, null])
    const ops = (await engine.history({ num: never.num, order: 'oldest', limit: 9 })).map(({ op }) => op)
    same(ops, ['delete', 'delete'])
  }),

  rule('E14', 're-creation continues the revision, starts a new life and keeps the old one readable', async (engine) => {
    const first = await write(engine, 'a', [set('x', '1'), set('y', '1')], { root: 'r1', schema: 's@1' }, 100)
    const gone = await remove(engine, 'a', 200)
    const again = await write(engine, 'a', [set('x', '2')], { root: 'r2' }, 300)
    const a = await row(engine, 'a')
    same([a.num, a.revision, a.born, a.deleted], [first.num, 3, first.seq, false])
    same([a.created, a.updated, a.root, a.schema], [300, 300, 'r2', 's@1'])
    const [record] = await engine.history({ num: a.num, order: 'newest', limit: 1 })
    assert.equal(record?.op, 'create')
    const read = (key: string) => Promise.all([first, gone, again].map(({ seq }) => readAt(engine, a.num, key, seq)))
    same(await read('x'), ['1', null, '2'])
    same(await read('y'), ['1', null, null])
  }),

  rule('E14', 're-creation keeps the root when none is given, and gives a fork no origin back', async (engine) => {
    const origin = await write(engine, 'o', [set('x', '1')])
    await write(engine, 'a', [], { root: 'r1', origin: { num: origin.num, seq: origin.seq } })
    const gone = await remove(engine, 'a')
    await accept(engine, { entities: [on('a', { origin: { num: origin.num, seq: origin.seq } })] })
    const a = await row(engine, 'a')
    same([a.root, a.origin], ['r1', { num: origin.num, seq: origin.seq, until: gone.seq }])
    assert.equal(await readAt(engine, a.num, 'x', a.seq), null)
  }),
]
