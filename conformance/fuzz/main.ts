// Random charts and events, in Holdfast and in two other interpreters, and machines of XState that were imported:
//   npm run fuzz:statechart -- --seed 1 --events 1000000 --json
import { parseArgs } from 'node:util'
import { formatFigures, judge } from '../../bench/figure.ts'
import { say } from '../../bench/options.ts'
import { installSidePackage } from '../../scripts/side-package.ts'
import { type Comparison, compare } from './compare.ts'
import { SCION_LIMITS, scion } from './scion.ts'
import { imported, XSTATE_LIMITS, xstate } from './xstate.ts'

const { values } = parseArgs({ options: { seed: { type: 'string' }, events: { type: 'string' }, json: { type: 'boolean' } } })
const [seed, events] = [Number(values.seed ?? 1), Number(values.events ?? 20_000)]
const missing = installSidePackage('conformance', say)
if (missing !== undefined) throw new Error(missing)

const found = {
  xstate_differences: compare(seed, events, XSTATE_LIMITS, await xstate()),
  import_differences: compare(seed, events, XSTATE_LIMITS, await xstate(), await imported()),
  scion_differences: compare(seed, events, SCION_LIMITS, await scion()),
}
const figures = Object.entries(found).map(([name, comparison]) => {
  return judge(name, { unit: 'charts', atMost: 0 }, { value: comparison.differences.length, note: noteOf(comparison) })
})
for (const { differences } of Object.values(found))
  for (const difference of differences.slice(0, 5)) say(JSON.stringify(difference, null, 1))
say(formatFigures(figures))
if (values.json) console.log(JSON.stringify({ seed, figures }))
if (figures.some(({ ok }) => !ok)) process.exitCode = 1

function noteOf({ events: sent, charts, differences }: Comparison): string {
  return `${sent} events to ${charts} charts from seed ${seed}${differences.length > 0 ? `; seeds ${differences.slice(0, 10).map((one) => one.seed)}` : ''}`
}
