// What a node on PostgreSQL does, beside the same rows written bare, and what several do together:
//   npm run bench:postgres -- --json

import type { Family } from '../family.ts'
import type { Target } from '../figure.ts'
import { readOptions } from '../options.ts'
import { run } from '../run.ts'
import { commits } from './commits.ts'
import { feed } from './feed.ts'
import { hotNodes } from './hot-nodes.ts'

const targets: Readonly<Record<string, Target>> = {
  batched_vs_single: { unit: 'ratio', atLeast: 5 },
  node_vs_raw: { unit: 'ratio', atLeast: 0.5 },
  hot_entity_one_node: { unit: 'ratio', atLeast: 8 },
  hot_entity_three_nodes: { unit: 'ratio', atLeast: 4 },
  feed_wrong: { unit: 'records', atMost: 0 },
}

const families: readonly Family[] = [commits, hotNodes, feed]
await run(families, targets, readOptions(process.argv.slice(2)))
