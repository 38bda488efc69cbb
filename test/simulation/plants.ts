import { randomId } from '../../src/core/index.ts'
import type { Commit, Engine, EntityRow, LogRow, OutboxWrite, Receipt } from '../../src/store/index.ts'
import type { Chance } from './chance.ts'
import type { Place, Scheduler } from './scheduler.ts'

/** What a bug may use: the world it lives in. */
export interface PlantWorld {
  readonly scheduler: Scheduler
  readonly chance: Chance
}

/** A bug put into an engine: for each world anew, and in it for each process as it starts. */
export type Plant = (world: PlantWorld) => (engine: Engine, place: Place) => Engine

/** Nothing is wrong with it. */
export const sound: Plant = () => (engine) => engine

/** Engines as they must not be. Each breaks a promise that the simulation is to find broken; see README.md. */
export const plants: Readonly<Record<string, Plant>> = {
  /** Answers first and writes later: what a crash comes before, or somebody else, is lost. */
  'acknowledged-early': ({ scheduler, chance }) =>
    onCommit((engine, batch, place) => {
      const receipts = chance.happens(0.2) ? foreseen(engine, batch) : undefined
      if (receipts === undefined) return engine.commit(batch)
      scheduler.submit(place, 'writes late', () => void engine.commit(batch))
      return receipts
    }),

  /** Accepts what was decided on a state that is no more. */
  'expectations-ignored': ({ chance }) =>
    onCommit((engine, batch) => engine.commit(batch.map((commit) => (chance.happens(0.3) ? { ...commit, expect: [] } : commit)))),

  /** Leaves out a number now and then, as a sequence does when its transaction is rolled back. */
  'seq-with-holes': ({ chance }) => {
    const isHidden = ({ commit }: LogRow): boolean => commit.startsWith('rolled back')
    return (engine) => ({
      ...engine,
      commit(batch) {
        if (chance.happens(0.05)) void engine.commit([rolledBack])
        return engine.commit(batch)
      },
      log: (query) => now(engine.log(query)).filter((record) => !isHidden(record)),
    })
  },

  /** A reader of the log passes by a record that was not there yet when it looked. */
  'record-dropped': ({ chance }) =>
    onLog((records) =>
      records.length > 1 && chance.happens(0.1) ? records.toSpliced(chance.below(records.length - 1), 1) : records,
    ),

  /** A reader of the log gets the last record once more. */
  'record-doubled': ({ chance }) => onLog((records) => (chance.happens(0.05) ? [...records, ...records.slice(-1)] : records)),

  /** Takes the result of a claim that has been lost. */
  'epoch-ignored': () =>
    onCommit((engine, batch) => {
      const current = (write: OutboxWrite): OutboxWrite =>
        'epoch' in write ? { ...write, epoch: now(engine.outboxRow(write.id))?.epoch ?? write.epoch } : write
      return engine.commit(batch.map((commit) => ({ ...commit, outbox: commit.outbox.map(current) })))
    }),

  /** Does not remember which requests it has answered. */
  'requests-forgotten': () => (engine) => ({
    ...engine,
    commit: (batch) => engine.commit(batch.map(({ idempotency: _, ...commit }) => commit)),
    idempotency: () => undefined,
  }),

  /** A process that starts does not take up the timers that were set before. */
  'timers-lost-on-restart': () => (engine) => {
    const due = now(engine.outbox({ state: 'due', limit: 1000 })).filter(({ queue }) => queue.startsWith('timer/'))
    const outbox = due.map(({ id }): OutboxWrite => ({ op: 'cancel', id }))
    void engine.commit([{ ...rolledBack, id: randomId(), entities: [], outbox }])
    return engine
  },

  /** Finds entities by what they were. */
  'terms-not-updated': ({ chance }) =>
    onCommit((engine, batch) => {
      const isKept = (): boolean => chance.happens(0.2)
      const change = (commit: Commit): Commit => ({
        ...commit,
        entities: commit.entities.map((each) => (isKept() ? { ...each, terms: [] } : each)),
      })
      return engine.commit(batch.map(change))
    }),

  /** What was is told as it was one record later. */
  'past-rewritten': () => (engine) => ({
    ...engine,
    version: (num, key, seq) => engine.version(num, key, seq + 1),
    versions: (num, range, seq, limit) => engine.versions(num, range, seq + 1, limit),
  }),

  /** Of a commit over several entities the last one is not written. */
  'commit-torn': ({ chance }) =>
    onCommit((engine, batch) => {
      const tear = (commit: Commit): Commit => ({
        ...commit,
        entities: commit.entities.map((each, i) => (i > 0 && chance.happens(0.5) ? { ...each, writes: [] } : each)),
      })
      return engine.commit(batch.map(tear))
    }),

  /** Does not tell that others have committed. */
  'news-withheld': () => (engine) => ({ ...engine, poll: () => undefined }),
}

function onCommit(
  commit: (engine: Engine, batch: readonly Commit[], place: Place) => ReturnType<Engine['commit']>,
): (engine: Engine, place: Place) => Engine {
  return (engine, place) => ({ ...engine, commit: (batch) => commit(engine, batch, place) })
}

function onLog(change: (records: readonly LogRow[]) => readonly LogRow[]): (engine: Engine) => Engine {
  return (engine) => ({ ...engine, log: (query) => change(now(engine.log(query))) })
}

/** The engine in memory answers at once. */
function now<Value>(answer: Value | Promise<Value>): Value {
  return answer as Value
}

const nobody = { actor: null, cause: null, source: null, trust: null, store: null }
const rolledBack: Commit = {
  ...{ id: 'rolled back', at: 0, ...nobody, expect: [], outbox: [] },
  entities: [{ entity: { tenant: 'nobody', kind: 'nothing', id: 'x' }, writes: [], terms: [], event: null }],
}

/** What the engine would say to these commits if nobody came in between; undefined where that cannot be known. */
function foreseen(engine: Engine, batch: readonly Commit[]): readonly Receipt[] | undefined {
  const [commit] = batch
  const rows = commit?.entities.map(({ entity }) => now(engine.entity(entity)))
  if (commit === undefined || batch.length > 1 || rows === undefined || rows.some((row) => row === undefined)) return undefined
  const heads = now(engine.heads()).map(({ seq }) => seq)
  const records = (rows as EntityRow[]).map(({ num, revision, updated }) => {
    const partition = num % heads.length
    heads[partition] = (heads[partition] ?? 0) + 1
    return { num, seq: heads[partition], revision: revision + 1, at: Math.max(updated, commit.at) }
  })
  return [{ status: 'ok', records }]
}
