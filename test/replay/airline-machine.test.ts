import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { type Holdfast, open } from 'holdfast'
import { type ChatMessage, parseRuns, type Run, readRuns } from 'holdfast/replay'
import { allowsTool, initial, type Snapshot, step } from 'holdfast/statechart'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AirlineEvent } from '../../examples/airline/events.ts'
import { followRuns } from '../../examples/airline/follow.ts'
import { hear } from '../../examples/airline/hear.ts'
import { journeyOf } from '../../examples/airline/journey.ts'
import { SupportAgent } from '../../examples/airline/machine.ts'
import { lineOf, summaryOf } from '../../examples/airline/report.ts'
import { asksForConsent, givesConsent } from '../../examples/airline/wording.ts'
import { until, VirtualClock } from '../../src/runtime/virtual-clock.testing.ts'

const PATIENCE = 60_000
const file = join(process.env.HOLDFAST_DATA ?? '', 'airline/trajectories.dev.json')
const isThere = existsSync(file)
if (!isThere) console.warn(`skipped: ${file} is not there; HOLDFAST_DATA names the folder of the data`)

describe('a support agent that follows a conversation', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-airline-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  /** What is said, and where the agent is afterwards. */
  const script: readonly (readonly [ChatMessage, ...phase: string[]])[] = [
    [{ role: 'system', content: 'Be kind.' }, 'identifying', 'idle'],
    [{ role: 'user', content: 'Hello, I am ada_1. My trip ZZ9 has to move to Friday.' }, 'identifying', 'idle'],
    [call('a', 'get_user_details', { user_id: 'ada_1' }), 'identifying', 'busy'],
    [answer('a', 'Error: the system is busy'), 'identifying', 'failed'],
    [call('b', 'get_user_details', { user_id: 'ada_1' }), 'identifying', 'busy'],
    [answer('b', '{"name":"Ada"}'), 'gathering', 'idle'],
    [{ role: 'assistant', content: 'To Friday, for 40 dollars. Please confirm.' }, 'confirming', 'idle'],
    [{ role: 'user', content: 'No, that is too much.' }, 'gathering', 'idle'],
    [call('c', 'cancel_reservation', { reservation_id: 'ZZ9' }), 'gathering', 'busy'],
    [answer('c', 'Error: not cancelled'), 'gathering', 'failed'],
    [{ role: 'assistant', content: 'For 30 dollars then. Shall I go ahead?' }, 'confirming', 'failed'],
    [{ role: 'user', content: 'Yes, please!' }, 'acting', 'failed'],
    [call('d', 'update_reservation_flights', {}), 'acting', 'busy'],
    [answer('d', '{"error":"no seat"}'), 'acting', 'failed'],
    [call('e', 'update_reservation_flights', {}), 'acting', 'busy'],
    [answer('e', 'Error: no seat'), 'acting', 'failed'],
    [call('f', 'update_reservation_flights', {}), 'acting', 'busy'],
    [answer('f', 'Error: no seat'), 'gathering', 'exhausted'],
    [{ role: 'assistant', content: 'There is no seat. I hand you over.' }, 'gathering', 'idle'],
    [call('g', 'transfer_to_human_agents', {}), 'requested', 'busy'],
    [answer('g', 'Error: nobody is there'), 'gathering', 'failed'],
    [call('h', 'transfer_to_human_agents', {}), 'requested', 'busy'],
    [answer('h', 'Transfer successful'), 'waiting', 'idle'],
    [{ role: 'user', content: 'Thank you.' }, 'waiting', 'idle'],
  ]
  const runs = runsOf({ id: 'ada', messages: script.map(([message]) => message) })

  it('is in the phase that was said, after every message, and promises a call back when nobody comes', async () => {
    const clock = new VirtualClock()
    await using hf = await open('memory:', { machines: [SupportAgent], clock })
    await followRuns(hf, runs, 'script', { patience: PATIENCE })
    const agent = hf.machine(SupportAgent, 'run-ada', 'agent')
    for (const [i, [, ...phase]] of script.entries()) expect((await agent.at(i + 1)).states.map(lastOf)).toEqual(phase)
    expect(await agent.snapshot()).toMatchObject({
      context: { customer: 'ada_1', pending: [], outside: ['cancel_reservation'] },
      timers: [{ at: clock.now() + PATIENCE }],
    })
    await clock.turn(PATIENCE)
    await until('the timer to ring', async () => (await agent.snapshot()).status === 'done')
    expect(await agent.snapshot()).toMatchObject({ states: ['promised'], output: { customer: 'ada_1' }, timers: [] })
    expect(lineOf(await journeyOf(hf, 'run-ada'))).toBe(
      'run-ada: identifying 1, idle 4, busy 8, failed 5, gathering 4, confirming 2, acting 1, exhausted 1, requested 2, waiting 1, promised 1; ' +
        'now promised; unhandled 0; outside their phase: cancel_reservation',
    )
  })

  it('is told what the phase is about, and kept from the tools it does not allow', async () => {
    await using hf = await open('memory:', { machines: [SupportAgent], worker: false })
    await followRuns(hf, runsOf({ id: 'ada', messages: script.slice(0, 7).map(([message]) => message) }), 'script')
    // The run ends there: the fork goes on from the moment before.
    const agent = await hf.machine(SupportAgent, 'run-ada', 'agent').fork('again', { at: 6 })
    expect(await agent.instructions()).toMatch(/^You are a support agent[\s\S]*ask for a yes\.$/)
    await agent.send({ type: 'agent.spoke', asks: true })
    await expect(agent.callTool('cancel_reservation', () => 'cancelled')).rejects.toMatchObject({ code: 'forbidden' })
    await agent.send({ type: 'customer.spoke', consents: true })
    expect(await agent.callTool('cancel_reservation', () => 'cancelled')).toBe('cancelled')
    const refused = (await Array.fromAsync(agent.history()))
      .flatMap(({ steps }) => steps)
      .filter(({ tool }) => tool !== undefined)
    expect(refused).toMatchObject([{ event: { type: 'tool.refused' }, tool: 'cancel_reservation' }])
  })

  it('closes when the conversation ends and nobody waits, and ends with the human who comes', async () => {
    await using hf = await open('memory:', { machines: [SupportAgent], worker: false })
    await followRuns(hf, runsOf({ id: 'bo', messages: script.slice(0, 20).map(([message]) => message) }), 'script')
    expect(await hf.machine(SupportAgent, 'run-bo', 'agent').snapshot()).toMatchObject({ status: 'done', states: ['closed'] })
    await followRuns(hf, runs, 'script')
    expect(await hf.machine(SupportAgent, 'run-ada', 'agent').send({ type: 'human.joined' })).toMatchObject({
      handled: true,
      status: 'done',
      states: ['handedOver'],
    })
  })

  it('goes on in another process, and hears each message once', async () => {
    const url = `file:${join(folder, 'runs.db')}`
    {
      await using hf = await open(url, { machines: [SupportAgent], worker: false })
      const stop = new AbortController()
      const onAcknowledged = (_: string, index: number): void => {
        if (index === 8) stop.abort()
      }
      await followRuns(hf, runs, 'script', { signal: stop.signal, onAcknowledged })
      expect(await hf.machine(SupportAgent, 'run-ada', 'agent').snapshot()).toMatchObject({ revision: 9 })
    }
    await using hf = await open(url, { machines: [SupportAgent], worker: false })
    await followRuns(hf, runs, 'script')
    const agent = hf.machine(SupportAgent, 'run-ada', 'agent')
    const fold = folded(runs[0] as Run<ChatMessage>)
    expect(await agent.snapshot()).toMatchObject({
      revision: script.length,
      states: fold.states,
      context: { outside: ['cancel_reservation'] },
    })
  })

  it.each([
    ['answers to nothing', [answer('x', 'ok'), answer('y', 'Error')]],
    ['many calls at once, answered in any order', [calls(['p', 'q']), answer('q', 'ok'), answer('p', 'ok')]],
    ['roles nobody knows', [{ role: 'narrator', content: 'Meanwhile' }, {}]],
    ['nothing in a message', [{ role: 'assistant', content: null }, { role: 'user' }]],
    [
      'parts, and tools with odd names',
      [{ role: 'user', content: [{ type: 'text', text: 'yes' }] }, call('o', '__proto__', []), answer('o', '')],
    ],
    ['a hand-over nobody answers', [call('t', 'transfer_to_human_agents', {}), { role: 'user', content: 'Hello?' }]],
  ] as [string, ChatMessage[]][])('takes a conversation with %s', async (_, messages) => {
    await using hf = await open('memory:', { machines: [SupportAgent], worker: false })
    await followRuns(hf, runsOf({ id: 'odd', messages }), 'odd')
    const journey = await journeyOf(hf, 'run-odd')
    expect(journey.unhandled).toEqual([])
    expect(journey.end.states).toEqual(['closed'])
    expect(journey.known.pending).toHaveLength(messages.at(-1)?.content === 'Hello?' ? 1 : 0)
  })
})

describe('whatever a conversation holds', () => {
  const id = fc.constantFrom('a', 'b', null)
  const text = fc.constantFrom('Please confirm.', 'Yes.', 'No.', 'Error: no', 'ok', '{"user_id":"ada_1"}', '')
  const tool = fc.constantFrom('get_user_details', 'book_reservation', 'transfer_to_human_agents', 'unheard_of')
  const called = fc.record({ id, function: fc.record({ name: tool, arguments: text }) })
  const message: fc.Arbitrary<ChatMessage> = fc.oneof(
    fc.record({ role: fc.constantFrom('system', 'user', 'assistant'), content: text }),
    fc.record({ role: fc.constant('assistant'), content: text, tool_calls: fc.array(called, { maxLength: 3 }) }),
    fc.record({ role: fc.constant('tool'), tool_call_id: id, name: tool, content: text }),
  )

  it('every event is taken, and it ends closed or waiting', () => {
    const messages = fc.array(message, { minLength: 1, maxLength: 30 })
    fc.assert(
      fc.property(messages, (all) => {
        const [run] = runsOf({ id: 'any', messages: all })
        const end = folded(run as Run<ChatMessage>, (_, __, isHandled) => expect(isHandled).toBe(true))
        expect(['closed', 'waiting']).toContain(lastOf(end.states[0] ?? ''))
      }),
      { numRuns: 500 },
    )
  })
})

describe('what is taken for a question, and for a yes', () => {
  it.each([
    ['It costs 40. Please confirm that you want it.', true],
    ['Would you like me to go ahead?', true],
    ['To proceed, I need your id.', false],
    ['Your seat is booked.', false],
  ])('asking: %s', (text, asks) => expect(asksForConsent(text)).toBe(asks))

  it.each([
    ['Yes, please.', true],
    ['That sounds good. Go ahead!', true],
    ['No, please do not go ahead.', false],
    ['I am not sure. What does it cost?', false],
    ['Can you confirm the price?', false],
    ['I would rather fly on Monday.', false],
  ])('agreeing: %s', (text, agrees) => expect(givesConsent(text)).toBe(agrees))
})

describe.skipIf(!isThere)('100 recorded runs, followed by the machine', () => {
  const clock = new VirtualClock()
  let hf: Holdfast
  let runs: readonly Run<ChatMessage>[] = []

  beforeAll(async () => {
    hf = await open('memory:', { machines: [SupportAgent], clock })
    runs = (await readRuns(file)) as Run<ChatMessage>[]
    await followRuns(hf, runs, 'runs', { patience: PATIENCE })
  })
  afterAll(() => hf?.close())

  it('are taken whole: no event without a transition, and each message one commit with its session', async () => {
    expect(runs).toHaveLength(100)
    for (const { id, steps } of runs) {
      const revisions = await Array.fromAsync(agentOf(id).history({ order: 'oldest' }))
      const commits = await Array.fromAsync(hf.session(id).history({ order: 'oldest' }), ({ commit }) => commit)
      expect(revisions.flatMap((revision) => revision.steps).filter(({ unhandled }) => unhandled)).toEqual([])
      expect(revisions.map(({ commit }) => commit)).toEqual(commits)
      expect(commits).toHaveLength(steps.length)
    }
  })

  it('lead where a pure fold of their messages leads', async () => {
    for (const run of runs) {
      const { states, context, status } = folded(run)
      expect(await agentOf(run.id).snapshot()).toMatchObject({ states, context, status })
      expect((await journeyOf(hf, run.id)).end.context).toEqual(context)
    }
  })

  it('act only on what a customer has just said', () => {
    for (const run of runs) {
      folded(run, ({ role }, entered) => {
        if (entered.some((id) => id.endsWith('.acting'))) expect(role).toBe('user')
      })
    }
  })

  it('end closed, or with a hand-over that the clock ends', async () => {
    const handedOver = runs.filter(wasHandedOver)
    expect(handedOver.length).toBeGreaterThan(0)
    const ends = async (): Promise<string[]> =>
      Promise.all(runs.map(async ({ id }) => String((await agentOf(id).snapshot()).states.map(lastOf))))
    expect(await ends()).toEqual(runs.map((run) => (handedOver.includes(run) ? 'waiting,idle' : 'closed')))
    await clock.turn(PATIENCE)
    await until('all timers to ring', async () => !(await ends()).includes('waiting,idle'))
    expect(await ends()).toEqual(runs.map((run) => (handedOver.includes(run) ? 'promised' : 'closed')))
    const journeys = await Promise.all(runs.map(({ id }) => journeyOf(hf, id)))
    expect(summaryOf(journeys)).toMatch(/^100 runs, \d+ events, 0 unhandled\nnow closed \d+, promised \d+\n/)
  })

  function agentOf(id: string) {
    return hf.machine(SupportAgent, id, 'agent')
  }
})

/** Where the messages of a run lead, without a store. */
function folded(
  run: Run<ChatMessage>,
  look: (message: ChatMessage, entered: readonly string[], isHandled: boolean) => void = () => {},
): Snapshot {
  let { snapshot } = initial(SupportAgent, 0, { patience: PATIENCE })
  for (const [index, { item }] of run.steps.entries()) {
    const send = (event: AirlineEvent): boolean => {
      const next = step(snapshot, event, 0)
      const isHandled = next.snapshot !== snapshot
      const entered = next.trace.flatMap((microstep) => microstep.entered)
      look(item, entered, isHandled)
      snapshot = next.snapshot
      return isHandled
    }
    hear({ allowsTool: (tool) => allowsTool(snapshot, tool), send }, item, index === run.steps.length - 1)
  }
  return snapshot
}

function wasHandedOver({ steps }: Run<ChatMessage>): boolean {
  const asked = steps
    .flatMap(({ item }) => item.tool_calls ?? [])
    .filter((one) => one.function?.name === 'transfer_to_human_agents')
  return asked.some(({ id }) => steps.some(({ item }) => item.tool_call_id === id && !String(item.content).startsWith('Error')))
}

function runsOf(...runs: object[]): Run[] {
  return parseRuns(JSON.stringify(runs), 'script')
}

function call(id: string, name: string, args: unknown): ChatMessage {
  return { role: 'assistant', content: null, tool_calls: [{ id, function: { name, arguments: JSON.stringify(args) } }] }
}

function calls(ids: readonly string[]): ChatMessage {
  return {
    role: 'assistant',
    content: 'One moment.',
    tool_calls: ids.map((id) => ({ id, function: { name: 'think', arguments: '{}' } })),
  }
}

function answer(id: string, content: string): ChatMessage {
  return { role: 'tool', tool_call_id: id, content }
}

function lastOf(id: string): string {
  return id.slice(id.lastIndexOf('.') + 1)
}
