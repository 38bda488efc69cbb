// What a step costs, against XState 5 and a reducer written by hand, and what a durable one costs beside a plain commit:
//   npm run bench:statechart -- --json

import { installSidePackage } from '../../scripts/side-package.ts'
import type { Family } from '../family.ts'
import type { Target } from '../figure.ts'
import { readOptions, say } from '../options.ts'
import { run } from '../run.ts'
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
const missing = installSidePackage('bench', say)
if (missing !== undefined) throw new Error(missing)
await run(families, targets, readOptions(process.argv.slice(2)))
