import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentKillsReport, runAgentKills } from '../../../test/faults/agent-kills.ts'
import type { Family } from '../../family.ts'
import type { Measured } from '../../figure.ts'
import { say } from '../../options.ts'

const data = process.env.HOLDFAST_DATA ?? join(import.meta.dirname, '../../../../shared/data')

/** What agents do twice whose process is killed again and again, and what they say other than they should. */
export const kills: Family<'kills' | 'kills_rerun_steps' | 'kills_double_payments' | 'kills_other_conversations'> = {
  figures: ['kills', 'kills_rerun_steps', 'kills_double_payments', 'kills_other_conversations'],
  async measure({ quick }) {
    const path = join(data, 'airline/trajectories.dev.json')
    const file = existsSync(path) ? path : undefined
    const { refunds, conversations } = await runAgentKills({ kills: quick ? 10 : 200, seed: 1, file, onProgress: say })
    const again = [...refunds.rerun, ...(conversations?.rerun ?? [])]
    const [runs, steps] = [refunds.runs + (conversations?.runs ?? 0), refunds.steps + (conversations?.steps ?? 0)]
    const unended = refunds.unended + (conversations?.unended.length ?? 0)
    return {
      kills: {
        value: refunds.kills + (conversations?.kills ?? 0),
        note: `of processes that run agents; ${unended} of ${runs} runs did not end`,
      },
      kills_rerun_steps: { value: again.length, note: `of ${steps} steps recorded: ${again.join(', ') || 'none'}` },
      kills_double_payments: {
        value: refunds.doubled,
        note: `${refunds.payments} payments, ${refunds.requests} requests to a payee that takes the same key for the same payment`,
      },
      kills_other_conversations: othersOf(conversations, path),
    }
  },
}

function othersOf(report: AgentKillsReport['conversations'], path: string): Measured {
  if (report === undefined) return { value: null, note: `absent: there are no recordings at ${path}` }
  const { otherwise, misread, conversations, readers, kills: died } = report
  return {
    value: otherwise.length + misread.length,
    note: `${conversations} recorded conversations and ${readers} readers of what they stream, ${died} kills`,
  }
}
