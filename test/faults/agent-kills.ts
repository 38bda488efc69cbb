import { existsSync } from 'node:fs'
import { type CampaignReport, killInRounds } from './task/campaign.ts'
import { trajectories } from './trajectory/program.ts'
import { recordingsIn } from './trajectory/recording.ts'

/** How often to kill agents. */
export interface AgentKills {
  readonly kills: number
  readonly seed: number
  /** Recorded conversations; where there is no such file all kills are of agents that refund orders. */
  readonly file: string
  readonly onProgress?: (text: string) => void
}

/** What came of it: of agents that refund orders, and of those that say and do what was recorded. */
export interface AgentKillsReport {
  readonly refunds: CampaignReport
  /** Undefined where there are no recordings. */
  readonly trajectories: (CampaignReport & { readonly conversations: number }) | undefined
}

/** Kills agents again and again: half of them while they pay, half while they go through all recorded conversations. */
export async function killAgents({ kills, seed, file, onProgress }: AgentKills): Promise<AgentKillsReport> {
  const isThere = existsSync(file)
  const told = { seed, ...(onProgress && { onProgress }) }
  const refunds = await killInRounds({ ...told, kills: isThere ? Math.ceil(kills / 2) : kills })
  if (!isThere) return { refunds, trajectories: undefined }
  const conversations = recordingsIn(file).length
  const report = await killInRounds({ ...told, kills: Math.ceil(kills / 2), program: trajectories(file), runs: conversations })
  return { refunds, trajectories: { ...report, conversations } }
}
