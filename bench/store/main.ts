import type { Family } from '../family.ts'
import type { Target } from '../figure.ts'
import { readOptions } from '../options.ts'
import { run } from '../run.ts'
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

await run(families, targets, readOptions(process.argv.slice(2)))
