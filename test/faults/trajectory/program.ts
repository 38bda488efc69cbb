import { join } from 'node:path'
import type { TaskVictim } from '../task/child.ts'
import type { Program } from '../task/program.ts'
import { differences } from './difference.ts'
import { recordingsIn } from './recording.ts'

/** What is told beside what every victim is. */
interface Told {
  /** Recorded conversations. */
  readonly file: string
  /** Of each only so many messages of the customer. */
  readonly exchanges: number
}

export type TrajectoryVictim = TaskVictim & Told

/** Agents that say and do what was recorded, a run for each message of a customer; `runs` counts conversations. */
export function trajectories(
  file: string,
  { exchanges = Number.MAX_SAFE_INTEGER, between = 150 }: { readonly exchanges?: number; readonly between?: number } = {},
): Program {
  const recordings = recordingsIn(file)
  const counts = recordings.map((recording) => Math.min(recording.exchanges.length, exchanges))
  return {
    file: join(import.meta.dirname, 'trajectory-child.ts'),
    told: { file, exchanges } satisfies Told,
    between,
    check: (hf, runs) => differences(hf, recordings.slice(0, runs), exchanges),
    runIds: (runs) =>
      counts
        .slice(0, runs)
        .flatMap((count, i) => Array.from({ length: count }, (_, exchange) => `trajectory/${i}/reply.m${exchange}`)),
  }
}
