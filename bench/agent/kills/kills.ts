import { join } from 'node:path'
import { type AgentKillsReport, killAgents } from '../../../test/faults/agent-kills.ts'
import type { Family } from '../../family.ts'
import type { Measured } from '../../figure.ts'
import { say } from '../../options.ts'

const data = process.env.HOLDFAST_DATA ?? join(import.meta.dirname, '../../../../shared/data')

/** What agents do twice whose process is killed again and again, and what they say other than they should. */
export const kills: Family<'kills' | 'kills_rerun_steps' | 'kills_double_payments' | 'kills_other_conversations'> = {
  figures: ['kills', 'kills_rerun_steps', 'kills_double_payments', 'kills_other_conversations'],
  async measure({ quick }) {
    const file = join(data, 'airline/trajectories.dev.json')
    const { refunds, trajectories } = await killAgents({ kills: quick ? 10 : 200, seed: 1, file, onProgress: say })
    const all = trajectories === undefined ? [refunds] : [refunds, trajectories]
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)
    const [runs, steps, unended] = [
      sum(all.map((one) => one.runs)),
      sum(all.map((one) => one.steps)),
      sum(all.map((one) => one.unended)),
    ]
    const again = all.flatMap(({ rerun }) => rerun)
    return {
      kills: {
        value: sum(all.map((one) => one.kills)),
        note: `of processes that run agents; ${unended} of ${runs} runs did not end`,
      },
      kills_rerun_steps: { value: again.length, note: `of ${steps} steps recorded: ${again.join(', ') || 'none'}` },
      kills_double_payments: {
        value: refunds.doubled,
        note: `${refunds.payments} payments, ${refunds.requests} requests to a payee that takes the same key for the same payment`,
      },
      kills_other_conversations: othersOf(trajectories, file),
    }
  },
}

function othersOf(report: AgentKillsReport['trajectories'], file: string): Measured {
  if (report === undefined) return { value: null, note: `absent: there are no recordings at ${file}` }
  const { different, conversations, rounds, kills: died } = report
  return {
    value: different.length,
    note: `${conversations} recorded conversations in each of ${rounds} rounds, ${died} kills; turns and streams are compared`,
  }
}
