import assert from 'node:assert/strict'
import { makeSplice } from '../../core/index.ts'
import type { Engine, SweepReport, SweepRequest } from '../engine.ts'
import { accept, bytes, commit, on, promise, ref, remove, row, rule, same, set, statuses, unset, write } from './harness.ts'
import { scanAt, wholeLog } from './reading.ts'

/** Sweeping: what is forgotten, and what must not be. */
export const sweepRules = [
  rule('E39', 'the edge is the newest record that is old enough and outside the revisions kept', async (engine) => {
    const seqs = await tenVersions(engine)
    const { num } = await row(engine, 's/a')
    const before = await snapshots(engine, num, seqs)
    same(await sweep(engine, { historyBefore: 6, keepRevisions: 0 }), {
      changes: 4,
      records: 4,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    const edge = seqs[4] ?? 0
    same((await row(engine, 's/a')).floor, edge)
    same((await engine.history({ num, order: 'oldest', limit: 1 }))[0]?.revision, 5)
    assert.deepEqual((await snapshots(engine, num, seqs)).slice(4), before.slice(4))
    same(await sweep(engine, { historyBefore: 99, keepRevisions: 3 }), {
      changes: 2,
      records: 2,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    same((await row(engine, 's/a')).floor, seqs[6])
    assert.deepEqual((await snapshots(engine, num, seqs)).slice(6), before.slice(6))
    same(await sweep(engine, { historyBefore: 99, keepRevisions: 50 }), {
      changes: 0,
      records: 0,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    same(await sweep(engine, { historyBefore: 3, keepRevisions: 0 }), {
      changes: 0,
      records: 0,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    same((await row(engine, 's/a')).floor, seqs[6])
    await noDamage(engine)
  }),

  rule('E39', 'the newest record of an entity stays; the partition tells how far it has been swept', async (engine) => {
    const seqs = await tenVersions(engine)
    await write(engine, 's/b', [], {}, 100)
    const { num, floor } = await row(engine, 's/a')
    same(floor, seqs[0])
    await sweep(engine, { historyBefore: 99, keepRevisions: 0 })
    same((await row(engine, 's/a')).floor, seqs[9])
    const records = await engine.history({ num, order: 'oldest', limit: 99 })
    same(
      records.map(({ revision }) => revision),
      [10],
    )
    const partition = num % engine.partitions
    same((await engine.heads())[partition], { seq: (seqs[9] ?? 0) + 1, floor: seqs[8] })
    same(
      (await wholeLog(engine, partition)).map(({ seq }) => seq),
      [seqs[9] ?? 0, (seqs[9] ?? 0) + 1],
    )
    same(await statuses(engine, [commit({ expect: [{ entity: ref('s/a'), revision: 10 }], entities: [on('s/a')] })]), ['ok'])
    await noDamage(engine)
  }),

  rule('E39', 'deleted entities are swept alike, and keys whose versions are all forgotten are gone', async (engine) => {
    await write(engine, 's/a', [set('x', '1'), set('y', '1')], {}, 1)
    await write(engine, 's/a', [unset('x')], {}, 2)
    const gone = await remove(engine, 's/a', 3)
    const again = await write(engine, 's/a', [set('x', '4')], {}, 4)
    const { num } = gone
    const kept = await snapshots(engine, num, [gone.seq, again.seq])
    same(await sweep(engine, { historyBefore: 4, keepRevisions: 0 }), {
      changes: 2,
      records: 2,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    assert.deepEqual(await snapshots(engine, num, [gone.seq, again.seq]), kept)
    assert.equal(await engine.version(num, 'y', again.seq), undefined)
    same((await row(engine, 's/a')).revision, 4)
    await noDamage(engine)
  }),

  rule('E39', 'an edge between two versions keeps the one that was current there', async (engine) => {
    const first = await write(engine, 's/a', [set('x', 'one'), set('y', 'one')], {}, 1)
    const second = await write(engine, 's/a', [set('y', 'two')], {}, 2)
    const third = await write(
      engine,
      's/a',
      [set('x', 'three', { undo: makeSplice(bytes('three'), bytes('one')), run: 1 })],
      {},
      3,
    )
    same((await sweep(engine, { historyBefore: 3, keepRevisions: 0 })).changes, 1)
    const { num } = first
    same(await engine.versions(num, { from: '' }, second.seq, 9), [
      {
        key: 'x',
        subject: null,
        versions: [
          { seq: first.seq, op: 'patch', segment: makeSplice(bytes('three'), bytes('one')) },
          { seq: third.seq, op: 'image', segment: bytes('three') },
        ],
      },
      { key: 'y', subject: null, versions: [{ seq: second.seq, op: 'image', segment: bytes('two') }] },
    ])
  }),

  rule('E40', 'what a fork reads is kept until it has been adopted', async (engine) => {
    const seqs = await tenVersions(engine)
    const origin = await row(engine, 's/a')
    const early = seqs[3] ?? 0
    await write(engine, 's/late', [], { origin: { num: origin.num, seq: seqs[7] ?? 0 } }, 50)
    const fork = await write(engine, 's/early', [], { origin: { num: origin.num, seq: early } }, 50)
    const before = await scanAt(engine, fork.num, fork.seq)
    same(await sweep(engine, { historyBefore: 90, keepRevisions: 0 }), {
      changes: 3,
      records: 3,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    same((await row(engine, 's/a')).floor, early)
    assert.deepEqual(await scanAt(engine, fork.num, fork.seq), before)
    await remove(engine, 's/early')
    same((await sweep(engine, { historyBefore: 90, keepRevisions: 0 })).records, 0)
    const adopted = [...before].map(([key, text]) => ({ key, subject: null, segment: bytes(text) }))
    await engine.adopt(fork.num, adopted, true)
    same((await sweep(engine, { historyBefore: 40, keepRevisions: 0 })).records, 4)
    same((await row(engine, 's/a')).floor, seqs[7])
    assert.deepEqual(await scanAt(engine, fork.num, fork.seq), before)
    await noDamage(engine)
  }),

  rule('E40', 'a fork taken between two records of its origin keeps the record and versions current there', async (engine) => {
    const seqs = await tenVersions(engine, async (i) => {
      if (i === 4) await write(engine, 's/other', [], {}, 5)
    })
    const { num } = await row(engine, 's/a')
    const between = (seqs[4] ?? 0) + 1
    const fork = await write(engine, 's/fork', [], { origin: { num, seq: between } }, 50)
    const before = await scanAt(engine, fork.num, fork.seq)
    same(await sweep(engine, { historyBefore: 90, keepRevisions: 0 }), {
      changes: 4,
      records: 4,
      idempotency: 0,
      outbox: 0,
      next: null,
    })
    same((await row(engine, 's/a')).floor, seqs[4])
    same((await engine.history({ num, order: 'oldest', limit: 1 }))[0]?.revision, 5)
    same((await engine.heads())[num % engine.partitions]?.floor, seqs[3])
    assert.deepEqual(await scanAt(engine, fork.num, fork.seq), before)
    await noDamage(engine)
  }),

  rule('E40', 'a key a fork has deleted stays deleted while its past is swept, its end not', async (engine) => {
    const origin = await write(engine, 's/origin', [set('x', 'theirs')], {}, 1)
    const fork = await write(engine, 's/fork', [], { origin: { num: origin.num, seq: origin.seq } }, 1)
    await write(engine, 's/fork', [unset('x')], {}, 2)
    const later = await write(engine, 's/fork', [set('y', '1')], {}, 3)
    const gone = await remove(engine, 's/fork', 4)
    await sweep(engine, { historyBefore: 4, keepRevisions: 1 })
    same((await row(engine, 's/fork')).floor, later.seq)
    assert.deepEqual(await scanAt(engine, fork.num, later.seq), new Map([['y', '1']]))
    assert.deepEqual(await scanAt(engine, fork.num, gone.seq), new Map())
    await noDamage(engine)
  }),

  rule('E40', 'a fork whose own history has been swept can still adopt', async (engine) => {
    const origin = await write(engine, 's/origin', [set('x', '0'), set('y', '0')], {}, 1)
    const fork = await write(engine, 's/fork', [], { origin: { num: origin.num, seq: origin.seq } }, 1)
    for (let i = 2; i <= 9; i++) await write(engine, 's/fork', [set('x', `${i}`)], {}, i)
    const seqs = (await engine.history({ num: fork.num, order: 'oldest', limit: 99 })).map(({ seq }) => seq)
    for (const historyBefore of [7, 99]) {
      await sweep(engine, { historyBefore, keepRevisions: 2 })
      const { floor } = await row(engine, 's/fork')
      const kept = seqs.filter((seq) => seq >= floor)
      const before = await snapshots(engine, fork.num, kept)
      const all = ['x', 'y'].map((key) => ({ key, subject: null, segment: bytes('0') }))
      for (let i = 0; i < 2; i++) {
        await engine.adopt(fork.num, all, false)
        assert.deepEqual(await snapshots(engine, fork.num, kept), before)
      }
      await write(engine, 's/fork', [set('x', `after ${historyBefore}`)], {}, 10)
      assert.deepEqual(await snapshots(engine, fork.num, kept), before)
      await noDamage(engine)
    }
  }),

  rule('E41', 'old idempotency keys and finished outbox rows are forgotten', async (engine) => {
    const once = (key: string) => ({ key, tenant: 'acme', body: 'b', receipt: bytes('r') })
    await accept(engine, {
      at: 10,
      entities: [on('a')],
      outbox: [promise('m1'), promise('m2'), promise('m3')],
      idempotency: once('k1'),
    })
    await accept(engine, {
      at: 20,
      outbox: [{ op: 'settle', id: 'm1', epoch: 0, state: 'dead', result: null }],
      idempotency: once('k2'),
    })
    await accept(engine, { at: 30, outbox: [{ op: 'cancel', id: 'm2' }] })
    const limits = { historyBefore: 0, keepRevisions: 0 }
    same(await sweep(engine, { ...limits, idempotencyBefore: 20, settledBefore: 30 }), {
      ...{ changes: 0, records: 0, idempotency: 1, outbox: 1, next: null },
    })
    same(
      (await engine.outbox({ limit: 9 })).map(({ id }) => id),
      ['m2', 'm3'],
    )
    assert.equal(await engine.idempotency('acme', 'k1'), undefined)
    same(await statuses(engine, [commit({ idempotency: once('k1') }), commit({ idempotency: once('k2') })]), ['ok', 'replayed'])
    same((await sweep(engine, { ...limits, idempotencyBefore: 21, settledBefore: 99 })).outbox, 1)
    same(
      (await engine.outbox({ limit: 9 })).map(({ id }) => id),
      ['m3'],
    )
  }),

  rule('E41', 'a deleted entity’s cancelled rows finish at the time of the deletion', async (engine) => {
    await accept(engine, { at: 10, entities: [on('a')], outbox: [promise('m1')] })
    await remove(engine, 'a', 50)
    same((await sweep(engine, { historyBefore: 0, settledBefore: 50 })).outbox, 0)
    same((await sweep(engine, { historyBefore: 0, settledBefore: 51 })).outbox, 1)
  }),

  rule('E41', 'a call visits no more entities and drops no more records of each than its limit', async (engine) => {
    for (const id of ['s/a', 's/b', 's/c']) for (let i = 1; i <= 4; i++) await write(engine, id, [set('x', `${i}`)], {}, i)
    const { num: first } = await row(engine, 's/a')
    const { num: second } = await row(engine, 's/b')
    const request = { historyBefore: 99, keepRevisions: 0, limit: 2 }
    same(await sweep(engine, request), { changes: 4, records: 4, idempotency: 0, outbox: 0, next: second })
    const kept = (await engine.history({ num: first, order: 'oldest', limit: 9 })).map(({ revision }) => revision)
    same(kept, [3, 4])
    same(await sweep(engine, { ...request, after: second }), { changes: 2, records: 2, idempotency: 0, outbox: 0, next: null })
    same(await sweep(engine, request), { changes: 2, records: 2, idempotency: 0, outbox: 0, next: second })
    same(await sweep(engine, { ...request, limit: 1, after: second }), {
      ...{ changes: 1, records: 1, idempotency: 0, outbox: 0, next: (await row(engine, 's/c')).num },
    })
    await noDamage(engine)
  }),
]

/** Document `s/a` with ten versions of `x` (patched) and one of `y`, at times 1 to 10; returns their seqs. */
async function tenVersions(engine: Engine, between: (i: number) => Promise<void> = async () => {}): Promise<number[]> {
  const seqs = [(await write(engine, 's/a', [set('x', 'x1'), set('y', 'y')], {}, 1)).seq]
  for (let i = 2; i <= 10; i++) {
    const undo = makeSplice(bytes(`x${i}`), bytes(`x${i - 1}`))
    seqs.push((await write(engine, 's/a', [set('x', `x${i}`, i % 4 === 0 ? {} : { undo, run: 1 })], {}, i)).seq)
    await between(i - 1)
  }
  return seqs
}

function snapshots(engine: Engine, num: number, seqs: readonly number[]) {
  return Promise.all(seqs.map((seq) => scanAt(engine, num, seq)))
}

async function sweep(engine: Engine, request: Partial<SweepRequest>): Promise<SweepReport> {
  const nothing = { historyBefore: 0, keepRevisions: 0, idempotencyBefore: 0, settledBefore: 0, limit: 100, after: 0 }
  return engine.sweep({ ...nothing, ...request })
}

async function noDamage(engine: Engine): Promise<void> {
  for await (const damage of engine.verify()) assert.fail(`Expected no damage, got ${damage.code}: ${damage.message}`)
}
