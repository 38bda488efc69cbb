import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Program } from './program.ts'
import { runTaskKills, type TaskKillsReport } from './task-run.ts'

/** How often to kill, and what. */
export interface Campaign {
  readonly kills: number
  readonly seed: number
  /** Default: agents that refund orders. */
  readonly program?: Program
  /** Runs in each round. */
  readonly runs?: number
  readonly onProgress?: (text: string) => void
}

/** What came of all rounds. */
export interface CampaignReport {
  readonly kills: number
  readonly rounds: number
  readonly runs: number
  /** Runs that came to no good end. */
  readonly unended: number
  /** Steps recorded, and those of them that were done again. */
  readonly steps: number
  readonly rerun: readonly string[]
  readonly requests: number
  /** Payments made, and how many more there are than orders. */
  readonly payments: number
  readonly doubled: number
}

/** Kills in one round: those that come too early for anything to be recorded would make it last for ever. */
const KILLS_A_ROUND = 16
/** Rounds at once: most of their time goes by until the claims of those that were killed have ended. */
const LANES = 3

/** Kills processes until enough have died, in rounds: each begins with a fresh store and lasts until its runs have ended. */
export async function killInRounds({ kills, seed, program, runs = 4, onProgress }: Campaign): Promise<CampaignReport> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kills-'))
  const reports: TaskKillsReport[] = []
  let round = 0
  const killed = (): number => sum(reports.map((report) => report.kills))
  const lane = async (): Promise<void> => {
    while (killed() < kills) {
      const number = round++
      const store = `file:${join(folder, `round-${number}.db`)}`
      const told = { store, seed: seed + number, runs, kills: Math.min(kills, KILLS_A_ROUND) }
      reports.push(await runTaskKills({ ...told, ...(program !== undefined && { program }) }))
      onProgress?.(`${reports.length} rounds, ${killed()} kills`)
    }
  }
  try {
    await Promise.all(Array.from({ length: LANES }, lane))
    return added(reports)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function added(reports: readonly TaskKillsReport[]): CampaignReport {
  const runs = reports.flatMap((report) => report.runs)
  return {
    kills: sum(reports.map(({ kills }) => kills)),
    rounds: reports.length,
    runs: runs.length,
    unended: runs.filter(({ status }) => status !== 'done').length,
    steps: sum(runs.map(({ steps }) => steps.length)),
    rerun: reports.flatMap(({ rerun }) => rerun),
    requests: sum(reports.map(({ requests }) => requests)),
    payments: sum(reports.map(({ payments }) => payments.length)),
    doubled: sum(reports.map(({ payments }) => payments.length - new Set(payments).size)),
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
