import assert from 'node:assert/strict'
import type { Engine } from '../engine.ts'
import {
  accept,
  bytes,
  type ContractHarness,
  type ContractRule,
  commit,
  NOON,
  on,
  promise,
  ref,
  remove,
  row,
  rule,
  same,
  set,
  statuses,
  unset,
  write,
} from './harness.ts'
import { scanAt, wholeLog } from './reading.ts'

/** What an operator asks, and what survives a restart or is shared with another connection. */
export const upkeepRules: readonly ContractRule[] = [
  rule('E42', 'an engine that was only used finds no damage', async (engine) => {
    await busyDay(engine)
    for await (const damage of engine.verify()) assert.fail(`Expected no damage, got ${damage.code}: ${damage.message}`)
  }),

  rule('E43', 'growth names the largest entities and keys and those with most history', async (engine) => {
    await write(engine, 'a', [set('x', '1'.repeat(50)), set('y', '1'.repeat(30))])
    await write(engine, 'b', [set('z', '1'.repeat(60))])
    for (let i = 0; i < 3; i++) await write(engine, 'b', [set('w', `${i}`)])
    await write(engine, 'c', [])
    const { bytes: size, ...growth } = await engine.growth(2)
    assert.ok(size >= 0)
    same(growth, {
      entities: 3,
      records: 6,
      largestEntities: [
        { entity: ref('a'), bytes: 80, entries: 2 },
        { entity: ref('b'), bytes: 61, entries: 2 },
      ],
      largestKeys: [
        { entity: ref('b'), key: 'z', bytes: 60 },
        { entity: ref('a'), key: 'x', bytes: 50 },
      ],
      busiestKeys: [{ entity: ref('b'), key: 'w', changes: 2 }],
    })
  }),

  across('E44', 'everything acknowledged is there after closing and opening', 'reopen', async (engine, again) => {
    const num = await busyDay(engine)
    const before = await everything(engine, num)
    const { storeId } = engine
    const opened = await again(engine)
    same(await everything(opened, num), before)
    assert.equal(opened.storeId, storeId)
    const fresh = await write(opened, 'fresh', [set('x', '1')])
    assert.equal(fresh.seq, (before.heads[fresh.num % engine.partitions]?.seq ?? 0) + 1)
  }),

  across(
    'E45',
    'another connection sees what is committed, is told by poll, and conflicts',
    'second',
    async (engine, another) => {
      const other = await another(engine)
      assert.equal(other.storeId, engine.storeId)
      await other.poll()
      await write(engine, 'a', [set('x', '1')])
      same(await other.poll(), await engine.heads())
      assert.equal(await other.poll(), undefined)
      same(await row(other, 'a'), await row(engine, 'a'))
      const stale = { expect: [{ entity: ref('a'), revision: 1 }], entities: [on('a')] }
      same(await statuses(other, [commit(stale)]), ['ok'])
      same(await engine.commit([commit(stale)]), [{ status: 'conflict', on: 'entity', id: 'a', current: 2 }])
      same(await seqs(engine), [[1, 2]])
      same(await seqs(other), [[1, 2]])
    },
  ),

  across('E45', 'a row is claimed by one connection only', 'second', async (engine, another) => {
    const other = await another(engine)
    await accept(engine, { entities: [on('a')], outbox: Array.from({ length: 20 }, (_, i) => promise(`m${i}`)) })
    const request = { queues: ['mail'], now: NOON, lease: NOON + 9, limit: 3 }
    const taken: string[] = []
    // Who comes upon rows that the other is just taking passes them over: one of both gets some each time.
    for (let i = 0; i < 7; i++) {
      const claims = [engine.claim({ ...request, owner: 'w' }), other.claim({ ...request, owner: 'v' })]
      for (const rows of await Promise.all(claims)) taken.push(...rows.map(({ id }) => id))
    }
    assert.equal(taken.length, 20)
    assert.equal(new Set(taken).size, 20)
  }),

  across('E45', 'commits raced by two connections are each stored once, without a gap', 'second', async (engine, another) => {
    const other = await another(engine)
    const race = Array.from({ length: 50 }, (_, i) =>
      (i % 2 === 0 ? engine : other).commit([commit({ entities: [on(`n${i % 5}`), on('hot')] })]),
    )
    await Promise.all(race)
    const logs = await seqs(engine)
    for (const log of logs)
      same(
        log,
        Array.from(log.keys(), (i) => i + 1),
      )
    assert.equal(logs.flat().length, 100)
    assert.equal((await row(other, 'hot')).revision, 50)
  }),
]

/** The positions in each log that holds any. */
async function seqs(engine: Engine): Promise<number[][]> {
  const logs: number[][] = []
  for (let partition = 0; partition < engine.partitions; partition++)
    logs.push((await wholeLog(engine, partition)).map(({ seq }) => seq))
  return logs.filter((log) => log.length > 0)
}

/** A rule that opens the same data a second time, before or after closing it. */
function across(
  id: string,
  title: string,
  needs: 'reopen' | 'second',
  check: (engine: Engine, open: (engine: Engine) => Promise<Engine>) => Promise<void>,
): ContractRule {
  const run = async (harness: ContractHarness): Promise<void> => {
    const live = new Set([await harness.open()])
    const open = async (engine: Engine): Promise<Engine> => {
      const next = (await harness[needs]?.(engine)) ?? assert.fail(`Expected the harness to have ${needs}`)
      if (needs === 'reopen') live.delete(engine)
      live.add(next)
      return next
    }
    const [engine] = live
    try {
      if (engine !== undefined) await check(engine, open)
    } finally {
      for (const each of live) await each.close()
    }
  }
  return { id, title, needs, run }
}

/** A little of everything; returns the num of the fork in it. */
async function busyDay(engine: Engine): Promise<number> {
  const origin = await write(engine, 's/a', [set('x', '1'), set('y', '1'), set('d', '1', { class: 'derived' })], {
    expires: NOON,
  })
  const fork = await write(engine, 's/f', [set('z', '1')], { origin: { num: origin.num, seq: origin.seq } })
  await write(engine, 's/f', [unset('x'), set('y', '2')], { terms: [{ name: 'tag', values: ['b', 'a'], subject: 'alice' }] })
  await write(engine, 's/b', [set('x', '1')])
  await remove(engine, 's/b')
  await write(engine, 's/b', [set('x', '2')])
  await accept(engine, {
    entities: [on('a'), on('s/a', { writes: [set('x', '2'), unset('y')] })],
    outbox: [promise('m1'), promise('m2', { claim: { owner: 'w', lease: NOON } })],
    idempotency: { key: 'k', tenant: 'acme', body: 'b', receipt: bytes('r') },
  })
  await engine.sweep({ historyBefore: NOON + 1, keepRevisions: 1, idempotencyBefore: 0, settledBefore: 0, limit: 9, after: 0 })
  return fork.num
}

async function everything(engine: Engine, num: number) {
  const heads = await engine.heads()
  const seq = heads[num % engine.partitions]?.seq ?? 0
  return {
    heads,
    entities: await engine.entities({ tenant: 'acme', order: 'id', limit: 99 }),
    entries: await engine.entries(num, { from: '' }, 99),
    states: [...(await scanAt(engine, num, seq)), ...(await scanAt(engine, num, seq - 5))],
    log: await wholeLog(engine, num % engine.partitions),
    terms: await engine.terms(num),
    outbox: await engine.outbox({ limit: 99 }),
    idempotency: await engine.idempotency('acme', 'k'),
    forks: await engine.forks({ limit: 99 }),
    expired: await engine.expired(NOON, 99),
  }
}
