import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Holdfast, open } from 'holdfast'
import { type ChatMessage, replayFile } from 'holdfast/replay'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import tracker, { type AirlineState } from '../../examples/airline-tracker.ts'

const file = join(process.env.HOLDFAST_DATA ?? '', 'airline/trajectories.dev.json')
const isThere = existsSync(file)
if (!isThere) console.warn(`skipped: ${file} is not there; HOLDFAST_DATA names the folder of the data`)

interface Recorded {
  readonly task_id: number
  readonly trial: number
  readonly user_id: string
  readonly messages: readonly ChatMessage[]
}

describe.skipIf(!isThere)('100 recorded runs of an airline agent', () => {
  const runs = isThere ? (JSON.parse(readFileSync(file, 'utf8')) as Recorded[]) : []
  let hf: Holdfast

  beforeAll(async () => {
    hf = await open('memory:', { worker: false })
    await replayFile(hf, file, { tracker })
  })
  afterAll(() => hf?.close())

  it('are all there, a revision for each message', async () => {
    expect(runs).toHaveLength(100)
    for (const run of runs) expect((await sessionOf(run).inspect()).revision).toBe(run.messages.length)
  })

  it('can be rebuilt from the log, word for word', async () => {
    for (const run of runs) {
      const rebuilt = await Array.fromAsync(sessionOf(run).history({ order: 'oldest' }), (one) => one.event?.data)
      expect(rebuilt).toEqual(run.messages)
    }
  })

  it('leave the variables that another computation finds, at the end and in the middle', async () => {
    for (const run of runs) {
      const middle = Math.floor(run.messages.length / 2)
      expect(await sessionOf(run).get()).toEqual(expectedAfter(run.messages))
      expect((await sessionOf(run).at(middle)).state).toEqual(expectedAfter(run.messages.slice(0, middle)))
    }
  })

  it('can be found by the reservations they touched', async () => {
    const touched = runs.filter((run) => expectedAfter(run.messages).reservations.includes('HATHAT'))
    const { sessions } = await hf.sessions.list({ term: { name: 'reservation', value: 'HATHAT' }, limit: 1000 })
    expect(touched.length).toBeGreaterThan(0)
    expect(sessions.map(({ id }) => id).sort()).toEqual(touched.map(idOf).sort())
  })

  function idOf({ user_id, task_id, trial }: Recorded): string {
    return `${user_id}/${task_id}-${trial}`
  }

  function sessionOf(run: Recorded) {
    return hf.session(idOf(run))
  }
})

/** The variables after some messages, computed from the whole list instead of message by message. */
function expectedAfter(messages: readonly ChatMessage[]): AirlineState {
  const calls = messages.flatMap((message, at) =>
    (message.tool_calls ?? []).map((call) => ({
      at,
      id: call.id ?? null,
      tool: call.function?.name ?? 'unknown',
      arguments: JSON.parse(String(call.function?.arguments)) as Record<string, unknown>,
      answer: messages.findIndex((other, i) => i > at && other.tool_call_id === call.id),
    })),
  )
  const results = calls
    .filter(({ answer }) => answer !== -1)
    .map((call) => ({ ...call, content: String(messages[call.answer]?.content), found: record(messages[call.answer]?.content) }))
  const good = results.filter(({ content }) => !content.startsWith('Error'))
  const failed = results.filter(({ content }) => content.startsWith('Error'))
  const mentions = [
    ...calls.map((call) => ({ at: call.at, id: call.arguments.reservation_id, isChange: false })),
    ...good.map((call) => ({
      at: call.answer,
      id: call.found.reservation_id ?? call.arguments.reservation_id,
      isChange: ['book', 'update', 'cancel'].includes(call.tool.split('_')[0] ?? ''),
    })),
  ]
    .filter((one) => typeof one.id === 'string' && one.id !== '')
    .sort((a, b) => a.at - b.at) as { at: number; id: string; isChange: boolean }[]
  const customers = good.flatMap(({ tool, arguments: { user_id: asked }, found }) =>
    tool === 'get_user_details'
      ? [{ sure: true, id: asked }]
      : typeof found.user_id === 'string'
        ? [{ sure: false, id: found.user_id }]
        : [],
  )
  const lookup = customers.findLastIndex(({ sure }) => sure)
  const last = failed.at(-1)
  return {
    customer: ((lookup === -1 ? customers[0] : customers[lookup])?.id as string | undefined) ?? null,
    reservations: [...new Set(mentions.map(({ id }) => id))],
    changed: [...new Set(mentions.filter(({ isChange }) => isChange).map(({ id }) => id))],
    question: openQuestion(messages),
    pending: calls.filter(({ answer }) => answer === -1).map(({ id, tool, arguments: args }) => ({ id, tool, arguments: args })),
    lastError: last === undefined ? null : { tool: last.tool, message: last.content, index: last.answer },
    counts: {
      user: messages.filter(({ role }) => role === 'user').length,
      assistant: messages.filter(({ role }) => role === 'assistant').length,
      calls: calls.length,
      errors: failed.length,
    },
    handedOver: good.some(({ tool }) => tool === 'transfer_to_human_agents'),
  }
}

function openQuestion(messages: readonly ChatMessage[]): string | null {
  const speaks = ({ role, content }: ChatMessage) =>
    role === 'user' || (role === 'assistant' && typeof content === 'string' && content !== '')
  const last = messages.findLast(speaks)
  if (last?.role !== 'assistant' || typeof last.content !== 'string') return null
  const end = last.content.lastIndexOf('?')
  const start = Math.max(...['.', '!', '?', '\n'].map((mark) => last.content?.lastIndexOf(mark as never, end - 1) ?? -1))
  return end === -1 ? null : last.content.slice(start + 1, end + 1).trim() || null
}

function record(content: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(content))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
