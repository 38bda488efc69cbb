import assert from 'node:assert/strict'
import { compareUtf8 } from '../../core/index.ts'
import type { ClaimRequest, Engine, OutboxQuery, OutboxWrite } from '../engine.ts'
import { accept, bytes, commit, NOON, on, promise, ref, remove, rule, same, statuses } from './harness.ts'

const settle = (id: string, epoch: number, state: 'settled' | 'dead' = 'settled') =>
  ({ op: 'settle', id, epoch, state, result: bytes('done') }) as const
const release = (id: string, epoch: number, due: number) => ({ op: 'release', id, epoch, due, result: bytes('failed') }) as const
const cancel = (id: string) => ({ op: 'cancel', id }) as const

/** Promises to the outside: put, claimed, renewed, settled, released, cancelled. */
export const outboxRules = [
  rule('E28', 'a new row waits unclaimed at epoch 0, or is born claimed at epoch 1 as attempt 1', async (engine) => {
    await put(engine, promise('m1', { due: 7 }), promise('m2', { claim: { owner: 'w', lease: 9 } }))
    const fresh = { entity: ref('a'), queue: 'mail', state: 'due', created: NOON, result: null }
    same(await engine.outboxRow('m1'), {
      ...{ ...fresh, id: 'm1', due: 7, owner: null, lease: null, epoch: 0, attempts: 0, payload: bytes('m1') },
    })
    same(await engine.outboxRow('m2'), {
      ...{ ...fresh, id: 'm2', due: NOON, owner: 'w', lease: 9, epoch: 1, attempts: 1, payload: bytes('m2') },
    })
    assert.equal(await engine.outboxRow('m3'), undefined)
  }),

  rule('E28', 'a row put again starts over under the next epoch: the old claim is a zombie', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }))
    await accept(engine, {
      at: NOON + 5,
      entities: [on('b')],
      outbox: [promise('m1', { entity: ref('b'), queue: 'chat', due: 8, payload: bytes('new') })],
    })
    const renewed = { id: 'm1', entity: ref('b'), queue: 'chat', state: 'due', due: 8, created: NOON + 5, payload: bytes('new') }
    same(await engine.outboxRow('m1'), { ...renewed, owner: null, lease: null, epoch: 2, attempts: 0, result: null })
    same(await statuses(engine, [commit({ outbox: [settle('m1', 1)] })]), ['conflict'])
    same(await engine.renew([{ id: 'm1', epoch: 1 }], 99), ['m1'])
    await put(engine, settle('m1', 2))
    await put(engine, promise('m1', { claim: { owner: 'v', lease: 9 } }))
    const again = await engine.outboxRow('m1')
    same([again?.state, again?.epoch, again?.attempts, again?.result, again?.owner], ['due', 3, 1, null, 'v'])
    same(await engine.sweep(sweepOutbox(NOON + 99)), { changes: 0, records: 0, idempotency: 0, outbox: 0, next: null })
  }),

  rule('E29', 'settle ends a row and records its result', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }), promise('m2'))
    await put(engine, settle('m1', 1), settle('m2', 0, 'dead'))
    for (const [id, state] of Object.entries({ m1: 'settled', m2: 'dead' })) {
      const row = await engine.outboxRow(id)
      same([row?.state, row?.owner, row?.lease, row?.result], [state, null, null, bytes('done')])
    }
    same(await claimed(engine, { now: NOON }), [])
  }),

  rule('E29', 'release puts a row back to wait, keeping the error and the epoch', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }))
    await put(engine, release('m1', 1, NOON + 5))
    const row = await engine.outboxRow('m1')
    same(
      [row?.state, row?.due, row?.owner, row?.lease, row?.epoch, row?.attempts, row?.result],
      ['due', NOON + 5, null, null, 1, 1, bytes('failed')],
    )
    same(await claimed(engine, { now: NOON + 4 }), [])
    same(await claimed(engine, { now: NOON + 5 }), ['m1'])
    assert.equal((await engine.outboxRow('m1'))?.epoch, 2)
  }),

  rule('E29', 'one commit may settle a claimed row and bear the next', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }))
    await put(engine, settle('m1', 1), promise('m2', { claim: { owner: 'w', lease: 9 } }))
    same([(await engine.outboxRow('m1'))?.state, (await engine.outboxRow('m2'))?.attempts], ['settled', 1])
  }),

  rule('E30', 'cancel ends what is not final and asks nothing', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }), promise('m2'))
    await put(engine, settle('m2', 0))
    await put(engine, cancel('m1'), cancel('m2'), cancel('none'))
    const row = await engine.outboxRow('m1')
    same([row?.state, row?.owner, row?.lease, row?.epoch], ['cancelled', null, null, 1])
    assert.equal((await engine.outboxRow('m2'))?.state, 'settled')
    same(await statuses(engine, [commit({ outbox: [settle('m1', 1)] })]), ['conflict'])
  }),

  rule('E30', 'cancel gives up what is dead; its error stays', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }))
    await put(engine, settle('m1', 1, 'dead'))
    same(await engine.tally('acme', NOON, 9), { due: 0, running: 0, dead: 1 })
    await put(engine, cancel('m1'))
    const row = await engine.outboxRow('m1')
    same([row?.state, row?.result], ['cancelled', bytes('done')])
    same(await engine.tally('acme', NOON, 9), { due: 0, running: 0, dead: 0 })
  }),

  rule('E30', 'outbox writes follow the entities of their commit: settled before deleted stays settled', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }), promise('m2'))
    await accept(engine, { entities: [on('a', { delete: true })], outbox: [settle('m1', 1), promise('m3')] })
    same(
      (await engine.outbox({ limit: 9 })).map(({ id, state }) => [id, state]),
      [
        ['m1', 'settled'],
        ['m2', 'cancelled'],
        ['m3', 'due'],
      ],
    )
  }),

  rule('E31', 'claim takes what is due and free, by time then id, under a new epoch', async (engine) => {
    await put(
      engine,
      ...[promise('b', { due: 10 }), promise('a', { due: 10 }), promise('c', { due: 5 }), promise('late', { due: 31 })],
      ...[promise('chat', { due: 1, queue: 'chat' }), promise('held', { due: 1, claim: { owner: 'v', lease: 31 } })],
      promise('lost', { due: 20, claim: { owner: 'v', lease: 30 } }),
    )
    const rows = await engine.claim({ owner: 'w', queues: ['mail'], now: 30, lease: 90, limit: 3 })
    same(
      rows.map(({ id, owner, lease, epoch, attempts }) => [id, owner, lease, epoch, attempts]),
      [
        ['c', 'w', 90, 1, 1],
        ['a', 'w', 90, 1, 1],
        ['b', 'w', 90, 1, 1],
      ],
    )
    same(rows[0], await engine.outboxRow('c'))
    same(await claimed(engine, { now: 30 }), ['lost'])
    const lost = await engine.outboxRow('lost')
    same([lost?.owner, lost?.epoch, lost?.attempts], ['w', 2, 2])
    same(await claimed(engine, { now: 30 }), [])
    same(await claimed(engine, { now: 30, queues: [] }), [])
    same(await claimed(engine, { now: 31, queues: ['chat', 'mail', 'chat'] }), ['chat', 'held', 'late'])
  }),

  rule('E32', 'renew extends claims still held and names those that are not', async (engine) => {
    await put(engine, promise('m1', { claim: { owner: 'w', lease: 9 } }), promise('m2'), promise('m3'))
    await engine.claim({ owner: 'w', queues: ['mail'], now: NOON, lease: NOON + 5, limit: 9 })
    await put(engine, settle('m3', 1))
    const claims = [
      { id: 'm1', epoch: 1 },
      { id: 'm2', epoch: 1 },
      { id: 'm3', epoch: 1 },
      { id: 'm4', epoch: 1 },
    ]
    same(await engine.renew(claims, NOON + 50), ['m1', 'm3', 'm4'])
    same([(await engine.outboxRow('m1'))?.lease, (await engine.outboxRow('m2'))?.lease], [NOON + 5, NOON + 50])
    await put(engine, release('m2', 1, NOON))
    same(await engine.renew([{ id: 'm2', epoch: 1 }], NOON + 99), ['m2'])
  }),

  rule('E33', 'outbox lists by id, by any of tenant, entity, queue and state, page by page', async (engine) => {
    const other = ref('a', 'doc', 'globex')
    await accept(engine, { entities: [on('a'), on('b'), on('', { entity: other })] })
    await put(
      engine,
      ...[
        promise('m1'),
        promise('\uffee', { entity: ref('b') }),
        promise('😀', { queue: 'chat' }),
        promise('m0', { entity: other }),
      ],
      promise('é'),
    )
    await put(engine, cancel('é'))
    const ids = async (query: Partial<OutboxQuery>) => (await engine.outbox({ limit: 9, ...query })).map(({ id }) => id)
    const all = ['m0', 'm1', 'é', '\uffee', '😀'].toSorted(compareUtf8)
    same(await ids({}), all)
    same(await ids({ limit: 2 }), all.slice(0, 2))
    same(await ids({ after: 'é' }), ['\uffee', '😀'])
    same(await ids({ tenant: 'globex' }), ['m0'])
    same(await ids({ entity: ref('a') }), ['m1', 'é', '😀'])
    same(await ids({ entity: ref('a'), after: 'm1', limit: 1 }), ['é'])
    same(await ids({ entity: ref('nobody') }), [])
    same(await ids({ queue: 'chat' }), ['😀'])
    same(await ids({ state: 'cancelled' }), ['é'])
    same(await ids({ tenant: 'acme', state: 'due', queue: 'mail', entity: ref('b') }), ['\uffee'])
    await accept(engine, { at: NOON + 5, entities: [on('a')], outbox: [promise('m9')] })
    same([await ids({ createdFrom: NOON }), await ids({ createdFrom: NOON + 5 })], [all.toSpliced(2, 0, 'm9'), ['m9']])
    same([await ids({ createdFrom: NOON + 6 }), await ids({ createdFrom: NOON + 5, entity: ref('b') })], [[], []])
  }),

  rule('E48', 'tally counts what waits, runs and is dead at a time, and stops at most', async (engine) => {
    const claim = { owner: 'w', lease: 40 }
    await put(engine, promise('m1', { due: 50 }), promise('m2', { due: 10, claim }), promise('m3', { claim }), promise('m4'))
    same(await engine.tally('acme', 39, 9), { due: 2, running: 2, dead: 0 })
    same(await engine.tally('acme', 40, 9), { due: 4, running: 0, dead: 0 })
    await put(engine, settle('m3', 1, 'dead'), cancel('m4'))
    same(await engine.tally('acme', 39, 9), { due: 1, running: 1, dead: 1 })
    same(await engine.tally('acme', 40, 1), { due: 1, running: 0, dead: 1 })
    same(await engine.tally('globex', 39, 9), { due: 0, running: 0, dead: 0 })
    const ids = async (query: Partial<OutboxQuery>) => (await engine.outbox({ limit: 9, ...query })).map(({ id }) => id)
    same([await ids({ dueBy: 10 }), await ids({ dueBy: 9 }), await ids({ state: 'dead' })], [['m2'], [], ['m3']])
  }),

  rule('E54', 'workload sums claims by owner and queue, and what is due and dead by queue', async (engine) => {
    same(await engine.workload({ now: NOON, most: 9 }), { claims: [], queues: [] })
    const [held, lapsed] = [
      { owner: 'w', lease: 90 },
      { owner: 'w', lease: 40 },
    ]
    await put(
      engine,
      ...[promise('m1', { due: 10 }), promise('m2', { due: 5 }), promise('late', { due: 41, queue: 'later' })],
      ...[promise('m3', { due: 7, claim: held }), promise('m4', { due: 3, claim: lapsed }), promise('m5', { due: 2 })],
      ...[
        promise('c1', { due: 9, queue: 'chat', claim: held }),
        promise('c2', { queue: 'chat' }),
        promise('c3', { queue: 'chat' }),
      ],
      promise('o1', { due: 1, claim: { owner: 'v', lease: 50 } }),
    )
    await put(engine, settle('m5', 0, 'dead'), settle('c2', 0, 'dead'), settle('c3', 0))
    same(await engine.workload({ now: 40, most: 9 }), {
      claims: [
        { owner: 'v', queue: 'mail', count: 1, lapsed: 0, oldest: 1, until: 50 },
        { owner: 'w', queue: 'chat', count: 1, lapsed: 0, oldest: 9, until: 90 },
        { owner: 'w', queue: 'mail', count: 2, lapsed: 1, oldest: 3, until: 90 },
      ],
      queues: [
        { queue: 'chat', due: 0, oldest: null, dead: 1 },
        { queue: 'mail', due: 3, oldest: 3, dead: 1 },
      ],
    })
  }),

  rule('E54', 'workload counts every tenant, and a long queue hides no other one', async (engine) => {
    const other = ref('a', 'doc', 'globex')
    await accept(engine, { entities: [on('a'), on('', { entity: other })] })
    const many = Array.from({ length: 9 }, (_, i) => promise(`m${i}`, { due: i }))
    await put(engine, ...many, promise('z', { queue: 'z\u{10000}', entity: other }), promise('y', { queue: 'z\uffee' }))
    const { queues } = await engine.workload({ now: NOON, most: 3 })
    same(
      queues.map(({ queue, due, oldest }) => [queue, due, oldest]),
      [
        ['mail', 3, 0],
        ['z\uffee', 1, NOON],
        ['z\u{10000}', 1, NOON],
      ],
    )
  }),

  rule('E34', 'nextDue is when the next row of the queues can be claimed', async (engine) => {
    assert.equal(await engine.nextDue(['mail']), undefined)
    await put(engine, promise('m1', { due: 50 }), promise('m2', { due: 10, claim: { owner: 'w', lease: 40 } }))
    await put(engine, promise('m3', { due: 45, claim: { owner: 'w', lease: 20 } }), promise('m4', { due: 5, queue: 'chat' }))
    assert.equal(await engine.nextDue(['mail']), 40)
    assert.equal(await engine.nextDue(['mail', 'chat']), 5)
    assert.equal(await engine.nextDue([]), undefined)
    await put(engine, settle('m2', 1))
    assert.equal(await engine.nextDue(['mail']), 45)
    await put(engine, cancel('m3'), cancel('m1'))
    assert.equal(await engine.nextDue(['mail']), undefined)
  }),

  rule('E30', 'rows of a deleted entity are never claimed', async (engine) => {
    await put(engine, promise('m1'))
    await remove(engine, 'a')
    same(await claimed(engine, { now: NOON }), [])
    assert.equal(await engine.nextDue(['mail']), undefined)
  }),
]

/** Applies outbox writes in one commit that also touches document `a`. */
async function put(engine: Engine, ...outbox: OutboxWrite[]): Promise<void> {
  await accept(engine, { entities: [on('a')], outbox })
}

async function claimed(engine: Engine, request: Partial<ClaimRequest>): Promise<string[]> {
  const rows = await engine.claim({ owner: 'w', queues: ['mail'], now: NOON, lease: NOON + 99, limit: 9, ...request })
  return rows.map(({ id }) => id)
}

function sweepOutbox(settledBefore: number) {
  return { historyBefore: 0, keepRevisions: 0, idempotencyBefore: 0, settledBefore, limit: 100, after: 0 }
}
