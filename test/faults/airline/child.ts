import { appendFileSync, writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { recordingOf } from '../../../examples/airline/agent/recording.ts'
import { airlineAgent } from '../../../examples/airline/agent/task.ts'
import { open } from '../../../src/index.ts'
import { readRuns } from '../../../src/replay/index.ts'
import { UP } from '../task/life.ts'
import { traced } from '../task/traced.ts'

/** What the victim is told. */
export interface AirlineVictim {
  readonly store: string
  /** The recorded runs, and which of them. */
  readonly file: string
  readonly from: number
  readonly to: number
  /** The file that keeps what tools were called for, a key a line. */
  readonly ledger: string
}

/** Lets the customers ask what they asked, each when the question before is answered, all at once; says which steps it begins. */
const { store, file, from, to, ledger } = JSON.parse(process.argv[2] ?? '{}') as AirlineVictim
const recordings = (await readRuns(file)).slice(from, to).map(recordingOf)
const agent = airlineAgent({
  recordings: new Map(recordings.map((recording) => [recording.session, recording])),
  desk: {
    // It may be killed before it is served, and when it is served and does not know.
    async serve(key) {
      await setTimeout(5)
      appendFileSync(ledger, `${key}\n`)
      await setTimeout(5)
    },
  },
  pauseMs: 2,
})
const reply = traced(agent, (step) => void writeSync(3, `${step}\n`))
const hf = await open(store, { tasks: [reply], lease: 1000, durability: 'os' })
writeSync(3, `${UP}\n`)
await Promise.all(
  recordings.map(async ({ session, questions }) => {
    for (const question of questions) {
      const run = await hf.session(session).start(reply, question, { key: question.key })
      await run.result()
    }
  }),
)
await hf.close()
