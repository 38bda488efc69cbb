import assert from 'node:assert/strict'
import { partitionOf } from '../partition.ts'
import { accept, bytes, commit, NOON, on, promise, ref, refused, row, rule, same, set, statuses, write } from './harness.ts'
import { wholeLog } from './reading.ts'

/** Receipts, shape, numbering and the log records of commits. */
export const commitRules = [
  rule('E1', 'one receipt for each commit, in their order', async (engine) => {
    same(await engine.commit([]), [])
    const receipts = await engine.commit([
      commit({ entities: [on('a'), on('b')] }),
      commit({ expect: [{ entity: ref('a'), revision: 9 }] }),
      commit({}),
    ])
    const [a, b] = [await row(engine, 'a'), await row(engine, 'b')]
    same(receipts, [
      {
        status: 'ok',
        records: [
          { num: a.num, seq: a.seq, revision: 1, at: NOON },
          { num: b.num, seq: b.seq, revision: 1, at: NOON },
        ],
      },
      { status: 'conflict', on: 'entity', id: 'a', current: 1 },
      { status: 'ok', records: [] },
    ])
  }),

  rule('E2', 'an entity named twice in a commit fails the whole batch, with nothing stored', async (engine) => {
    const bad = commit({ entities: [on('a'), on('b'), on('a')] })
    await refused('invalid', () => engine.commit([commit({ entities: [on('c')] }), bad]))
    assert.equal(await engine.entity(ref('c')), undefined)
    same(await engine.heads(), Array(engine.partitions).fill({ seq: 0, floor: 0 }))
  }),

  rule('E2', 'a key written twice for an entity fails the whole batch, with nothing stored', async (engine) => {
    const bad = commit({ entities: [on('a', { writes: [set('x', '1'), set('y', '1'), set('x', '2')] })] })
    await refused('invalid', () => engine.commit([commit({ entities: [on('c')] }), bad]))
    assert.equal(await engine.entity(ref('c')), undefined)
    await write(engine, 'c', [set('x', '1')])
    assert.equal((await row(engine, 'c')).seq, 1)
  }),

  rule('E2', 'the same key of different entities, and names that differ in one part, are different', async (engine) => {
    const others = [ref('a', 'doc', 'other'), ref('a', 'mail'), ref('b')].map((entity) =>
      on('', { entity, writes: [set('x', '1')] }),
    )
    const records = await accept(engine, { entities: [on('a', { writes: [set('x', '1')] }), ...others] })
    assert.equal(new Set(records.map(({ num }) => num)).size, 4)
  }),

  rule('E3', 'num names an entity for good and tells its partition', async (engine) => {
    for (const id of ['alice', 'alice/1', 'bob', 'carol/x/y']) {
      const { num } = await write(engine, id, [])
      assert.equal(num % engine.partitions, partitionOf(ref(id), engine.partitions))
      assert.ok(Number.isSafeInteger(num) && num > 0)
      const again = await write(engine, id, [set('x', '1')])
      assert.equal(again.num, num)
      same(await engine.entityByNum(num), await engine.entity(ref(id)))
    }
    assert.equal(await engine.entityByNum(1_000_003), undefined)
    assert.equal(await engine.entity(ref('nobody')), undefined)
  }),

  rule('E4', 'seq counts from 1 without a gap, whatever is refused', async (engine) => {
    for (let i = 0; i < 5; i++) {
      await engine.commit([
        commit({ entities: [on('a'), on('b')] }),
        commit({ expect: [{ entity: ref('z'), revision: 1 }], entities: [on('a')] }),
        commit({ entities: [on('c')] }),
      ])
    }
    for (let partition = 0; partition < engine.partitions; partition++) {
      const seqs = (await wholeLog(engine, partition, 2)).map(({ seq }) => seq)
      same(
        seqs,
        seqs.map((_, i) => i + 1),
      )
      assert.equal((await engine.heads())[partition]?.seq, seqs.length)
    }
  }),

  rule('E4', 'the records of a commit are neighbours in its order, only the last is marked', async (engine) => {
    const first = commit({ entities: [on('s/a'), on('s/b'), on('s/c')] })
    const second = commit({ entities: [on('s/c'), on('s/a')] })
    await engine.commit([first, second])
    const log = await wholeLog(engine, (await row(engine, 's/a')).num % engine.partitions)
    const name = async (num: number) => (await engine.entityByNum(num))?.id
    same(await Promise.all(log.map(async (record) => [record.commit, await name(record.num), record.last])), [
      [first.id, 's/a', false],
      [first.id, 's/b', false],
      [first.id, 's/c', true],
      [second.id, 's/c', false],
      [second.id, 's/a', true],
    ])
  }),

  rule('E15', 'a record keeps what the commit says about itself', async (engine) => {
    const said = { actor: 'alice', cause: 'call-1', source: 'http', trust: 'user', store: 'abc' }
    const id = commit({}).id
    await accept(engine, { id, at: 77, ...said, entities: [on('a', { event: bytes('e'), writes: [set('k', '1')] })] })
    const { num } = await row(engine, 'a')
    same(await engine.history({ num, order: 'oldest', limit: 9 }), [
      { seq: 1, commit: id, last: true, num, revision: 1, op: 'create', at: 77, ...said, event: bytes('e'), keys: ['k'] },
    ])
  }),

  rule('E15', 'its keys are the state keys it changed, in the order written', async (engine) => {
    await write(engine, 'a', [set('z', '1'), set('index', '1', { class: 'derived' }), set('a', '1'), set('turns', '1')])
    await write(engine, 'a', [
      { ...set('gone', ''), segment: null },
      set('turns', '2', { class: 'derived' }),
      set('index', '2', { class: 'derived' }),
    ])
    const { num } = await row(engine, 'a')
    const records = await engine.history({ num, order: 'oldest', limit: 9 })
    same(
      records.map(({ keys }) => keys),
      [
        ['z', 'a', 'turns'],
        ['gone', 'turns'],
      ],
    )
  }),

  rule('E10', 'a refused commit changes nothing: no entity, entry, term, outbox row, key or record', async (engine) => {
    await write(engine, 'a', [set('k', 'old')])
    const refusedCommit = commit({
      expect: [{ entity: ref('a'), revision: 7 }],
      entities: [on('a', { writes: [set('k', 'new')], terms: [{ name: 'tag', values: ['t'], subject: null }] }), on('b')],
      outbox: [promise('m1')],
      idempotency: { key: 'once', tenant: 'acme', body: 'b', receipt: bytes('r') },
    })
    same(await statuses(engine, [refusedCommit, commit({ entities: [on('c')] })]), ['conflict', 'ok'])
    const a = await row(engine, 'a')
    assert.equal(a.revision, 1)
    same((await engine.entry(a.num, 'k'))?.segment, bytes('old'))
    same(await engine.terms(a.num), [])
    assert.equal(await engine.entity(ref('b')), undefined)
    assert.equal(await engine.outboxRow('m1'), undefined)
    assert.equal(await engine.idempotency('acme', 'once'), undefined)
    assert.equal((await row(engine, 'c')).revision, 1)
  }),

  rule('E10', 'idempotency is looked at first, then what is expected, then effects', async (engine) => {
    const once = { key: 'k', tenant: 'acme', body: 'b', receipt: bytes('r') }
    await accept(engine, { entities: [on('a')], outbox: [promise('m1')], idempotency: once })
    const stale = { op: 'settle', id: 'm1', epoch: 5, state: 'settled', result: null } as const
    const expect = [
      { entity: ref('a'), key: 'x', seq: 3 },
      { entity: ref('a'), revision: 9 },
    ]
    same(await statuses(engine, [commit({ expect, outbox: [stale], idempotency: once })]), ['replayed'])
    same(await engine.commit([commit({ expect, outbox: [stale] })]), [{ status: 'conflict', on: 'entry', id: 'a', current: 0 }])
    same(await engine.commit([commit({ expect: expect.slice(1), outbox: [stale] })]), [
      { status: 'conflict', on: 'entity', id: 'a', current: 1 },
    ])
    same(await engine.commit([commit({ outbox: [stale] })]), [{ status: 'conflict', on: 'effect', id: 'm1', current: 0 }])
  }),
]
