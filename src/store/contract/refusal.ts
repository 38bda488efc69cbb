import assert from 'node:assert/strict'
import type { Commit } from '../engine.ts'
import { accept, bytes, commit, on, promise, ref, remove, row, rule, same, set, statuses, unset, write } from './harness.ts'

const once = (key: string, body = 'body', tenant = 'acme'): Partial<Commit> => ({
  idempotency: { key, tenant, body, receipt: bytes(`receipt of ${key}`) },
})

const expecting = (id: string, revision: number, touched = [on(id)]): Commit =>
  commit({ expect: [{ entity: ref(id), revision }], entities: touched })

/** Idempotency, expectations and the poison rule. */
export const refusalRules = [
  rule('E5', 'a repeated key is answered with the first receipt and writes nothing', async (engine) => {
    await accept(engine, { entities: [on('a')], ...once('k') })
    same(await engine.commit([commit({ entities: [on('a')], ...once('k') })]), [
      { status: 'replayed', receipt: bytes('receipt of k') },
    ])
    assert.equal((await row(engine, 'a')).revision, 1)
    same(await engine.idempotency('acme', 'k'), { body: 'body', receipt: bytes('receipt of k') })
  }),

  rule('E5', 'a repeated key with another body is refused; other tenants have their own keys', async (engine) => {
    await accept(engine, { entities: [on('a')], ...once('k') })
    same(await statuses(engine, [commit({ entities: [on('b')], ...once('k', 'other') })]), ['reused'])
    same(await statuses(engine, [commit({ entities: [on('b')], ...once('k', 'other', 'globex') })]), ['ok'])
    assert.equal(await engine.idempotency('globex', 'j'), undefined)
  }),

  rule('E5', 'a key repeats within one batch too', async (engine) => {
    const batch = [
      commit({ entities: [on('a')], ...once('k') }),
      commit({ entities: [on('a')], ...once('k') }),
      commit({ entities: [on('a')], ...once('k', 'other') }),
    ]
    same(await statuses(engine, batch), ['ok', 'replayed', 'reused'])
    assert.equal((await row(engine, 'a')).revision, 1)
  }),

  rule('E5', 'the key of a refused commit is free', async (engine) => {
    same(await statuses(engine, [{ ...expecting('a', 1), ...once('k') }]), ['conflict'])
    same(await statuses(engine, [{ ...expecting('a', 0), ...once('k', 'changed') }]), ['ok'])
  }),

  rule('E6', 'what was decided on a refused commit is refused with it, on and on', async (engine) => {
    await write(engine, 'a', [])
    const receipts = await engine.commit([
      expecting('a', 5),
      expecting('a', 1, [on('b')]),
      expecting('b', 0, [on('c')]),
      expecting('d', 0),
      commit({ expect: [{ entity: ref('c'), key: 'x', seq: 0 }], entities: [on('e')] }),
      commit({ entities: [on('a')] }),
      commit({ expect: [], entities: [on('c')] }),
    ])
    same(receipts.slice(0, 5), [
      { status: 'conflict', on: 'entity', id: 'a', current: 1 },
      { status: 'conflict', on: 'entity', id: 'a', current: 1 },
      { status: 'conflict', on: 'entity', id: 'b', current: 0 },
      {
        status: 'ok',
        records: [{ num: (await row(engine, 'd')).num, seq: (await row(engine, 'd')).seq, revision: 1, at: 43_200_000 }],
      },
      { status: 'conflict', on: 'entity', id: 'c', current: 0 },
    ])
    same(
      receipts.slice(5).map(({ status }) => status),
      ['ok', 'ok'],
    )
    assert.equal((await row(engine, 'a')).revision, 2)
  }),

  rule('E6', 'entities a refused commit only expected are poisoned too; the real revision is told', async (engine) => {
    const stale = commit({
      expect: [
        { entity: ref('a'), revision: 1 },
        { entity: ref('b'), revision: 0 },
      ],
      entities: [on('c')],
    })
    const receipts = await engine.commit([expecting('b', 0), stale, expecting('b', 1), expecting('c', 0)])
    same(receipts.slice(1), [
      { status: 'conflict', on: 'entity', id: 'a', current: 0 },
      { status: 'conflict', on: 'entity', id: 'b', current: 1 },
      { status: 'conflict', on: 'entity', id: 'c', current: 0 },
    ])
  }),

  rule('E6', 'replayed and reused commits poison like conflicts: nothing of them was written', async (engine) => {
    await accept(engine, { entities: [on('a')], ...once('k') })
    const replay = commit({ entities: [on('a')], ...once('k') })
    same(await statuses(engine, [replay, expecting('a', 1), expecting('b', 0)]), ['replayed', 'conflict', 'ok'])
    const reuse = commit({ entities: [on('a')], ...once('k', 'other') })
    same(await statuses(engine, [reuse, expecting('a', 1)]), ['reused', 'conflict'])
  }),

  rule('E6', 'a refused effect poisons the entities of its commit', async (engine) => {
    const settle = { op: 'settle', id: 'none', epoch: 1, state: 'settled', result: null } as const
    same(await statuses(engine, [commit({ entities: [on('a')], outbox: [settle] }), expecting('a', 0)]), ['conflict', 'conflict'])
  }),

  rule('E6', 'the poison ends with the batch', async (engine) => {
    same(await statuses(engine, [expecting('a', 1)]), ['conflict'])
    same(await statuses(engine, [expecting('a', 0)]), ['ok'])
  }),

  rule('E7', 'an expected revision holds exactly, earlier commits of the batch counted', async (engine) => {
    same(await statuses(engine, [expecting('a', 0), expecting('a', 1), expecting('a', 2)]), ['ok', 'ok', 'ok'])
    for (const revision of [0, 2, 4]) {
      same(await engine.commit([expecting('a', revision)]), [{ status: 'conflict', on: 'entity', id: 'a', current: 3 }])
    }
  }),

  rule('E7', 'revision 0 means never existed; a deleted entity keeps its revision', async (engine) => {
    await write(engine, 'a', [])
    await remove(engine, 'a')
    same(await engine.commit([expecting('a', 0)]), [{ status: 'conflict', on: 'entity', id: 'a', current: 2 }])
    same(await statuses(engine, [expecting('a', 2)]), ['ok'])
  }),

  rule('E8', 'an expected entry version holds exactly; 0 means none of its own', async (engine) => {
    const expecting = (key: string, seq: number) => commit({ expect: [{ entity: ref('a'), key, seq }], entities: [on('b')] })
    same(await statuses(engine, [expecting('x', 0)]), ['ok'])
    const { seq } = await write(engine, 'a', [set('x', '1'), set('y', '1', { class: 'derived' })])
    same(await statuses(engine, [expecting('x', seq), expecting('y', seq), expecting('z', 0)]), ['ok', 'ok', 'ok'])
    same(await engine.commit([expecting('x', 0)]), [{ status: 'conflict', on: 'entry', id: 'a', current: seq }])
    await write(engine, 'a', [unset('x')])
    same(await engine.commit([expecting('x', seq)]), [{ status: 'conflict', on: 'entry', id: 'a', current: 0 }])
  }),

  rule('E8', 'a tombstone counts with its own seq', async (engine) => {
    const origin = await write(engine, 'o', [set('x', '1')])
    await write(engine, 'a', [], { origin: { num: origin.num, seq: origin.seq } })
    const { seq } = await write(engine, 'a', [unset('x')])
    const expecting = (seq: number) => commit({ expect: [{ entity: ref('a'), key: 'x', seq }] })
    same(await engine.commit([expecting(0)]), [{ status: 'conflict', on: 'entry', id: 'a', current: seq }])
    same(await statuses(engine, [expecting(seq)]), ['ok'])
  }),

  rule('E9', 'settle and release are taken only from who holds the newest epoch', async (engine) => {
    await accept(engine, { entities: [on('a')], outbox: [promise('m1', { claim: { owner: 'w1', lease: 10 } })] })
    const settle = (id: string, epoch: number) => ({ op: 'settle', id, epoch, state: 'settled', result: null }) as const
    const release = (id: string, epoch: number) => ({ op: 'release', id, epoch, due: 5, result: null }) as const
    for (const zombie of [settle('m1', 0), release('m1', 0), settle('m1', 2), release('m1', 2)]) {
      same(await engine.commit([commit({ outbox: [zombie] })]), [{ status: 'conflict', on: 'effect', id: 'm1', current: 1 }])
    }
    for (const unknown of [settle('m2', 0), release('m2', 1)]) {
      same(await engine.commit([commit({ outbox: [unknown] })]), [{ status: 'conflict', on: 'effect', id: 'm2', current: 0 }])
    }
    same(await statuses(engine, [commit({ outbox: [settle('m1', 1)] }), commit({ outbox: [settle('m1', 1)] })]), [
      'ok',
      'conflict',
    ])
  }),

  rule('E9', 'a row can be put only for an entity that exists or that the commit makes', async (engine) => {
    same(await engine.commit([commit({ outbox: [promise('m1')] }), commit({ entities: [on('b')] })]), [
      { status: 'conflict', on: 'entity', id: 'a', current: 0 },
      { status: 'ok', records: [{ num: (await row(engine, 'b')).num, seq: 1, revision: 1, at: 43_200_000 }] },
    ])
    same(
      await statuses(engine, [commit({ entities: [on('a')], outbox: [promise('m1')] }), commit({ outbox: [promise('m2')] })]),
      ['ok', 'ok'],
    )
  }),
]
