import { parseArgs } from 'node:util'
import { runDefinitions } from './definitions/run.ts'

/** `npm run fuzz:definitions -- --seed N --count N --json`: hostile machines in JSON and SCXML. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '10000' },
    json: { type: 'boolean', default: false },
  },
})
const [seed, count] = [Number(values.seed), Number(values.count)]
const { ends, crashes, slowestMs, slowest } = await runDefinitions(seed, count)
for (const crash of crashes.slice(0, 20)) process.stderr.write(`${crash}\n`)
const note = `${count} definitions from seed ${seed}, slowest ${Math.round(slowestMs)} ms (${slowest}); ${JSON.stringify(ends)}`
const figures = [
  {
    name: 'hostile_definitions_crashes',
    value: crashes.length,
    unit: 'definitions',
    bound: '<= 0',
    ok: crashes.length === 0,
    note,
  },
]
console.log(values.json ? JSON.stringify({ seed, figures }) : note)
if (crashes.length > 0) process.exitCode = 1
