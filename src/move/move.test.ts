import { afterAll, describe, expect, test } from 'vitest'
import { accept, bytes, commit, NOON, on, promise, ref, remove, row, set, write } from '../store/contract/harness.ts'
import { removeTemporaryFiles, temporaryDatabase, temporaryFile } from '../store/engines.testing.ts'
import { createMemoryEngine, createSqliteEngine, type Engine } from '../store/index.ts'
import { openPostgresEngine } from '../store/postgres/index.ts'
import { contentsOf, expectSameContents } from './contents.testing.ts'
import { abandonEngine, moveEngine, Unproved } from './index.ts'
import { disturbed } from './interrupted.testing.ts'

afterAll(removeTemporaryFiles)

const pairs = [
  ['memory to memory, 1 to 3', () => createMemoryEngine(), () => createMemoryEngine({ partitions: 3 })],
  ['memory to memory, 3 to 1', () => createMemoryEngine({ partitions: 3 }), () => createMemoryEngine()],
  ['memory to memory, 3 to 8', () => createMemoryEngine({ partitions: 3 }), () => createMemoryEngine({ partitions: 8 })],
  ['memory to sqlite', () => createMemoryEngine(), sqlite],
  ['sqlite to sqlite', sqlite, sqlite],
  ['sqlite to postgres', sqlite, postgres],
  ['postgres to sqlite', postgres, sqlite],
] as const

function sqlite(): Engine {
  return createSqliteEngine({ file: temporaryFile(), durability: 'os', filling: true })
}

async function postgres(): Promise<Engine> {
  return openPostgresEngine({ url: await temporaryDatabase(), connections: 3, filling: true })
}

/** Commits over several entities, forks, deletions, effects, answers, something swept. */
async function fill(engine: Engine): Promise<void> {
  for (let i = 0; i < 40; i++) {
    const ids = ['a', 'b', 'c', 'd', 'e'].filter((_, j) => (i + j) % 3 !== 0)
    await accept(engine, {
      at: NOON + i,
      entities: ids.map((id) => on(id, { writes: [set('k', `${id} ${i}`), set(`k${i % 7}`, `${i}`)] })),
    })
  }
  const { num, seq } = await row(engine, 'b')
  await write(engine, 'f', [set('own', '1')], { origin: { num, seq } }, NOON + 50)
  await remove(engine, 'c', NOON + 60)
  const receipt = { key: 'once', tenant: 'acme', body: 'b', receipt: bytes('r') }
  await accept(engine, { outbox: [promise('m1'), promise('m2')], idempotency: receipt })
  await engine.claim({ owner: 'w', queues: ['mail'], now: NOON, lease: NOON + 9, limit: 1 })
  const sweep = { idempotencyBefore: 0, settledBefore: 0, after: 0, limit: 99 }
  await engine.sweep({ ...sweep, historyBefore: NOON + 20, keepRevisions: 3 })
}

describe.each(pairs)('%s', { timeout: 60_000 }, (name, from, to) => {
  /** Each call of PostgreSQL is a journey: not every one of them fails there. */
  const step = name.includes('postgres') ? 11 : 1

  test('MV1 everything is in the target, and the source is stopped', async () => {
    const [source, target] = [await from(), await to()]
    await fill(source)
    const report = await moveEngine(source, target)
    await expectSameContents(source, target)
    expect(report).toMatchObject({ entities: 6, hash: null, digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(await source.transfer?.hold()).toMatchObject({ stage: 'moved', to: target.transfer?.name })
    expect(target.transfer && (await target.transfer.filling())).toBeUndefined()
    await expect(async () => source.commit([commit({ entities: [on('a')] })])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('has moved to'),
    })
    await write(target, 'a', [set('k', 'goes on')], {}, NOON + 99)
    await write(target, 'new', [set('k', '1')])
    expect(await Array.fromAsync(target.verify())).toEqual([])
  })

  test('MV4 whatever call fails, the source stays in use or the target is complete, and the next move goes on', async () => {
    const [source, target] = [await from(), await to()]
    await fill(source)
    let failures = 0
    for (let most = 0; most < 400; most += step) {
      let calls = 0
      const fail = (): void => {
        if (calls++ === most) throw new Error('the power went out')
      }
      const result = await moveEngine(disturbed(source, fail), disturbed(target, fail)).catch((error: Error) => error)
      if (!(result instanceof Error)) break
      failures++
      if (!result.message.includes('power')) throw result
      const hold = await source.transfer?.hold()
      if (hold?.stage !== 'moved') await write(source, 'late', [set('k', `${most}`)], {}, NOON + 100)
    }
    expect(failures).toBeGreaterThan(20 / step)
    await expectSameContents(source, target)
    expect(await Array.fromAsync(target.verify())).toEqual([])
  })

  test('MV3 what is written meanwhile is in the target, or was refused', async () => {
    const [source, target] = [await from(), await to()]
    await fill(source)
    const stored: string[] = []
    let refusals = 0
    let turn = 0
    const meddle = async (): Promise<void> => {
      const entities = [on(['a', 'b', `n${turn % 5}`][turn % 3] ?? 'a', { writes: [set(`k${turn % 4}`, `${turn}`)] })]
      const next = commit({ at: NOON + 200 + turn++, entities: [...entities, on('hot', { writes: [set('k', `${turn}`)] })] })
      try {
        const [receipt] = await source.commit([next])
        if (receipt?.status === 'ok') stored.push(next.id)
        await source.claim({ owner: `w${turn}`, queues: ['mail'], now: NOON + turn * 20, lease: NOON + turn * 20 + 9, limit: 1 })
      } catch {
        refusals++
      }
    }
    await moveEngine(disturbed(source, meddle), disturbed(target, meddle))
    await expectSameContents(source, target)
    expect(stored.length).toBeGreaterThan(20)
    expect(refusals).toBeGreaterThan(0)
    const hot = await target.history({ num: (await row(target, 'hot')).num, order: 'oldest', limit: 9999 })
    expect(hot.map((record) => record.commit)).toEqual(stored)
  })
})

test('MV2 a target that holds anything is refused, and the source stays free', async () => {
  const [source, target] = [createMemoryEngine(), createMemoryEngine()]
  await write(source, 'a', [])
  await write(target, 'b', [])
  await expect(moveEngine(source, target)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('not empty'),
  })
  expect(await source.transfer?.hold()).toBeUndefined()
})

test('MV2 a damaged source is refused before anything is begun', async () => {
  const [source, target] = [createMemoryEngine(), createMemoryEngine()]
  await write(source, 'a', [])
  const damage = { code: 'log_gap', message: 'Before record 3 of the log 1 are missing' } as const
  const broken = new Proxy(source, {
    get: (engine, name: keyof Engine) => (name === 'verify' ? () => ReadableStream.from([damage]).values() : engine[name]),
  })
  const refusal = await moveEngine(broken, target).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(Unproved)
  expect(refusal).toMatchObject({ message: expect.stringMatching(/Before record 3.*holdfast doctor/) })
  expect(await target.transfer?.filling()).toBeUndefined()
  expect(await source.transfer?.hold()).toBeUndefined()
})

test('MV5 a copy that is not the same is found, and the source is in use again', async () => {
  for (const put of ['changes', 'entries', 'terms', 'records', 'outbox', 'idempotency'] as const) {
    const [source, target] = [createMemoryEngine(), createMemoryEngine({ partitions: 3 })]
    await fill(source)
    await write(source, 'a', [], { terms: [{ name: 'tag', values: ['x'], subject: null }] }, NOON + 99)
    const { transfer } = target
    if (transfer === undefined) return
    const lossy = {
      ...transfer,
      fill: (pieces: Parameters<typeof transfer.fill>[0], journal: string) =>
        transfer.fill(
          pieces.map((piece) => (piece.put === put ? { ...piece, rows: piece.rows.slice(1) } : piece) as typeof piece),
          journal,
        ),
    }
    const broken = new Proxy(target, { get: (engine, name: keyof Engine) => (name === 'transfer' ? lossy : engine[name]) })
    await expect(moveEngine(source, broken), put).rejects.toBeInstanceOf(Unproved)
    await write(source, 'a', [set('k', 'in use')], {}, NOON + 200)
  }
})

test('MV6 a move that is given up cannot be gone on with', async () => {
  const [source, target] = [createMemoryEngine(), createMemoryEngine({ partitions: 3 })]
  await fill(source)
  const before = await contentsOf(source)
  let calls = 0
  const fail = (): void => {
    if (calls++ > 12) throw new Error('the power went out')
  }
  await expect(moveEngine(disturbed(source, fail), target)).rejects.toThrow('power')
  expect(await abandonEngine(source)).toBe(true)
  expect(await contentsOf(source)).toEqual(before)
  expect(await source.transfer?.hold()).toBeUndefined()
  await expect(moveEngine(source, target)).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('given up'),
  })
  await moveEngine(source, createMemoryEngine({ partitions: 8 }))
  await expect(abandonEngine(source)).rejects.toMatchObject({ code: 'conflict' })
  expect(await source.entity(ref('a'))).toBeDefined()
})
