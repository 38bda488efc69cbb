import { writeSync } from 'node:fs'
import { open } from '../../../src/index.ts'
import { UP } from '../task/life.ts'
import { traced } from '../task/traced.ts'
import type { TrajectoryVictim } from './program.ts'
import { recordingsIn } from './recording.ts'
import { replyAsRecorded } from './reply.ts'

/** Lets each customer say what they said, one after another, and ends when all have been answered; says which steps it begins. */
const { store, runs, file, exchanges } = JSON.parse(process.argv[2] ?? '{}') as TrajectoryVictim
const recordings = recordingsIn(file).slice(0, runs)
const reply = traced(replyAsRecorded(recordings), (step) => void writeSync(3, `${step}\n`))
const hf = await open(store, { tasks: [reply], lease: 1000, durability: 'os' })
writeSync(3, `${UP}\n`)
await Promise.all(
  recordings.map(async (each, recording) => {
    const session = hf.session(`trajectory/${recording}`)
    for (let exchange = 0; exchange < Math.min(each.exchanges.length, exchanges); exchange++) {
      const run = await session.start(reply, { recording, exchange }, { key: `m${exchange}` })
      await run.result()
    }
  }),
)
await hf.close()
