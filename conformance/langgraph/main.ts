// LangGraph's own suite for checkpointers, and what HoldfastSaver costs beside its SqliteSaver:
//   npm run conformance:langgraph -- --json
import type { Family } from '../../bench/family.ts'
import type { Target } from '../../bench/figure.ts'
import { readOptions } from '../../bench/options.ts'
import { run } from '../../bench/run.ts'
import { bytes } from './bytes.ts'
import { increments } from './increments.ts'
import { rates } from './rates.ts'
import { validation } from './validation.ts'

const targets: Readonly<Record<string, Target>> = {
  langgraph_validation_sqlite: { unit: 'tests', atLeast: 726 },
  langgraph_validation_postgres: { unit: 'tests', atLeast: 726 },
  langgraph_bytes_200_turns: { unit: 'bytes', atMost: 1_200_000 },
  langgraph_increments: { unit: 'turns', atLeast: 11 },
  langgraph_put: { unit: 'ratio', atLeast: 3 },
  langgraph_get: { unit: 'ratio', atLeast: 2 },
  langgraph_list: { unit: 'ratio', atLeast: 20 },
}

const families: readonly Family[] = [validation, bytes, increments, rates]
const figures = await run(families, targets, readOptions(process.argv.slice(2)))
if (figures.some(({ ok }) => !ok)) process.exitCode = 1
