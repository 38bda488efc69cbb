import { killInRounds } from '../../../test/faults/task/campaign.ts'
import type { Family } from '../../family.ts'
import { say } from '../../options.ts'

/** What agents do twice whose process is killed again and again. */
export const kills: Family<'kills' | 'kills_rerun_steps' | 'kills_double_payments'> = {
  figures: ['kills', 'kills_rerun_steps', 'kills_double_payments'],
  async measure({ quick }) {
    const found = await killInRounds({ kills: quick ? 10 : 200, seed: 1, onProgress: say })
    const note = `${found.rounds} rounds, ${found.runs} runs, ${found.steps} steps recorded, of which again ${found.rerun.join(', ') || 'none'}`
    return {
      kills: {
        value: found.kills,
        note: `of the process that runs agents which refund orders; ${found.unended} runs did not end`,
      },
      kills_rerun_steps: { value: found.rerun.length, note },
      kills_double_payments: {
        value: found.doubled,
        note: `${found.payments} payments, ${found.requests} requests to a payee that takes the same key for the same payment`,
      },
    }
  },
}
