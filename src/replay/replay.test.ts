import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type BotTx, defineSession, type Holdfast, open } from '../index.ts'
import { stateHash } from '../store/index.ts'
import { type ChatMessage, parseRuns, replayFile, replayRuns, type Tracker, type TrackInfo } from './index.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-replay-'))
afterAll(() => rmSync(folder, { recursive: true }))

const calls = (id: string, name: string | undefined, args: unknown) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})
const conversation: ChatMessage[] = [
  { role: 'system', content: 'Be brief.' },
  { role: 'user', content: 'Two rooms, please 👋' },
  { role: 'assistant', content: null, tool_calls: [calls('a', 'find', '{"n":2}'), calls('b', undefined, '{"broken')] as never },
  { role: 'tool', tool_call_id: 'b', content: '' },
  { role: 'tool', tool_call_id: 'a', name: 'find', content: 'ok' },
  { role: 'assistant', content: 'Here they are.' },
]
const turn = (speaker: string, text: string, slots?: object) => ({
  speaker,
  text,
  frames: [{ service: 'Rooms_1', ...(slots && { intent: 'Book', slots }) }],
})
const dialogue = [
  turn('USER', 'A room in Brno', { city: ['Brno'] }),
  turn('SYSTEM', 'For how long?'),
  turn('USER', 'Two nights', { city: ['Brno'], nights: ['2'] }),
  turn('SYSTEM', 'Booked.'),
  turn('USER', 'Rather in Prague', { city: ['Prague'], nights: ['2'] }),
]
const chatFile = write('chat.json', [
  { task_id: 1, trial: 0, user_id: 'ann', messages: conversation },
  { task_id: 2, trial: 0, user_id: 'bob', messages: conversation.slice(0, 2) },
  { task_id: 3, trial: 0, user_id: 'bob', messages: [] },
])
const dialogueFile = write('dialogues.json', [{ id: 'd1', services: ['Rooms_1'], turns: dialogue }])

let hf: Holdfast
beforeEach(async () => {
  hf = await open('memory:', { worker: false })
  return () => hf.close()
})

describe('replaying', () => {
  it('R1 makes one revision of each message, from which the conversation can be rebuilt', async () => {
    const acknowledged: [string, number, number][] = []
    const summary = await replayFile(hf, chatFile, { onAcknowledged: (...one) => acknowledged.push(one) })
    expect(summary).toEqual({
      format: 'chat',
      tracker: 'chat',
      sessions: 3,
      resumed: 0,
      messages: 8,
      revisions: 8,
      complete: true,
      first: 'ann/1-0',
    })
    expect(acknowledged.filter(([id]) => id === 'ann/1-0')).toEqual(conversation.map((_, i) => ['ann/1-0', i, i + 1]))
    const rebuilt = await Array.fromAsync(hf.session('ann/1-0').history({ order: 'oldest' }), (one) => one.event?.data)
    expect(rebuilt).toEqual(conversation)
    expect((await hf.sessions.list({ user: 'bob' })).sessions.map(({ id }) => id)).toEqual(['bob/2-0'])
    expect((await hf.sessions.list({ tag: 'replay' })).sessions).toHaveLength(2)
  })

  it('R2 follows counts, the last role and pending calls without being told', async () => {
    await replayFile(hf, chatFile)
    const session = hf.session('ann/1-0')
    expect(await session.get()).toEqual({
      messages: 6,
      roles: { system: 1, user: 1, assistant: 2, tool: 2 },
      tools: { find: 1, unknown: 1 },
      lastRole: 'assistant',
      pending: [],
    })
    expect(await session.getAt(3, 'pending')).toEqual([
      { id: 'a', tool: 'find', arguments: { n: 2 } },
      { id: 'b', tool: 'unknown', arguments: '{"broken' },
    ])
    expect(await session.getAt(4, 'pending')).toEqual([{ id: 'a', tool: 'find', arguments: { n: 2 } }])
  })

  it('R3 goes on where it stopped, and does nothing when all is there', async () => {
    await using whole = await open('memory:', { worker: false })
    await replayFile(whole, chatFile)
    for (const until of [1, 3, 3, 5]) await replayFile(hf, chatFile, { until })
    const stop = new AbortController()
    const stopped = await replayFile(hf, chatFile, { signal: AbortSignal.abort() })
    expect(stopped).toMatchObject({ complete: false, revisions: 0, messages: 7 })
    const rest = await replayFile(hf, chatFile, { signal: stop.signal })
    expect(rest).toMatchObject({ sessions: 3, resumed: 2, revisions: 1, complete: true })
    expect(await replayFile(hf, chatFile)).toMatchObject({ revisions: 0, messages: 8, complete: true })
    expect(await stateHash(hf.store)).toBe(await stateHash(whole.store))
  })

  it('R3 goes on in another process, on the same file', async () => {
    const url = `file:${join(folder, 'resume.db')}`
    {
      await using first = await open(url, { worker: false })
      const stop = new AbortController()
      await replayFile(first, chatFile, { signal: stop.signal, onAcknowledged: (_, index) => index === 2 && stop.abort() })
    }
    await using second = await open(url, { worker: false })
    expect(await replayFile(second, chatFile)).toMatchObject({ resumed: 2, revisions: 3, messages: 8, complete: true })
  })

  it('R4 refuses to mix what does not belong together, and says what to do', async () => {
    await replayFile(hf, chatFile, { until: 2 })
    const other = parseRuns(
      JSON.stringify([{ task_id: 1, trial: 0, user_id: 'ann', messages: dialogue.map(({ text }) => ({ content: text })) }]),
      'x',
    )
    await expect(replayRuns(hf, other, 'x')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('under a prefix'),
    })
    expect(await replayRuns(hf, other, 'x', { prefix: 'x/' })).toMatchObject({ revisions: 5, first: 'x/ann/1-0' })
    const tracker = { name: 'other', track() {} }
    await expect(replayFile(hf, chatFile, { tracker })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('same tracker'),
    })
    await hf.session('d1').set('mine', 1)
    await expect(replayFile(hf, dialogueFile)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('R5 follows what a tracker says, in the same commit, under its definition', async () => {
    const definition = defineSession('rooms', { terms: { tool: 'called' } })
    const tracker: Tracker<{ called: string[]; at: number }> = {
      name: 'rooms',
      definition,
      start: { called: [] },
      track(state, message, { index, user, session }) {
        expect([user, session]).toContainEqual(session.split('/')[0])
        state.at = index
        for (const call of message.tool_calls ?? []) if (call.function?.name) state.called.push(call.function.name)
      },
    }
    await replayFile(hf, chatFile, { tracker })
    expect(await hf.session('ann/1-0').inspect()).toMatchObject({
      definition: 'rooms',
      revision: 6,
      state: { called: ['find'], at: 5 },
    })
    expect((await hf.session('ann/1-0').at(2)).state).toEqual({ called: [], at: 1 })
    expect((await hf.sessions.list({ term: { name: 'tool', value: 'find' } })).sessions.map(({ id }) => id)).toEqual(['ann/1-0'])
  })

  it('R5 tells the run and the message that cannot be stored', async () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)])
    const messages = [
      { role: 'user', content: 'Hi' },
      { role: 'user', content: [nested(200)] },
    ] as unknown[]
    const runs = parseRuns(JSON.stringify([{ task_id: 9, user_id: 'eve', messages }]), 'deep.json')
    await expect(replayRuns(hf, runs, 'deep.json')).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^Message 1 of session eve\/9 cannot be stored: content.* nested deeper than 128/),
    })
    expect((await hf.sessions.list({})).sessions).toEqual([])
    const definition = defineSession('brief', { schema: z.object({ at: z.number().max(0) }).partial() })
    const tracker: Tracker<{ at?: number }> = {
      name: 'brief',
      definition,
      track(state, _, { index }) {
        state.at = index
      },
    }
    await expect(replayFile(hf, chatFile, { tracker, only: 'ann/1-0' })).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/^Message 1 of session ann\/1-0 cannot be stored: /),
    })
    expect(await hf.session('ann/1-0').inspect()).toMatchObject({ revision: 1 })
  })

  it('R5 stops at a tracker that fails, keeps what was before, and goes on once it is mended', async () => {
    let isMended = false
    const tracker: Tracker<{ n: number }> = {
      name: 'faulty',
      track(state, _, { index }) {
        if (index === 1 && !isMended) throw new Error('no such room')
        state.n = index
      },
    }
    const failed = replayFile(hf, chatFile, { tracker, only: 'ann/1-0' })
    await expect(failed).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringMatching(/faulty failed at message 1 of session ann\/1-0: no such room/),
    })
    isMended = true
    expect(await replayFile(hf, chatFile, { tracker, only: 'ann/1-0' })).toMatchObject({ resumed: 1, revisions: 5 })
    await expect(replayFile(hf, dialogueFile, { tracker })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('R6 rebuilds the annotated slots of every turn, and writes only what changed', async () => {
    await replayFile(hf, dialogueFile)
    const session = hf.session('d1')
    const slots = await Promise.all(dialogue.map(async (_, i) => (await session.at(i + 1)).state))
    expect(slots.map((state) => (state.Rooms_1 as { slots: unknown }).slots)).toEqual([
      { city: ['Brno'] },
      { city: ['Brno'] },
      { city: ['Brno'], nights: ['2'] },
      { city: ['Brno'], nights: ['2'] },
      { city: ['Prague'], nights: ['2'] },
    ])
    const paths = await Array.fromAsync(session.history({ order: 'oldest' }), (one) => one.paths)
    expect(paths).toEqual([['turn', 'Rooms_1'], ['turn'], ['turn', 'Rooms_1'], ['turn'], ['turn', 'Rooms_1']])
  })

  it('R7 goes on in a fork made in the middle', async () => {
    await replayFile(hf, dialogueFile)
    await hf.session('d1').fork('d1-again', { at: 2 })
    const summary = await replayFile(hf, dialogueFile, { only: 'd1', into: 'd1-again' })
    expect(summary).toMatchObject({ resumed: 1, revisions: 3, messages: 5, first: 'd1-again' })
    expect(await hf.session('d1-again').get()).toEqual(await hf.session('d1').get())
    expect((await hf.session('d1-again').inspect()).origin).toEqual({ session: 'd1', revision: 2 })
  })

  it('R8 takes one run, or some', async () => {
    expect(await replayFile(hf, chatFile, { limit: 1 })).toMatchObject({ sessions: 1, messages: 6 })
    expect(await replayFile(hf, chatFile, { only: 'bob/2-0' })).toMatchObject({ sessions: 1, messages: 2 })
    await expect(replayFile(hf, chatFile, { only: 'nobody' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(replayFile(hf, chatFile, { into: 'x' })).rejects.toMatchObject({ code: 'invalid' })
  })

  it('R9 does what else belongs to a step once, in its commit, however often it is interrupted', async () => {
    const steps: string[] = []
    const alongside = (tx: BotTx, message: ChatMessage, { session, index, last }: TrackInfo) => {
      const diary = tx.session(`${session}/diary`).state as { pages?: string[] }
      diary.pages = [...(diary.pages ?? []), `${index} ${message.role}${last ? ', the end' : ''}`]
      if (index === 3 && steps.length === 3) throw new Error('no ink')
    }
    const onAcknowledged = (session: string) => void steps.push(session)
    const options = { only: 'ann/1-0', alongside, onAcknowledged }
    await expect(replayFile(hf, chatFile, options)).rejects.toThrow(
      /alongside chat failed at message 3 of session ann\/1-0: no ink/,
    )
    expect((await hf.session('ann/1-0').inspect()).revision).toBe(3)
    steps.push('mended')
    await replayFile(hf, chatFile, options)
    expect((await hf.session('ann/1-0/diary').get()).pages).toEqual([
      '0 system',
      '1 user',
      '2 assistant',
      '3 tool',
      '4 tool',
      '5 assistant, the end',
    ])
    const [first] = await Array.fromAsync(hf.session('ann/1-0').history({ from: 5, to: 5 }))
    const [second] = await Array.fromAsync(hf.session('ann/1-0/diary').history({ from: 5, to: 5 }))
    expect(second?.commit).toBe(first?.commit)
  })
})

function write(name: string, runs: unknown): string {
  const file = join(folder, name)
  writeFileSync(file, JSON.stringify(runs))
  return file
}
