import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { HoldfastSession, loadRunState, resumeRun } from '../../src/adapters/openai-agents/index.ts'
import { refunding } from '../../src/adapters/openai-agents/refunds.testing.ts'
import { type Holdfast, HoldfastError, open } from '../../src/index.ts'
import { Actor } from './actor.ts'
import { LEASE, type Part, type Told } from './part.ts'
import type { Site } from './site.ts'

const FINISHED = ['message', 'function_call', 'function_call_result', 'message']

/** An agent that is killed at a point, and what the next process makes of it. */
export function killedAt(stopAt: NonNullable<Part['stopAt']>) {
  return async ({ fresh, folder }: Site): Promise<string | undefined> => {
    const at = { url: fresh(), ledger: ledgerIn(folder) }
    await using hf = await open(at.url, { worker: false })
    await killed({ ...at, act: 'begin', stopAt: 'saved' })
    if (stopAt !== 'saved') {
      await killed({ ...at, act: 'resume', stopAt })
      if (!(await isHeld(hf))) return 'the dead process did not hold the run'
      await setTimeout(LEASE + 500)
    }
    const last = await told({ ...at, act: 'resume' })
    if (last.done !== 'Done.') return `the last process told ${JSON.stringify(last)}`
    const payments = paymentsIn(at.ledger)
    // What the process died in is done again, and the payment can know it by its call; what had returned is not.
    const expected = stopAt === 'paid' ? ['A call_A', 'A call_A'] : ['A call_A']
    if (payments.join() !== expected.join()) return `paid ${payments.join(', ')}`
    return await historyProblem(hf)
  }
}

/** Several processes find the same saved run. */
export async function resumedByMany({ fresh, folder, quick }: Site): Promise<string | undefined> {
  const at = { url: fresh(), ledger: ledgerIn(folder) }
  await using hf = await open(at.url, { worker: false })
  await killed({ ...at, act: 'begin', stopAt: 'saved' })
  const all = await Promise.all(Array.from({ length: quick ? 3 : 5 }, () => told({ ...at, act: 'resume' })))
  const done = all.filter((each) => each.done === 'Done.')
  const refused = all.filter((each) => each.refused === 'conflict' || each.refused === 'not_found')
  if (done.length !== 1 || done.length + refused.length !== all.length) return `they told ${JSON.stringify(all)}`
  const payments = paymentsIn(at.ledger)
  if (payments.join() !== 'A call_A') return `paid ${payments.join(', ')}`
  return await historyProblem(hf)
}

async function killed(part: Part): Promise<void> {
  const actor = new Actor('runner', part)
  const { at } = await actor.tells<Told>()
  await actor.kill()
  if (at !== part.stopAt) throw new Error(`The process was to stop at ${part.stopAt}, it told ${at}`)
}

async function told(part: Part): Promise<Told> {
  const actor = new Actor('runner', part)
  const last = await actor.tells<Told>()
  await actor.ended()
  return last
}

/** True when nobody else may resume the run now. */
async function isHeld(hf: Holdfast): Promise<boolean> {
  const resumed = resumeRun(refunding(() => '').agent, new HoldfastSession(hf, 'alice/1'), async (state) => ({ state }))
  return resumed.then(
    () => false,
    (error: unknown) => HoldfastError.is(error, 'conflict'),
  )
}

async function historyProblem(hf: Holdfast): Promise<string | undefined> {
  const session = new HoldfastSession(hf, 'alice/1')
  if ((await loadRunState(refunding(() => '').agent, session)) !== undefined) return 'the run is still saved'
  const types = (await session.getItems()).map(({ type }) => type)
  return types.join() === FINISHED.join() ? undefined : `the history is ${types.join(', ')}`
}

let ledgers = 0

function ledgerIn(folder: string): string {
  return join(folder, `ledger-${++ledgers}.txt`)
}

function paymentsIn(ledger: string): string[] {
  return existsSync(ledger) ? readFileSync(ledger, 'utf8').trim().split('\n') : []
}
