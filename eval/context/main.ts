// How much of what the next tool call needs is in a context of a quarter of all tokens:
//   npm run eval:context -- --file trajectories.json --predictions chosen.jsonl --json
import { writeFileSync } from 'node:fs'
import { type Figure, formatFigures, judge } from '../../bench/figure.ts'
import { say } from '../../bench/options.ts'
import { baselines, ours } from './choice.ts'
import { halfOf } from './half.ts'
import { type Moment, momentsOf } from './moments.ts'
import { readOptions } from './options.ts'
import { type Recall, recallOf } from './recall.ts'
import { readRecordedRuns } from './runs.ts'

/** Percentage points above each baseline. */
const ABOVE = 10

const options = readOptions(process.argv.slice(2))
const runs = readRecordedRuns(options.file)
const moments = runs
  .flatMap((run) => [...momentsOf(run)])
  .filter(({ task }) => options.half === undefined || halfOf(task) === options.half)
const figures = figuresOf(moments)
if (options.predictions !== undefined) writeFileSync(options.predictions, moments.map(lineOf).join(''))
say(formatFigures(figures))
if (options.json) console.log(JSON.stringify({ figures }))

function figuresOf(all: readonly Moment[]): Figure[] {
  const own = recallOf(all, ours())
  const others = Object.entries(baselines).map(([name, choose]) => [name, recallOf(all, choose)] as const)
  const best = (of: (recall: Recall) => number): number => Math.max(...others.map(([, recall]) => of(recall)))
  const note = `${own.wanted} variables needed by ${own.moments} of ${all.length} calls`
  return [
    percent(
      'context_recall_25',
      own.pooled,
      best(({ pooled }) => pooled),
      note,
    ),
    percent(
      'context_recall_25_by_call',
      own.mean,
      best(({ mean }) => mean),
      'the mean over calls',
    ),
    ...others.flatMap(([name, { pooled, mean }]) => [
      percent(`context_recall_25_${name}`, pooled, undefined, 'baseline'),
      percent(`context_recall_25_by_call_${name}`, mean, undefined, 'baseline'),
    ]),
  ]
}

/** A share as a figure; ours must be above the better of the baselines. */
function percent(name: string, share: number, best: number | undefined, note: string): Figure {
  const atLeast = best === undefined ? 0 : Number((100 * best + ABOVE).toFixed(2))
  return judge(name, { unit: '%', atLeast }, { value: 100 * share, note })
}

function lineOf(moment: Moment): string {
  const chosen = ours()(moment).map((i) => moment.candidates.list[i]?.path)
  return `${JSON.stringify({ id: moment.id, chosen })}\n`
}
