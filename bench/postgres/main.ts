// What a node on PostgreSQL does, beside the same rows written bare, and what several do together:
//   npm run bench:postgres -- --json

import type { Family } from '../family.ts'
import { type Figure, formatFigures, judge, type Target } from '../figure.ts'
import { readOptions, say } from '../options.ts'
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
const options = readOptions(process.argv.slice(2))

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
