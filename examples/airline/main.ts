// Follows recorded runs of an airline's support agent with a statechart:
//   npm run example:airline -- --file trajectories.json [--store file:./airline.db] [--patience SECONDS]
import { parseArgs } from 'node:util'
import { open } from 'holdfast'
import { readRuns } from 'holdfast/replay'
import { followRuns } from './follow.ts'
import { journeyOf } from './journey.ts'
import { SupportAgent } from './machine.ts'
import { lineOf, summaryOf } from './report.ts'

const { values } = parseArgs({
  options: {
    file: { type: 'string' },
    store: { type: 'string', default: 'memory:' },
    patience: { type: 'string' },
  },
})
const { file, store, patience } = values
if (file === undefined) {
  console.error('Expected --file RUNS.json: a list of runs, each with messages in OpenAI chat format')
  process.exit(2)
}

await using hf = await open(store, { machines: [SupportAgent] })
const runs = await readRuns(file)
await followRuns(hf, runs, file, patience === undefined ? {} : { patience: Number(patience) * 1000 })

if (patience !== undefined) {
  // Whoever was handed over waits for a human; nobody comes, so their timers ring.
  const waiting = runs.map(({ id }) => hf.machine(SupportAgent, id, 'agent'))
  for (const agent of waiting) await agent.waitFor(({ status }) => status === 'done')
}
const journeys = []
for (const { id } of runs) journeys.push(await journeyOf(hf, id))
for (const journey of journeys) console.log(lineOf(journey))
console.log(`\n${summaryOf(journeys)}`)
