import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root } from '../../scripts/package.ts'
import { killAgents } from './agent-kills.ts'

/** `npm run faults:agent -- --seed N --kills N --file FILE --json`: kills agents that pay, and agents that go through recorded conversations. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '200' },
    file: {
      type: 'string',
      default: join(process.env.HOLDFAST_DATA ?? join(root, '../shared/data'), 'airline/trajectories.dev.json'),
    },
    json: { type: 'boolean', default: false },
  },
})
const [seed, kills] = [Number(values.seed), Number(values.kills)]
const onProgress = (text: string): void => void process.stderr.write(`${text}\n`)
const { refunds, trajectories } = await killAgents({ kills, seed, file: values.file, onProgress })
if (trajectories === undefined) onProgress(`There are no recordings at ${values.file}: nothing was measured with them`)
const all = trajectories === undefined ? [refunds] : [refunds, trajectories]
const total = (count: (report: (typeof all)[number]) => number): number => all.reduce((sum, report) => sum + count(report), 0)
const none = (name: string, value: number) => ({ name, value, bound: '0', ok: value === 0 })
const died = total((report) => report.kills)
const figures = [
  { name: 'kills', value: died, bound: `>= ${kills}`, ok: died >= kills },
  none(
    'kills_rerun_steps',
    total(({ rerun }) => rerun.length),
  ),
  none('kills_double_payments', refunds.doubled),
  none(
    'unended_runs',
    total(({ unended }) => unended),
  ),
  ...(trajectories === undefined ? [] : [none('conversations_and_streams_other_than_recorded', trajectories.different.length)]),
]
const counts = all.map(({ kills: k, rounds, runs, steps }) => ({ kills: k, rounds, runs, steps }))
if (values.json) console.log(JSON.stringify({ seed, conversations: trajectories?.conversations ?? 0, counts, figures }, null, 2))
else for (const { name, value, bound, ok } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${bound})`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
