import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, describe, test } from 'vitest'
import { type Command, type CommitCommand, commitFor, DERIVED, IDS, KEYS, withNums } from './commands.testing.ts'
import { bytes, plain, ref, same } from './contract/harness.ts'
import { readAt, scanAt, wholeLog } from './contract/reading.ts'
import type { Engine } from './engine.ts'
import { type EngineSource, engines, everyEngine, removeTemporaryFiles } from './engines.testing.ts'
import { Model, type Thing } from './model.testing.ts'

afterAll(removeTemporaryFiles)

/** Each step on PostgreSQL is a journey: fewer scripts, of the same seed. */
const SCRIPTS = { memory: 150, sqlite: 150, postgres: 20 }

const QUEUES = ['mail']

const small = fc.nat({ max: 6 })

const writeOf = fc.record({
  key: fc.constantFrom(...KEYS, DERIVED),
  text: fc.option(fc.string({ maxLength: 12, unit: 'binary' }), { freq: 3 }),
  patch: fc.boolean(),
})

const changeOf = fc.record({
  id: fc.constantFrom(...IDS),
  delete: fc.nat({ max: 9 }).map((n) => n === 0),
  writes: fc.uniqueArray(writeOf, { selector: ({ key }) => key, maxLength: 3 }),
  fork: fc.option(fc.record({ origin: small, back: small }), { freq: 2 }),
  tag: fc.option(fc.array(fc.constantFrom('x', 'y', 'z'), { maxLength: 3 }), { freq: 2 }),
})

const expectOf = fc.record({
  id: fc.constantFrom(...IDS),
  key: fc.option(fc.constantFrom(...KEYS)),
  wrong: fc.nat({ max: 5 }).map((n) => n === 0),
})

const outboxOf = fc.record({
  op: fc.constantFrom('put' as const, 'born' as const, 'settle' as const, 'release' as const, 'cancel' as const),
  id: fc.constantFrom('m1', 'm2', 'm3'),
  due: small,
  zombie: fc.nat({ max: 4 }).map((n) => n === 0),
})

const commitOf: fc.Arbitrary<CommitCommand> = fc.record({
  later: fc.integer({ min: -2, max: 5 }),
  changes: fc.uniqueArray(changeOf, { selector: ({ id }) => id, maxLength: 3 }),
  expect: fc.array(expectOf, { maxLength: 2 }),
  outbox: fc.uniqueArray(outboxOf, { selector: ({ id }) => id, maxLength: 2 }),
  once: fc.option(fc.record({ key: fc.constantFrom('i1', 'i2', 'i3'), body: fc.constantFrom('x', 'y') }), { freq: 2 }),
})

/** Sequences of commands, mostly commits. */
const commands: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({ do: fc.constant('commit' as const), batch: fc.array(commitOf, { minLength: 1, maxLength: 4 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ do: fc.constant('claim' as const), later: small, limit: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('sweep' as const),
        age: small,
        keep: fc.nat({ max: 3 }),
        limit: fc.constantFrom(6, 99),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('adopt' as const), fork: small, keys: small, last: fc.boolean() }) },
  ),
  { minLength: 5, maxLength: 25, size: 'max' },
)

for (const { name, open } of everyEngine) {
  describe(name, () => {
    test('E46 answers as the model does, and every past it still keeps is as it was (I2, I4, I5)', {
      timeout: 120_000,
    }, async () => {
      await forAll(SCRIPTS[name], async (script) => {
        const engine = await open()
        try {
          const { model } = await play(engine, script)
          await checkLog(engine, model)
          for (const [id, thing] of model.things) await checkEntity(engine, model, id, thing)
          same(
            await engine.outbox({ limit: 99 }),
            [...model.outbox.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1)),
          )
          for await (const damage of engine.verify()) assert.fail(`${damage.code}: ${damage.message}`)
        } finally {
          await engine.close()
        }
      })
    })
  })
}

test('E46 the same commands give the same answers, rows and records on every engine (I8)', { timeout: 120_000 }, async () => {
  await forAll(SCRIPTS.sqlite, (script) => compare(engines, script))
  await forAll(SCRIPTS.postgres, (script) => compare(everyEngine, script))
})

async function compare(sources: readonly EngineSource[], script: readonly Command[]): Promise<void> {
  const transcripts = []
  for (const { open } of sources) {
    const engine = await open()
    try {
      const { answers, model } = await play(engine, script)
      transcripts.push({ answers, rows: await everything(engine, model) })
    } finally {
      await engine.close()
    }
  }
  for (const transcript of transcripts) assert.deepEqual(transcript, transcripts[0])
}

function forAll(numRuns: number, check: (script: Command[]) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(commands, check), { seed: 20_260_801, numRuns }) as Promise<void>
}

/** Runs the script on the engine and the model side by side; both must answer alike. */
async function play(engine: Engine, script: readonly Command[]) {
  const model = new Model()
  const answers: unknown[] = []
  let now = 100
  for (const [step, command] of script.entries()) {
    if (command.do === 'commit') {
      const result = await playBatch(engine, model, command, step, now)
      answers.push(result.receipts)
      now = result.now
    } else if (command.do === 'claim') {
      now += command.later
      const lease = now + 3
      const rows = await engine.claim({ owner: `w${step}`, queues: QUEUES, now, lease, limit: command.limit })
      same(rows, model.claim(`w${step}`, now, lease, command.limit))
      answers.push(plain(rows))
    } else if (command.do === 'sweep') {
      const nothing = { idempotencyBefore: 0, settledBefore: 0, after: 0 }
      const request = { ...nothing, historyBefore: now - command.age, keepRevisions: command.keep, limit: command.limit }
      const report = await engine.sweep(request)
      assert.equal(report.records, model.sweep(request))
      answers.push(report)
    } else {
      await playAdoption(engine, model, command)
    }
  }
  return { model, answers }
}

async function playBatch(engine: Engine, model: Model, { batch }: Command & { do: 'commit' }, step: number, start: number) {
  const poisoned = new Set<string>()
  const places = [...model.things.keys()]
  const nums = await Promise.all(places.map(async (id) => (await engine.entity(ref(id)))?.num ?? 0))
  const made = []
  const expected = []
  let now = start
  for (const [i, command] of batch.entries()) {
    now += Math.max(command.later, 0)
    const fits = commitFor(command, model, `c${step}.${i}`, now + Math.min(command.later, 0))
    // An origin must be there, with its num, before the batch is sent.
    const entities = fits.entities.map((change) =>
      change.origin && change.origin.num >= places.length ? { ...change, origin: null } : change,
    )
    made.push({ ...fits, entities })
    expected.push(model.commit({ ...fits, entities }, poisoned))
  }
  const receipts = await engine.commit(made.map((each) => withNums(each, (place) => nums[place] ?? 0)))
  same(
    receipts.map((receipt) =>
      receipt.status === 'ok' ? { ...receipt, records: receipt.records.map(({ num: _, ...record }) => record) } : receipt,
    ),
    expected,
  )
  return { receipts: plain(receipts), now }
}

async function playAdoption(engine: Engine, model: Model, { fork, keys, last }: Command & { do: 'adopt' }): Promise<void> {
  const forks = [...model.things].filter(([, { origin }]) => origin !== undefined)
  const [id, thing] = forks[fork % Math.max(forks.length, 1)] ?? []
  if (id === undefined || thing === undefined) return
  const inherited = [...model.inherited(thing)].slice(0, last ? undefined : keys)
  const { num } = (await engine.entity(ref(id))) ?? assert.fail()
  await engine.adopt(
    num,
    inherited.map(([key, text]) => ({ key, subject: null, segment: bytes(text) })),
    last,
  )
  model.adopt(
    thing,
    inherited.map(([key]) => key),
    last,
  )
}

async function checkLog(engine: Engine, model: Model): Promise<void> {
  same(await engine.heads(), [{ seq: model.seq, floor: model.floor }])
  const kept = [...model.things.values()].flatMap(({ records }) => records.map(({ seq }) => seq))
  const log = await wholeLog(engine, 0, 7)
  same(
    log.map(({ seq }) => seq),
    kept.toSorted((a, b) => a - b),
  )
  const dense = log.filter(({ seq }) => seq > model.floor)
  for (const [i, record] of dense.entries()) {
    assert.equal(record.seq, model.floor + 1 + i)
    assert.equal(record.last, record.commit !== dense[i + 1]?.commit)
  }
}

async function checkEntity(engine: Engine, model: Model, id: string, thing: Thing): Promise<void> {
  const row = (await engine.entity(ref(id))) ?? assert.fail(`Expected ${id} to exist`)
  const { revision, deleted, updated, born, floor } = thing
  same([row.revision, row.deleted, row.updated, row.born, row.floor], [revision, deleted, updated, born, floor])
  const own = [...thing.own].map(([key, { seq }]) => [key, seq])
  const entries = await engine.entries(row.num, { from: '' }, 99)
  same(Object.fromEntries(entries.map(({ key, seq }) => [key, seq])), Object.fromEntries(own))
  same(
    (await engine.terms(row.num)).map(({ value }) => value),
    thing.terms.get('tag') ?? [],
  )
  for (let seq = floor; seq <= model.seq; seq++) {
    const expected = model.snapshots[seq]?.get(id) ?? new Map<string, string>()
    const found = await scanAt(engine, row.num, seq)
    assert.deepEqual(new Map([...found].toSorted()), new Map([...expected].toSorted()), `${id} at ${seq}`)
  }
  for (const key of thing.own.keys()) {
    const expected = model.snapshots[floor]?.get(id)?.get(key) ?? null
    assert.equal(await readAt(engine, row.num, key, floor), expected, `${key} of ${id} at ${floor}`)
  }
}

/** All an engine tells of what the model has named. Of past versions what they come to: engines may keep them differently. */
async function everything(engine: Engine, model: Model): Promise<unknown> {
  const things = []
  for (const [id, { floor }] of model.things) {
    const { num } = (await engine.entity(ref(id))) ?? assert.fail()
    const history = await engine.history({ num, order: 'newest', limit: 99 })
    const past = []
    for (let seq = floor; seq <= model.seq; seq++) past.push([...(await scanAt(engine, num, seq))])
    things.push([history, past, await engine.entries(num, { from: '' }, 99), await engine.terms(num)])
  }
  const { bytes: _, largestEntities, ...growth } = await engine.growth(99)
  return plain({
    things,
    entities: await engine.entities({ tenant: 'acme', order: 'id', limit: 99 }),
    changed: await engine.entities({ tenant: 'acme', order: 'updated', limit: 99 }),
    tagged: await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: { from: '' }, limit: 99 }),
    log: await wholeLog(engine),
    heads: await engine.heads(),
    outbox: await engine.outbox({ limit: 99 }),
    next: await engine.nextDue(QUEUES),
    forks: await engine.forks({ limit: 99 }),
    counts: [
      growth.entities,
      growth.records,
      largestEntities.length,
      growth.busiestKeys.reduce((sum, { changes }) => sum + changes, 0),
    ],
    idempotency: await Promise.all(['i1', 'i2', 'i3'].map((key) => engine.idempotency('acme', key))),
  })
}
