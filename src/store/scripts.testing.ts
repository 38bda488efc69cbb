import assert from 'node:assert/strict'
import fc from 'fast-check'
import { type Command, type CommitCommand, careful, commitFor, DERIVED, IDS, KEYS, withNums } from './commands.testing.ts'
import { bytes, plain, ref, same } from './contract/harness.ts'
import type { Engine } from './engine.ts'
import { Model } from './model.testing.ts'

/** The queues of outbox rows that scripts make. */
export const QUEUES = ['mail']

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
export const scripts: fc.Arbitrary<Command[]> = fc.array(
  fc.oneof(
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('commit' as const),
        batch: fc.array(commitOf, { minLength: 1, maxLength: 4 }),
        careful: fc.boolean(),
      }),
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

/** Runs the script on the engine and the model side by side; both must answer alike. */
export async function play(engine: Engine, script: readonly Command[]) {
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

async function playBatch(engine: Engine, model: Model, played: Command & { do: 'commit' }, step: number, start: number) {
  const batch = played.careful ? played.batch.map(careful) : played.batch
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
