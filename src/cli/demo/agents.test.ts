import { readUIMessageStream, type UIMessageChunk } from 'ai'
import { describe, expect, it } from 'vitest'
import { scriptedModel } from '../../adapters/ai-sdk/scripted.testing.ts'
import { type Holdfast, open } from '../../index.ts'
import type { Agent } from './agent.ts'
import { CaseSession } from './case.ts'
import { modelAgent } from './model-agent.ts'
import { PaymentService } from './payment-service.ts'
import { paymentsAt } from './payments.ts'
import { scriptedAgent } from './scripted-agent.ts'
import { refundTask } from './task.ts'

const call = (id: string, tool: string) => ({ id, tool, input: { order: '1042' } })

/** Says what the script of the demo says, as a model of the AI SDK. */
const model = () =>
  scriptedModel((_, messages) => {
    if (messages === 2) return { says: ['Let me ', 'look.'], calls: [call('a', 'lookUp')] }
    if (messages === 4) return { says: ['I refund it.'], calls: [call('b', 'refund')] }
    return { says: ['Done.'] }
  })

type Decision = Parameters<Holdfast['approvals']['decide']>[1]

/** What a run of the agent has come to: its turns, the message a browser shows, and what was paid. */
async function played(agent: Agent, decision: Decision = { approved: true }) {
  await using service = await PaymentService.start()
  const begun: string[] = []
  const task = refundTask({ agent, payments: paymentsAt(service.url), began: (key) => begun.push(key) })
  await using hf = await open('memory:', { tasks: [task] })
  const complaint = { order: '1042', text: 'Order 1042 came broken.' }
  const run = await hf.session(CaseSession, 's').start(task, complaint, { key: 'm' })
  await expect.poll(() => hf.approvals.list()).toHaveLength(1)
  const [asked] = await hf.approvals.list()
  await hf.approvals.decide(asked?.id ?? '', decision)
  await run.result()
  const messages = await Array.fromAsync(readUIMessageStream({ stream: run.stream() as ReadableStream<UIMessageChunk> }))
  const { turns } = await hf.conversation('s').list()
  const refunded = await hf.session(CaseSession, 's').get('refunded')
  return { parts: messages.at(-1)?.parts, turns, refunded, begun, requests: service.requests('s/refund.m/') }
}

describe.each([
  ['a script', scriptedAgent],
  ['a model of the AI SDK', modelAgent(model())],
])('an agent with %s', (_, agent) => {
  it('C53 looks up, asks a person, pays once, and says so in chunks that the AI SDK reads', async () => {
    const { parts, turns, begun, requests } = await played(agent)
    expect(requests).toMatchObject([{ order: '1042', amount: 289, isNew: true }])
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant'])
    expect(parts?.filter(({ type }) => type.startsWith('tool-'))).toMatchObject([
      { type: 'tool-lookUp', state: 'output-available', output: { item: 'coffee grinder' } },
      { type: 'tool-refund', state: 'output-available', output: { refunded: 289, receipt: 'receipt-1' } },
    ])
    expect(begun.length).toBe(new Set(begun).size)
    expect(begun.map((key) => key.replace(/^.*[/>]/, ''))).toEqual(['model', 'look up', 'model#2', 'pay', 'model#3'])
  })

  it('C53 pays nothing that was refused', async () => {
    const { requests, turns } = await played(agent, { approved: false })
    expect(requests).toEqual([])
    expect(turns.at(-1)?.role).toBe('assistant')
  })

  it('C53 pays what was allowed, where that is less than was asked, and nothing where it is more', async () => {
    const less = await played(agent, { approved: true, data: { order: '1042', amount: 200 } })
    expect(less.requests).toMatchObject([{ order: '1042', amount: 200 }])
    expect(less.refunded).toBe(200)
    const more = await played(agent, { approved: true, data: { order: '1042', amount: 2890 } })
    expect(more.requests).toEqual([])
  })
})
