import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { PaymentService } from '../../../examples/refund/payments.ts'
import { type Holdfast, open, type RunInspection } from '../../../src/index.ts'
import { seeded } from '../random.ts'
import type { TaskVictim } from './child.ts'

/** What to do to a store whose runs are killed. */
export interface TaskKills {
  readonly store: string
  readonly seed: number
  readonly runs: number
  readonly kills: number
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
  /** What each case says was refunded. */
  readonly refunded: readonly unknown[]
  /** What a late reader gets of the run that streams, and of what one gets who has come in the middle. */
  readonly streamed: readonly unknown[]
  readonly streamedBehind: readonly unknown[]
}

/** Kills the process that runs refund agents again and again, decides what they ask in between, and lets them end. */
export async function runTaskKills({ store, seed, runs, kills }: TaskKills): Promise<TaskKillsReport> {
  const service = await PaymentService.start()
  const random = seeded(seed)
  const victim: TaskVictim = { store, payments: service.url, runs }
  const recorded = new Set<string>()
  const rerun: string[] = []
  let killed = 0
  try {
    for (let isDone = false; !isDone; ) {
      const begun = (step: string): void => void (recorded.has(step) && rerun.push(step))
      const wasKilled = await live(victim, killed < kills ? { after: 1 + random(3), delay: random(25) } : undefined, begun)
      if (wasKilled) killed++
      await using hf = await open(store, { worker: false })
      for (const step of await recordedSteps(hf, runs)) recorded.add(step)
      const asked = await hf.approvals.list()
      for (const { id } of asked) await hf.approvals.decide(id, { approved: true })
      isDone = !wasKilled && asked.length === 0
    }
    await using hf = await open(store, { worker: false })
    const all = Array.from({ length: runs }, (_, i) => i)
    return {
      kills: killed,
      rerun,
      requests: service.requests,
      payments: [...service.paid.values()].map(({ order }) => order).toSorted(),
      runs: await Promise.all(all.map((i) => hf.run(`case/${i}/refund.m1`).inspect())),
      streamed: await Array.fromAsync(hf.run('talk/talk.m1').stream()),
      streamedBehind: await Array.fromAsync(hf.run('talk/talk.m1').stream({ after: 100 })),
      refunded: await Promise.all(all.map((i) => hf.session(`case/${i}`).get('refunded'))),
    }
  } finally {
    await service.stop()
  }
}

/** True when it was killed: after so many of its steps have begun, or when it begins nothing for a while. */
async function live(
  victim: TaskVictim,
  sentence: { after: number; delay: number } | undefined,
  begun: (step: string) => void,
): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--conditions=@holdfast/source', join(import.meta.dirname, 'child.ts'), JSON.stringify(victim)],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    },
  )
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(signal === 'SIGKILL')
      else reject(new Error(`The victim failed by itself (${code ?? signal})`))
    })
  })
  // Those that wait for a decision would wait for ever.
  const patience = (): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), 4000)
  let idle = patience()
  let count = 0
  for await (const step of createInterface(child.stdio[3] as Readable)) {
    clearTimeout(idle)
    idle = patience()
    begun(step)
    if (++count === sentence?.after) setTimeout(() => child.kill('SIGKILL'), sentence.delay)
  }
  clearTimeout(idle)
  return ended
}

async function recordedSteps(hf: Holdfast, runs: number): Promise<string[]> {
  const all = await Promise.all(
    Array.from({ length: runs }, async (_, i) => {
      const run = await hf
        .run(`case/${i}/refund.m1`)
        .inspect()
        .catch(() => undefined)
      return (run?.steps ?? []).map(({ name }) => `${run?.id}/${name}`)
    }),
  )
  return all.flat()
}
