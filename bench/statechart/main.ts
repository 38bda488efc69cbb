// What a step costs, against XState 5 and a reducer written by hand, and what a durable one costs beside a plain commit:
//   npm run bench:statechart -- --json

import { installSidePackage } from '../../scripts/side-package.ts'
import type { Family } from '../family.ts'
import { type Figure, formatFigures, judge, type Target } from '../figure.ts'
import { readOptions, say } from '../options.ts'
import { durable } from './durable.ts'
import { hand } from './hand.ts'
import { steps } from './steps.ts'
import { storage } from './storage.ts'

const targets: Readonly<Record<string, Target>> = {
  step_vs_xstate_flat: { unit: 'ratio', atLeast: 50 },
  step_vs_xstate_nested: { unit: 'ratio', atLeast: 50 },
  step_vs_xstate_parallel: { unit: 'ratio', atLeast: 50 },
  step_vs_xstate_send: { unit: 'ratio', atLeast: 10 },
  hand_vs_step: { unit: 'ratio', atMost: 20 },
  snapshot_vs_xstate_bytes: { unit: 'ratio', atMost: 0.6 },
  restore_step_encode_vs_xstate: { unit: 'ratio', atLeast: 20 },
  durable_send_vs_commit: { unit: 'ratio', atLeast: 0.7 },
}

const families: readonly Family[] = [steps, hand, storage, durable]
const options = readOptions(process.argv.slice(2))
const missing = installSidePackage('bench', say)
if (missing !== undefined) throw new Error(missing)

const figures: Figure[] = []
for (const family of families) {
  const wanted = family.figures.filter((name) => options.only.length === 0 || options.only.includes(name))
  if (wanted.length === 0) continue
  const values = await family.measure(options)
  for (const name of wanted)
    figures.push(judge(name, targets[name] ?? { unit: '', atMost: 0 }, values[name] ?? { value: null, note: '' }))
}
say(formatFigures(figures))
if (options.json) console.log(JSON.stringify({ figures }))
