import { appendFileSync } from 'node:fs'
import { assistantMessage, modelResponder } from '@openai/agents-core/testing'
import { type CallDetails, HoldfastSession, recorded, resumeRun, saveRunState } from '../../src/adapters/openai-agents/index.ts'
import { asksFor, refunding, runner } from '../../src/adapters/openai-agents/refunds.testing.ts'
import { HoldfastError, open } from '../../src/index.ts'
import { LEASE, type Part } from './part.ts'

// One process of an agent that refunds orders: begins a run and saves it when it is interrupted, or resumes one and approves it.
const { url, ledger, act, stopAt } = JSON.parse(process.argv[2] ?? '{}') as Part
const hf = await open(url, { worker: false })
const session = new HoldfastSession(hf, 'alice/1')

async function reach(point: Part['stopAt']): Promise<void> {
  if (point !== stopAt) return
  tell({ at: point })
  setInterval(() => {}, 1000)
  await new Promise(() => {})
}

function tell(what: unknown): void {
  process.stdout.write(`${JSON.stringify(what)}\n`)
}

async function begin(): Promise<void> {
  const { agent } = refunding(() => 'never', asksFor('A'))
  const { state } = await runner.run(agent, 'Refund A', { session })
  await saveRunState(session, state)
  await reach('saved')
  tell({ done: 'saved' })
}

async function resume(): Promise<void> {
  const pay = recorded(session, async (order: string, _context, details: CallDetails | undefined) => {
    appendFileSync(ledger, `${order} ${details?.toolCall?.callId}\n`)
    await reach('paid')
    return `receipt of ${order}`
  })
  const answer = modelResponder(async () => {
    await reach('answered')
    return [assistantMessage('Done.')]
  })
  const { agent } = refunding(pay, answer)
  const goOn = () =>
    resumeRun(
      agent,
      session,
      (state, signal) => {
        for (const asked of state.getInterruptions()) state.approve(asked)
        return runner.run(agent, state, { session, signal })
      },
      { lease: LEASE },
    )
  try {
    tell({ done: (await goOn()).finalOutput })
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error
    tell({ refused: error.code })
  }
}

await (act === 'begin' ? begin() : resume())
await hf.close()
