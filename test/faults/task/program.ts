import { join } from 'node:path'

/** A program whose process is killed: it starts its runs, or finds them, goes on with them, and ends when all are over. */
export interface Program {
  /**
   * The file that is run, told a `TaskVictim`; on its third channel it says `UP`, and then which steps it begins, a line
   * each: `<run>/<step>`.
   */
  readonly file: string
  /** The ids of the runs it makes when it is told to make so many. */
  runIds(runs: number): readonly string[]
}

/** Agents that refund orders, some after a decision, beside a run that streams. */
export const refunds: Program = {
  file: join(import.meta.dirname, 'child.ts'),
  runIds: (runs) => Array.from({ length: runs }, (_, i) => `case/${i}/refund.m1`),
}
