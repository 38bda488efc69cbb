import { parseArgs } from 'node:util'
import { killAtEveryStep } from './machine-run.ts'

/** `npm run faults:machine -- --seed N --steps N --json`: kills a process at every step of machines with timers, work and children. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    steps: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
  },
})
const steps = Number(values.steps)
const report = await killAtEveryStep({
  seed: Number(values.seed),
  tickets: Math.ceil(steps / 4),
  onProgress: (text) => process.stderr.write(`${text}\n`),
})
const none = (name: string, value: number) => ({ name, value, unit: 'steps', bound: '0', ok: value === 0 })
const figures = [
  { name: 'steps', value: report.steps, unit: 'steps', bound: `>= ${steps}`, ok: report.steps >= steps },
  { name: 'kills', value: report.kills, unit: 'kills', bound: `>= ${steps}`, ok: report.kills >= steps },
  none('kill_lost_or_doubled', report.lost + report.doubled),
  none('damage', report.damage),
  { name: 'as_undisturbed', value: Number(report.isAsUndisturbed), unit: 'boolean', bound: '1', ok: report.isAsUndisturbed },
]
if (values.json) console.log(JSON.stringify({ seed: Number(values.seed), figures }, null, 2))
else for (const { name, value, bound, ok } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${bound})`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
