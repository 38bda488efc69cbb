import { PaymentService } from '../../../examples/refund/payments.ts'
import type { Holdfast } from '../../../src/index.ts'
import { seeded } from '../random.ts'
import type { TaskVictim } from './child.ts'
import { type LivesReport, liveThrough } from './lives.ts'
import { type Program, refunds } from './program.ts'

/** What to do to a store whose runs are killed. */
export interface TaskKills {
  readonly store: string
  readonly seed: number
  readonly runs: number
  /** At most so many by sentence: whoever begins nothing for a while is killed, too. */
  readonly kills: number
  readonly program?: Program
}

/** What came of it. */
export interface TaskKillsReport extends LivesReport {
  /** Requests at the payment service, and what it has paid by order. */
  readonly requests: number
  readonly payments: readonly string[]
}

/** Kills the process that runs agents again and again, decides what they ask in between, and lets them end. */
export async function runTaskKills({ store, seed, runs, kills, program = refunds }: TaskKills): Promise<TaskKillsReport> {
  const service = await PaymentService.start()
  const random = seeded(seed)
  const told: TaskVictim = { store, payments: service.url, runs }
  const sentence = () => ({ after: 1 + random(3), delay: random(25) })
  try {
    const lives = { store, file: program.file, told, ids: program.runIds(runs), kills, sentence, between: allowAll }
    return {
      ...(await liveThrough(lives)),
      requests: service.requests,
      payments: [...service.paid.values()].map(({ order }) => order).toSorted(),
    }
  } finally {
    await service.stop()
  }
}

async function allowAll(hf: Holdfast): Promise<boolean> {
  const asked = await hf.approvals.list()
  for (const { id } of asked) await hf.approvals.decide(id, { approved: true })
  return asked.length > 0
}
