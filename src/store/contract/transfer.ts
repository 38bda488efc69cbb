import assert from 'node:assert/strict'
import type { Engine, EntityRow, Hold, Transfer } from '../engine.ts'
import {
  accept,
  bytes,
  type ContractRule,
  commit,
  NOON,
  on,
  promise,
  ref,
  refused,
  remove,
  row,
  rule,
  same,
  set,
  unset,
  write,
} from './harness.ts'
import { scanAt, wholeLog } from './reading.ts'

const hold: Hold = { id: 'h1', to: 'elsewhere', stage: 'copying' }

/** A rule for engines whose store can move; one whose store cannot has nothing to keep. */
function moving(id: string, title: string, check: (engine: Engine, transfer: Transfer) => Promise<void>): ContractRule {
  return rule(id, title, async (engine) => {
    if (engine.transfer !== undefined) await check(engine, engine.transfer)
  })
}

/** What moving a store takes, and what keeps it from being used in two places. */
export const transferRules: readonly ContractRule[] = [
  moving(
    'E49',
    'superseded versions come by key and seq, page by page, tombstones and deletions included',
    async (engine, transfer) => {
      const { num } = await write(engine, 'a', [set('k', '1'), set('j', '1')])
      for (const text of ['2', '3', '4']) await write(engine, 'a', [set('k', text)])
      await write(engine, 'a', [unset('j')])
      const all = await transfer.changes({ num, since: 0, limit: 99 })
      same(
        all.map(({ key, segment, until }) => [key, segment, until]),
        [
          ['j', bytes('1'), 5],
          ['k', bytes('1'), 2],
          ['k', bytes('2'), 3],
          ['k', bytes('3'), 4],
        ],
      )
      const paged = []
      for (let after = all[-1]; ; after = paged.at(-1)) {
        const [next] = await transfer.changes({ num, after, since: 0, limit: 1 })
        if (next === undefined) break
        paged.push(next)
      }
      same(paged, all)
      same(
        await transfer.changes({ num, since: 3, limit: 99 }),
        all.filter(({ until }) => until > 3),
      )
      same(await transfer.changes({ num, after: all[1], since: 3, limit: 99 }), all.slice(3))
    },
  ),

  moving(
    'E49',
    'entities, terms with their subjects, outbox rows and answers are all there, in order',
    async (engine, transfer) => {
      await write(engine, 'b', [], { terms: [{ name: 'tag', values: ['y', 'x'], subject: 'ann' }] })
      await write(engine, 'a', [])
      await remove(engine, 'a')
      await accept(engine, { outbox: [promise('m2', { entity: ref('b') }), promise('m1', { entity: ref('b') })] })
      await accept(engine, { at: NOON + 5, outbox: [{ op: 'cancel', id: 'm1' }] })
      for (const key of ['k2', 'k1'])
        await accept(engine, { idempotency: { key, tenant: 'acme', body: 'b', receipt: bytes(key) } })
      const rows = await transfer.entities(0, 99)
      same(
        rows.map(({ num }) => num),
        rows.map(({ num }) => num).toSorted((a, b) => a - b),
      )
      same(await transfer.entities(rows[0]?.num ?? 0, 99), rows.slice(1))
      same(await transfer.terms((await row(engine, 'b')).num), [
        { name: 'tag', value: 'x', subject: 'ann' },
        { name: 'tag', value: 'y', subject: 'ann' },
      ])
      same(
        (await transfer.outbox('', 99)).map(({ id, state, finished }) => [id, state, finished]),
        [
          ['m1', 'cancelled', NOON + 5],
          ['m2', 'due', null],
        ],
      )
      same(
        (await transfer.outbox('m1', 99)).map(({ id }) => id),
        ['m2'],
      )
      const answers = await transfer.idempotency(undefined, 99)
      same(
        answers.map(({ key, body, at }) => [key, body, at]),
        [
          ['k1', 'b', NOON],
          ['k2', 'b', NOON],
        ],
      )
      same(await transfer.idempotency(answers[0], 99), answers.slice(1))
    },
  ),

  moving('E50', 'while it is copied a store is used, and nothing of it is forgotten', async (engine, transfer) => {
    const origin = await write(engine, 'o', [set('x', '1')])
    const fork = await write(engine, 'f', [], { origin: { num: origin.num, seq: origin.seq } })
    await transfer.setHold(hold)
    same(await transfer.hold(), hold)
    await write(engine, 'o', [set('x', '2')])
    const request = { historyBefore: NOON + 9, keepRevisions: 1, idempotencyBefore: 0, settledBefore: 0, limit: 9, after: 0 }
    await refused('unavailable', () => engine.sweep(request))
    await refused('unavailable', () => engine.adopt(fork.num, [], true))
    await transfer.setHold(null)
    assert.equal(await transfer.hold(), undefined)
    await engine.adopt(fork.num, [], true)
    await engine.sweep(request)
  }),

  moving('E51', 'a store that is stopped, or has moved, is read but not changed', async (engine, transfer) => {
    await accept(engine, { entities: [on('a', { writes: [set('x', '1')] })], outbox: [promise('m1'), promise('m2')] })
    const [held] = await engine.claim({ owner: 'w', queues: ['mail'], now: NOON, lease: NOON + 9, limit: 1 })
    for (const stage of ['stopped', 'moved'] as const) {
      await transfer.setHold({ ...hold, stage })
      await refused('unavailable', () => engine.commit([commit({ entities: [on('a')] })]))
      await refused('unavailable', () => engine.commit([commit({ outbox: [promise('m3')] })]))
      await refused('unavailable', () => engine.claim({ owner: 'v', queues: ['mail'], now: NOON, lease: NOON + 9, limit: 1 }))
      await refused('unavailable', () => engine.renew([{ id: held?.id ?? '', epoch: held?.epoch ?? 0 }], NOON + 99))
      await assert.rejects(async () => engine.commit([commit({ entities: [on('b')] })]), /elsewhere/)
    }
    same((await engine.entry((await row(engine, 'a')).num, 'x'))?.segment, bytes('1'))
    assert.equal(await engine.entity(ref('b')), undefined)
    for await (const damage of engine.verify()) assert.fail(`${damage.code}: ${damage.message}`)
    await transfer.setHold(null)
    await write(engine, 'a', [set('x', '2')])
    same(await engine.renew([{ id: held?.id ?? '', epoch: held?.epoch ?? 0 }], NOON + 99), [])
  }),

  moving('E52', 'only an empty store is filled, and it is not used until it is complete', async (engine, transfer) => {
    assert.equal(await transfer.filling(), undefined)
    await transfer.begin({ from: 'afar', journal: '1' })
    await refused('conflict', () => transfer.begin({ from: 'afar', journal: '1' }))
    await refused('unavailable', () => engine.commit([commit({ entities: [on('a')] })]))
    await transfer.fill([], '2')
    same(await transfer.filling(), { from: 'afar', journal: '2' })
    await transfer.complete('the-id')
    assert.equal(await transfer.filling(), undefined)
  }),

  moving('E52', 'a store that holds anything is not filled', async (engine, transfer) => {
    await write(engine, 'a', [])
    await refused('conflict', () => transfer.begin({ from: 'afar', journal: '' }))
    await write(engine, 'a', [set('x', '1')])
  }),

  moving('E53', 'what is filled in is there as it was told, and is taken up where it ends', async (engine, transfer) => {
    const num = engine.partitions
    await transfer.begin({ from: 'afar', journal: '' })
    await fillOne(transfer, num)
    await transfer.complete('the-id')
    same((await engine.entityByNum(num))?.seq, 3)
    same(
      (await wholeLog(engine)).map(({ seq, revision }) => [seq, revision]),
      [
        [2, 2],
        [3, 3],
      ],
    )
    same((await engine.heads())[0], { seq: 3, floor: 1 })
    same([...(await scanAt(engine, num, 2))], [['k', 'old']])
    same(
      [...(await scanAt(engine, num, 3))],
      [
        ['j', 'j'],
        ['k', 'new'],
      ],
    )
    same(await engine.terms(num), [{ name: 'tag', value: 'x' }])
    for await (const damage of engine.verify()) assert.fail(`${damage.code}: ${damage.message}`)
  }),

  moving('E53', 'what is filled in again replaces what was there', async (engine, transfer) => {
    const num = engine.partitions
    await transfer.begin({ from: 'afar', journal: '' })
    await fillOne(transfer, num)
    const old = await transfer.changes({ num, since: 0, limit: 9 })
    const entries = [{ key: 'k', seq: 3, class: 'state', run: 0, subject: null, segment: bytes('newer') }] as const
    await transfer.fill(
      [
        { put: 'changes', num, rows: old },
        { put: 'entries', num, from: '', rows: entries },
        { put: 'terms', num, rows: [] },
      ],
      '',
    )
    same(await transfer.changes({ num, since: 0, limit: 9 }), old)
    same(await engine.entries(num, { from: '' }, 9), entries)
    same(await engine.terms(num), [])
  }),
]

/** An entity in partition 0 of which the first record has been swept. */
async function fillOne(transfer: Transfer, num: number): Promise<void> {
  const nobody = { actor: null, cause: null, source: null, trust: null, store: null, event: null }
  const record = (seq: number) =>
    ({ seq, commit: `c${seq}`, last: true, num, revision: seq, op: 'write', at: NOON, ...nobody, keys: ['j', 'k'] }) as const
  const entity: EntityRow = {
    ...{ num, ...ref('filled'), root: null, origin: null, revision: 3, seq: 3, born: 1, floor: 2, deleted: false, schema: null },
    ...{ created: NOON, updated: NOON, expires: null },
  }
  const entry = { class: 'state', run: 0, subject: null } as const
  await transfer.fill([{ put: 'entity', row: { ...entity, revision: 0, seq: 0, born: 0, floor: 0 } }], '')
  await transfer.fill(
    [
      { put: 'records', partition: 0, rows: [record(2), record(3)] },
      { put: 'floor', partition: 0, seq: 1 },
      { put: 'changes', num, rows: [{ key: 'k', seq: 2, until: 3, op: 'image', subject: null, segment: bytes('old') }] },
      {
        put: 'entries',
        num,
        from: '',
        rows: [
          { ...entry, key: 'j', seq: 3, segment: bytes('j') },
          { ...entry, key: 'k', seq: 3, segment: bytes('new') },
        ],
      },
      { put: 'terms', num, rows: [{ name: 'tag', value: 'x', subject: null }] },
      { put: 'entity', row: entity },
    ],
    '',
  )
}
