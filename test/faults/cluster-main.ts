import { parseArgs } from 'node:util'
import { type CampaignReport, campaign } from './cluster/campaign.ts'
import type { Shared } from './cluster/cluster.ts'

/**
 * `npm run faults -- --seed N --minutes M --store postgres|sqlite --json`: clients ask real processes while these, their networks
 * and their database fail; what they were told is judged.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    store: { type: 'string', default: 'postgres' },
    json: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
})
const shared: Shared = values.store === 'sqlite' ? 'sqlite' : 'postgres'
const seed = Number(values.seed)
const minutes = Number(values.minutes)
const report = await campaign({
  shared,
  seed,
  ms: minutes * 60_000,
  ...(values.verbose && { onProgress: (text) => process.stderr.write(`${text}\n`) }),
})
for (const text of [...report.violations, ...report.findings]) process.stderr.write(`${text.slice(0, 20_000)}\n`)

const figures = figuresOf(report)
if (values.json)
  console.log(
    JSON.stringify({ seed, minutes, store: shared, mishaps: report.mishaps, effects: report.effects, figures }, null, 2),
  )
else for (const { name, value, bound, ok } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${bound})`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1

function figuresOf({ operations, unknown, mishaps, answersLost, violations, undecided, findings, objects }: CampaignReport) {
  const none = (name: string, value: number, unit: string) => ({ name, value, unit, bound: '0', ok: value === 0 })
  const some = (name: string, value: number, unit: string) => ({ name, value, unit, bound: '> 0', ok: value > 0 })
  const injected = Object.values(mishaps).reduce((sum, count) => sum + count, 0)
  return [
    none('linearizability_violations', violations.length, 'objects'),
    none('findings', findings.length, 'findings'),
    none('undecided', undecided, 'objects'),
    some('operations', operations, 'operations'),
    some('objects', objects, 'objects'),
    some('unknown', unknown, 'operations'),
    some('mishaps', injected, 'mishaps'),
    some('answers_lost', answersLost, 'answers'),
  ]
}
