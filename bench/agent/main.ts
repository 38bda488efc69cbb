// What durable tasks cost beside Restate and DBOS, and what they keep: npm run bench:agent -- --json

import type { Family } from '../family.ts'
import type { Target } from '../figure.ts'
import { readOptions } from '../options.ts'
import { run } from '../run.ts'
import { deployment } from './deploys/deploys.ts'
import { kills } from './kills/kills.ts'
import { besideDbos } from './pace/dbos-family.ts'
import { besideRestate } from './pace/restate-family.ts'
import { streams } from './streams/streams.ts'
import { waiting } from './waiting/waiting.ts'

const targets: Readonly<Record<string, Target>> = {
  steps_vs_restate: { unit: 'ratio', atLeast: 5 },
  steps1_vs_restate: { unit: 'ratio', atLeast: 2 },
  steps_vs_dbos: { unit: 'ratio', atLeast: 4 },
  steps1_vs_dbos: { unit: 'ratio', atLeast: 2 },
  pg_transactions_per_run: { unit: 'transactions', atMost: 12 },
  pg_transactions_per_run_many: { unit: 'transactions', atMost: 3 },
  waiting_1000_mib: { unit: 'MiB', atMost: 50 },
  deploy_mismatch_visible: { unit: '%', atLeast: 100 },
  stream_equal: { unit: '%', atLeast: 100 },
  kills: { unit: 'SIGKILLs', atLeast: 200 },
  kills_rerun_steps: { unit: 'steps', atMost: 0 },
  kills_double_payments: { unit: 'payments', atMost: 0 },
  kills_other_conversations: { unit: 'conversations', atMost: 0 },
}

const families: readonly Family[] = [besideRestate, besideDbos, waiting, deployment, streams, kills]
await run(families, targets, readOptions(process.argv.slice(2)))
