import { writeSync } from 'node:fs'
import { Holdfast } from '../../src/holdfast.ts'
import { readRuns, replayRuns } from '../../src/replay/index.ts'
import { createSqliteEngine, type Engine, Store } from '../../src/store/index.ts'
import { openPostgresEngine } from '../../src/store/postgres/index.ts'
import { Gauge } from './gauge.ts'
import type { VictimOptions } from './victim.ts'

/**
 * The victim: replays recorded runs into a store, going on where the one before it was killed. Every acknowledgement goes
 * to descriptor 3 before anything else happens; what has been written there is out of the victim's hands.
 */
const options = JSON.parse(process.argv[2] ?? '{}') as VictimOptions
const { data, limit, store, gauge, concurrency, writer } = options
const gauged = new Gauge(gauge)
const engine = gauged.watching(await opened())
const hf = new Holdfast(new Store(engine), { worker: false })
const runs = (await readRuns(data)).slice(0, limit)
await replayRuns(hf, runs, 'runs', {
  concurrency,
  onAcknowledged: (session, index, revision) => writeSync(3, `${JSON.stringify([session, index, revision])}\n`),
})
await hf.close()
gauged.close()

async function opened(): Promise<Engine> {
  if (store.startsWith('postgres:')) return openPostgresEngine({ url: store })
  return createSqliteEngine({ file: store, durability: 'full', writer })
}
