import type { Family } from '../family.ts'
import { type Figure, formatFigures, judge, type Target } from '../figure.ts'
import { readOptions, say } from '../options.ts'
import { append } from './append.ts'
import { asOf } from './as-of.ts'
import { cachedGet } from './cached-get.ts'
import { coldLoad } from './cold-load.ts'
import { commits } from './commits.ts'
import { delay } from './delay.ts'
import { feeds } from './feeds.ts'
import { forks } from './forks.ts'
import { listing } from './listing.ts'
import { manySessions } from './many-sessions.ts'
import { onePath } from './one-path.ts'
import { puts } from './puts.ts'
import { revisions } from './revisions.ts'
import { writers } from './writers.ts'

/** What the store promises. */
const targets: Readonly<Record<string, Target>> = {
  single_commit_ratio: { unit: 'ratio', atLeast: 0.7 },
  writers64_vs_raw: { unit: 'ratio', atLeast: 0.5 },
  hot_entity_vs_writers64: { unit: 'ratio', atLeast: 0.7 },
  loop_delay_p99_ms: { unit: 'ms', atMost: 5 },
  loop_delay_slow_fsync_p99_ms: { unit: 'ms', atMost: 5 },
  put64_vs_sqlitesaver: { unit: 'ratio', atLeast: 10 },
  put1_vs_sqlitesaver: { unit: 'ratio', atLeast: 2 },
  bytes_per_revision: { unit: 'bytes', atMost: 300 },
  append_10000_vs_10: { unit: 'ratio', atMost: 1.5 },
  cold_load_1m_vs_100: { unit: 'ratio', atMost: 1.2 },
  as_of_p99_ms: { unit: 'ms', atMost: 1 },
  one_path_of_10mb_kib: { unit: 'KiB', atMost: 64 },
  list_first_vs_sqlitesaver: { unit: 'ratio', atMost: 0.02 },
  cached_get_vs_map: { unit: 'ratio', atLeast: 0.5 },
  find_1m_vs_1k: { unit: 'ratio', atMost: 1.5 },
  rss_mib: { unit: 'MiB', atMost: 300 },
  rss_growth_mib: { unit: 'MiB', atMost: 10 },
  feed_p99_ms: { unit: 'ms', atMost: 5 },
  feed_cross_process_p99_ms: { unit: 'ms', atMost: 100 },
  fork_100k_ms: { unit: 'ms', atMost: 5 },
}

const families: readonly Family[] = [
  commits,
  writers,
  delay,
  puts,
  revisions,
  append,
  coldLoad,
  asOf,
  onePath,
  listing,
  cachedGet,
  manySessions,
  feeds,
  forks,
]

const options = readOptions(process.argv.slice(2))
const unknown = options.only.filter((name) => targets[name] === undefined)
if (unknown.length > 0)
  throw new Error(`Expected names of figures, got ${unknown.join(', ')}; there are ${Object.keys(targets).join(', ')}`)
if (options.quick) say('--quick: small counts, few rounds; these figures show that everything runs, not how fast it is')

const figures: Figure[] = []
for (const family of families) figures.push(...(await measured(family)))
say(formatFigures(figures))
if (options.json) console.log(JSON.stringify({ figures }))

async function measured(family: Family): Promise<Figure[]> {
  const wanted = family.figures.filter((name) => options.only.length === 0 || options.only.includes(name))
  if (wanted.length === 0) return []
  const started = performance.now()
  const values = await family.measure(options).catch((error: unknown) => {
    process.exitCode = 1
    say(`${family.figures.join(', ')}: ${error instanceof Error ? error.stack : String(error)}`)
    return undefined
  })
  say(`${family.figures.join(', ')}: ${((performance.now() - started) / 1000).toFixed(1)} s`)
  return wanted.map((name) =>
    judge(name, targets[name] ?? { unit: '', atMost: 0 }, values?.[name] ?? { value: null, note: 'failed; see stderr' }),
  )
}
