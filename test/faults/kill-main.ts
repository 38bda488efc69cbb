import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PostgresServer } from '../../src/store/postgres/server.testing.ts'
import { runKills } from './kill-run.ts'

/** `npm run faults:kill -- --seed N --kills N --json`: kills writers at random moments and looks at what they leave; with
 * `--postgres` on a database server of its own, else in files. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '200' },
    limit: { type: 'string', default: '100' },
    json: { type: 'boolean', default: false },
    postgres: { type: 'boolean', default: false },
  },
})
const wanted = Number(values.kills)
const root = join(import.meta.dirname, '../..')
const server = values.postgres ? await PostgresServer.start({ durable: true }) : undefined
const report = await runKills({
  database: server?.url(),
  data: join(process.env.HOLDFAST_DATA ?? join(root, '../shared/data'), 'airline/trajectories.dev.json'),
  seed: Number(values.seed),
  kills: wanted,
  limit: Number(values.limit),
  onProgress: (text) => process.stderr.write(`${text}\n`),
})

await server?.stop()

const atLeast = (name: string, value: number, bound: number) => ({
  name,
  value,
  unit: 'kills',
  bound: `>= ${bound}`,
  ok: value >= bound,
})
const none = (name: string, value: number, unit: string) => ({ name, value, unit, bound: '0', ok: value === 0 })
const figures = [
  atLeast('kills', report.kills, wanted),
  atLeast('kills_between', report.between, Math.floor(wanted * 0.75)),
  atLeast('kills_inside', report.inside, Math.floor(wanted * 0.1)),
  none('lost', report.lost, 'messages'),
  none('doubled', report.doubled, 'messages'),
  none('damage', report.damage, 'findings'),
  { name: 'hash_equal', value: report.hashEqual ? 1 : 0, unit: 'boolean', bound: '1', ok: report.hashEqual },
  { name: 'messages', value: report.messages, unit: 'messages', bound: '> 0', ok: report.messages > 0 },
]
if (values.json) console.log(JSON.stringify({ seed: Number(values.seed), rounds: report.rounds, figures }, null, 2))
else for (const { name, value, bound, ok } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${bound})`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
