// Whether the checker finds what is wrong with machines, and nothing else:
//   npm run eval:check -- --json
import { parseArgs } from 'node:util'
import { formatFigures, judge } from '../../bench/figure.ts'
import { say } from '../../bench/options.ts'
import { seeded } from '../../test/faults/random.ts'
import { tryHostile } from './hostile.ts'
import { type Trial, tryFaults, trySound } from './measure.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    faulty: { type: 'string', default: '200' },
    sound: { type: 'string', default: '100' },
    hostile: { type: 'string', default: '1000' },
    json: { type: 'boolean', default: false },
  },
})
const chance = seeded(Number(values.seed))
const trials = tryFaults(chance, Number(values.faulty))
const missed = trials.filter(({ found }) => !found)
const alarms = trySound(chance, Number(values.sound)).flat()
const { crashes, tried } = tryHostile(chance, Number(values.hostile))
for (const trial of missed) say(`missed: ${describe(trial)}`)
for (const { kind, path, message } of alarms) say(`false alarm: ${kind} ${path}: ${message}`)
for (const { what, error } of crashes) say(`crash: ${what}: ${error}`)

const figures = [
  judge(
    'planted_faults_found',
    { unit: '%', atLeast: 95 },
    {
      value: (100 * (trials.length - missed.length)) / trials.length,
      note: `${trials.length} machines with one fault each, of ${new Set(trials.map(({ fault }) => fault)).size} faults`,
    },
  ),
  judge(
    'false_alarms',
    { unit: 'findings', atMost: 0 },
    { value: alarms.length, note: `${values.sound} sound machines; hints count too` },
  ),
  judge(
    'hostile_crashes',
    { unit: 'crashes', atMost: 0 },
    { value: crashes.length, note: `${tried} definitions nobody would write` },
  ),
]
say(formatFigures(figures))
if (values.json) console.log(JSON.stringify({ figures }))

function describe({ fault, planted, findings }: Trial): string {
  return `${fault}, ${planted.kind} at ${planted.path}; said: ${findings.map(({ kind, path }) => `${kind} ${path}`).join(', ') || 'nothing'}`
}
