import { PaymentService } from '../../../examples/refund/payments.ts'
import { type Holdfast, open, type RunInspection } from '../../../src/index.ts'
import { seeded } from '../random.ts'
import type { TaskVictim } from './child.ts'
import { live } from './life.ts'
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
export interface TaskKillsReport {
  readonly kills: number
  /** Steps that were done again although they were recorded. */
  readonly rerun: readonly string[]
  /** Requests at the payment service, and what it has paid by order. */
  readonly requests: number
  readonly payments: readonly string[]
  readonly runs: readonly RunInspection[]
  /** What the program's own check has found. */
  readonly different: readonly string[]
}

/** Kills the process that runs agents again and again, decides what they ask in between, and lets them end. */
export async function runTaskKills({ store, seed, runs, kills, program = refunds }: TaskKills): Promise<TaskKillsReport> {
  const service = await PaymentService.start()
  const random = seeded(seed)
  const victim: TaskVictim = { store, payments: service.url, runs, ...program.told }
  const ids = program.runIds(runs)
  const recorded = new Set<string>()
  const rerun: string[] = []
  let killed = 0
  try {
    for (let isDone = false; !isDone; ) {
      const begun = (step: string): void => void (recorded.has(step) && rerun.push(step))
      const sentence = killed < kills ? { after: 1 + random(program.between ?? 3), delay: random(25) } : undefined
      const wasKilled = await live(program.file, victim, sentence, begun)
      if (wasKilled) killed++
      await using hf = await open(store, { worker: false })
      for (const step of await recordedSteps(hf, ids)) recorded.add(step)
      const asked = await hf.approvals.list()
      for (const { id } of asked) await hf.approvals.decide(id, { approved: true })
      isDone = !wasKilled && asked.length === 0
    }
    await using hf = await open(store, { worker: false })
    return {
      kills: killed,
      rerun,
      requests: service.requests,
      payments: [...service.paid.values()].map(({ order }) => order).toSorted(),
      runs: await Promise.all(ids.map((id) => hf.run(id).inspect())),
      different: (await program.check?.(hf, runs)) ?? [],
    }
  } finally {
    await service.stop()
  }
}

async function recordedSteps(hf: Holdfast, ids: readonly string[]): Promise<string[]> {
  const all = await Promise.all(
    ids.map(async (id) => {
      const run = await hf
        .run(id)
        .inspect()
        .catch(() => undefined)
      return (run?.steps ?? []).map(({ name }) => `${id}/${name}`)
    }),
  )
  return all.flat()
}
