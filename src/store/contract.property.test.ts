import assert from 'node:assert/strict'
import fc from 'fast-check'
import { afterAll, describe, test } from 'vitest'
import type { Command } from './commands.testing.ts'
import { plain, ref, same } from './contract/harness.ts'
import { readAt, scanAt, wholeLog } from './contract/reading.ts'
import type { Engine } from './engine.ts'
import { type EngineSource, engines as embedded, everyEngine, removeTemporaryFiles } from './engines.testing.ts'
import type { Model, Thing } from './model.testing.ts'
import { play, QUEUES, scripts } from './scripts.testing.ts'

afterAll(removeTemporaryFiles)

/** Each step on PostgreSQL is a journey: fewer scripts, of the same seed. */
const SCRIPTS = { memory: 150, sqlite: 150, postgres: 20 }

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
  await forAll(SCRIPTS.sqlite, (script) => compare(embedded, script))
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
  return fc.assert(fc.asyncProperty(scripts, check), { seed: 20_260_801, numRuns }) as Promise<void>
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
