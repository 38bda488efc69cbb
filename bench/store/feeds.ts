import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Change, Holdfast } from '../../src/index.ts'
import { count, type Family } from '../family.ts'
import type { Measured } from '../figure.ts'
import { inFolder } from '../folder.ts'
import { entry } from '../payload.ts'
import { median, percentile } from '../percentile.ts'
import { Entry, withStore } from './sessions.ts'

const PROGRAM = fileURLToPath(new URL('./feed/main.ts', import.meta.url))
const PAUSE_MS = 3
const WITHIN_MS = 5000

/** How soon a watcher hears of a commit, counted from its acknowledgement. */
export const feeds: Family<'feed_p99_ms' | 'feed_cross_process_p99_ms'> = {
  figures: ['feed_p99_ms', 'feed_cross_process_p99_ms'],
  measure: ({ quick }) =>
    inFolder((folder) => {
      const file = join(folder, 'ours.db')
      return withStore(file, 'full', async (hf) => {
        const commits = quick ? 100 : 1000
        return { feed_p99_ms: await here(hf, commits), feed_cross_process_p99_ms: await elsewhere(hf, file, commits) }
      })
    }),
}

/** Moments of the machine's monotonic clock, in milliseconds, by the seq of the record. */
type Moments = Map<number, number>

async function here(hf: Holdfast, commits: number): Promise<Measured> {
  const delivered: Moments = new Map()
  const stop = new AbortController()
  const watching = collect(hf.watch({ kind: 'session', signal: stop.signal }), delivered)
  const acknowledged = await write(hf, commits)
  await arrived(delivered, commits)
  stop.abort()
  await watching
  return measured(acknowledged, delivered, 'the same process')
}

async function collect(changes: AsyncIterable<Change>, delivered: Moments): Promise<void> {
  for await (const change of changes) delivered.set(change.revision, now())
}

async function elsewhere(hf: Holdfast, file: string, commits: number): Promise<Measured> {
  const watcher = fork(PROGRAM, [file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const delivered: Moments = new Map()
  try {
    await once(watcher, 'message')
    watcher.on('message', ([revision, at]: [number, number]) => delivered.set(revision, at))
    const acknowledged = await write(hf, commits)
    await arrived(delivered, commits)
    return measured(acknowledged, delivered, 'another process')
  } finally {
    watcher.kill()
  }
}

/** Commits at irregular intervals, so that they do not march in step with somebody's poll. */
async function write(hf: Holdfast, commits: number): Promise<Moments> {
  const session = hf.session(Entry, 'watched')
  const acknowledged: Moments = new Map()
  for (let n = 0; n < commits; n++) {
    const revision = await session.set('entry', entry(n))
    acknowledged.set(revision, now())
    await setTimeout(PAUSE_MS * 2 * Math.random())
  }
  return acknowledged
}

async function arrived(delivered: Moments, commits: number): Promise<void> {
  for (const started = now(); delivered.size < commits; ) {
    if (now() - started > WITHIN_MS)
      throw new Error(`Expected ${commits} changes, ${delivered.size} were delivered within ${WITHIN_MS} ms`)
    await setTimeout(10)
  }
}

function measured(acknowledged: Moments, delivered: Moments, where: string): Measured {
  const latencies = [...acknowledged].map(([revision, at]) =>
    Math.max(0, (delivered.get(revision) ?? Number.POSITIVE_INFINITY) - at),
  )
  const note = `acknowledgement of session.set to hf.watch in ${where}, ${count(latencies.length)} commits: p50 ${median(latencies).toFixed(2)} ms`
  return { value: percentile(latencies, 0.99), note }
}

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
