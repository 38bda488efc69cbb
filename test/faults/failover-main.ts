import { parseArgs } from 'node:util'
import { type FailoverReport, failover, LOSSES } from './failover/failover.ts'

/**
 * `npm run faults:failover -- --seed N --runs N --json`: a primary is killed or frozen while two nodes write, its synchronous standby
 * takes over. `--loss kill|crash|freeze` loses it in one way alone, `--bin FOLDER` takes another PostgreSQL's programs.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '21' },
    loss: { type: 'string' },
    bin: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const first = Number(values.seed)
const losses = values.loss === undefined ? LOSSES : LOSSES.filter((loss) => loss === values.loss)
const reports: FailoverReport[] = []
for (let seed = first; seed < first + Number(values.runs); seed++) {
  const loss = losses[seed % losses.length] ?? 'kill'
  const report = await failover({ seed, loss, ...(values.bin !== undefined && { bin: values.bin }) })
  reports.push(report)
  const { acknowledged, lost, twice, outage, violations, findings } = report
  process.stderr.write(
    `seed ${seed} ${loss}: ${acknowledged} acknowledged, ${lost} lost, ${twice} twice, ${Math.round(outage)} ms without an answer\n`,
  )
  for (const text of [...violations, ...findings]) process.stderr.write(`${text.slice(0, 20_000)}\n`)
}

const sum = (count: (report: FailoverReport) => number): number => reports.reduce((all, report) => all + count(report), 0)
const none = (name: string, value: number, unit: string) => ({ name, value, unit, bound: '0', ok: value === 0 })
const outages = reports.map(({ outage }) => outage).toSorted((a, b) => a - b)
const figures = [
  none(
    'acknowledged_lost',
    sum(({ lost }) => lost),
    'commits',
  ),
  none(
    'applied_twice',
    sum(({ twice }) => twice),
    'commits',
  ),
  none(
    'write_violations',
    sum(({ violations, stale }) => violations.length - stale),
    'objects',
  ),
  // An old primary that nobody has fenced answers reads: told, not judged (README, "What is known").
  { name: 'stale_reads', value: sum(({ stale }) => stale), unit: 'objects', bound: 'none', ok: true },
  none(
    'findings',
    sum(({ findings }) => findings.length),
    'findings',
  ),
  none(
    'undecided',
    sum(({ undecided }) => undecided),
    'objects',
  ),
]
const counts = {
  runs: reports.length,
  acknowledged: sum(({ acknowledged }) => acknowledged),
  unknown: sum(({ unknown }) => unknown),
  operations: sum(({ operations }) => operations),
  outage_ms: { median: outages[Math.floor(outages.length / 2)], most: outages.at(-1) },
}
if (values.json) console.log(JSON.stringify({ seed: first, ...counts, figures }, null, 2))
else
  for (const { name, value, ok } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${JSON.stringify(counts)})`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
