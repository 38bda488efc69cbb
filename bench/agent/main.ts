// What durable tasks cost beside Restate and DBOS, and what they keep: npm run bench:agent -- --json

import type { Family } from '../family.ts'
import type { Target } from '../figure.ts'
import { readOptions } from '../options.ts'
import { run } from '../run.ts'
import { besideDbos } from './pace/dbos-family.ts'
import { besideRestate } from './pace/restate-family.ts'

const targets: Readonly<Record<string, Target>> = {
  steps_vs_restate: { unit: 'ratio', atLeast: 5 },
  steps1_vs_restate: { unit: 'ratio', atLeast: 2 },
  steps_vs_dbos: { unit: 'ratio', atLeast: 4 },
  steps1_vs_dbos: { unit: 'ratio', atLeast: 2 },
  pg_transactions_per_run: { unit: 'transactions', atMost: 12 },
  pg_transactions_per_run_many: { unit: 'transactions', atMost: 3 },
}

const families: readonly Family[] = [besideRestate, besideDbos]
await run(families, targets, readOptions(process.argv.slice(2)))
