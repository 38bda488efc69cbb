import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Holdfast, open } from '../../index.ts'
import type { Durability } from '../../store/index.ts'
import type { Call } from '../call.ts'
import type { Command } from '../command.ts'
import { startProgress } from '../progress.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'

const RUNS = [
  { writers: 1, durability: 'full' },
  { writers: 64, durability: 'full' },
  { writers: 1, durability: 'os' },
  { writers: 64, durability: 'os' },
] as const satisfies readonly { writers: number; durability: Durability }[]

/** Milliseconds all runs together may take. */
const MOST_MS = 4000

interface Measured {
  readonly writers: number
  readonly durability: Durability
  readonly commitsPerSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

export const bench: Command = {
  name: 'bench',
  summary: 'how many commits per second this machine makes durable; about five seconds',
  arguments: [],
  options: { dir: { value: 'FOLDER', help: 'on the disk of this folder; default the temporary one' } },
  examples: ['bench', 'bench --dir . --json'],
  next: 'replay runs.json',
  async run(call) {
    const place = call.option('dir') ?? tmpdir()
    const folder = await mkdtemp(join(place, 'holdfast-bench-')).catch(() => {
      throw new UsageError(`Expected --dir to be a folder that can be written to, got ${JSON.stringify(place)}`, '--dir')
    })
    const progress = startProgress(call.io)
    try {
      const results: Measured[] = []
      for (const [i, { writers, durability }] of RUNS.entries()) {
        if (call.io.signal.aborted) break
        progress.update(`${i + 1} of ${RUNS.length}: ${writers} writers, durability ${durability}`)
        results.push(await measure(join(folder, `${i}.db`), writers, durability))
      }
      return { data: { folder: place, results }, text: textOf(results, place, call) }
    } finally {
      progress.end()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function measure(file: string, writers: number, durability: Durability): Promise<Measured> {
  await using hf = await open(`file:${file}`, { worker: false, durability })
  await write(hf, writers, performance.now() + 100)
  const start = performance.now()
  const took = (await write(hf, writers, start + MOST_MS / RUNS.length - 100)).sort((a, b) => a - b)
  const seconds = (performance.now() - start) / 1000
  const at = (share: number): number => Number((took[Math.floor(took.length * share)] ?? 0).toFixed(2))
  return { writers, durability, commitsPerSecond: Math.round(took.length / seconds), p50: at(0.5), p99: at(0.99) }
}

/** Each writer changes a session of its own, one commit after the other, until the time is up; how long each took. */
async function write(hf: Holdfast, writers: number, until: number): Promise<number[]> {
  const took: number[] = []
  const work = async (_: unknown, writer: number): Promise<void> => {
    const session = hf.session(`writer-${writer}`)
    for (let n = 0; performance.now() < until; n++) {
      const start = performance.now()
      await session.set('turn', { n, said: 'How can I help you with your order today?' })
      took.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: writers }, work))
  return took
}

function textOf(results: readonly Measured[], place: string, { paint }: Call): string {
  const rows = results.map((one) => [
    String(one.writers),
    one.durability === 'full' ? 'full: survives loss of power' : 'os: survives the process',
    String(one.commitsPerSecond),
    one.p50.toFixed(2),
    one.p99.toFixed(2),
  ])
  return `${table(['writers', 'durability', 'commits/s', 'p50 ms', 'p99 ms'], rows, paint, 200)}\n\nOn the disk of ${place}`
}
