import { type AirlineKillsReport, killConversations } from './airline/campaign.ts'
import { type CampaignReport, killInRounds } from './task/campaign.ts'

/** How often to kill processes that run agents. */
export interface AgentKills {
  readonly seed: number
  /** So often those that converse, and a fifth as often those that pay. */
  readonly kills: number
  /** Recorded conversations in OpenAI chat format. Without them there are only agents that pay, killed as often. */
  readonly file: string | undefined
  readonly onProgress?: (text: string) => void
}

/** What came of it. */
export interface AgentKillsReport {
  readonly refunds: CampaignReport
  readonly conversations: AirlineKillsReport | undefined
}

/** Kills processes that run agents again and again: agents that refund orders, and agents that say what is recorded. */
export async function runAgentKills({ seed, kills, file, onProgress }: AgentKills): Promise<AgentKillsReport> {
  const told = { seed, ...(onProgress && { onProgress }) }
  if (file === undefined) return { refunds: await killInRounds({ ...told, kills }), conversations: undefined }
  const conversations = await killConversations({ ...told, kills, file })
  return { refunds: await killInRounds({ ...told, kills: Math.ceil(kills / 5) }), conversations }
}
