import type { RunState, StreamEvent } from '@openai/agents-core'
import { assistantMessage, modelError, modelResponder, modelStream } from '@openai/agents-core/testing'
import { expect, test, vi } from 'vitest'
import type { Holdfast } from '../../index.ts'
import { until } from '../../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../../world.testing.ts'
import { clearRunState, HoldfastSession, loadRunState, resumeRun, saveRunState } from './index.ts'
import { asksFor, refunding, runner } from './refunds.testing.ts'

const done = [assistantMessage('Done.')]
const never = (): never => {
  throw new Error('Nobody may call this')
}

type Refunding = ReturnType<typeof refunding>['agent']

async function goOn(agent: Refunding, state: RunState<unknown, Refunding>, session: HoldfastSession, isStreamed: boolean) {
  if (!isStreamed) return runner.run(agent, state, { session })
  const result = await runner.run(agent, state, { session, stream: true })
  for await (const _ of result);
  await result.completed
  return result
}

async function* neverEnding(): AsyncGenerator<StreamEvent> {
  await new Promise(() => {})
  yield { type: 'response_started' }
}

/** A run that waits for refunds to be approved, saved. */
async function interrupted(hf: Holdfast, ...orders: readonly string[]): Promise<HoldfastSession> {
  const session = new HoldfastSession(hf, 'alice/1')
  const { agent } = refunding(never, asksFor(...orders))
  const { state } = await runner.run(agent, `Refund ${orders.join(' and ')}`, { session })
  await saveRunState(session, state)
  return session
}

onEveryEngine((open) => {
  test('OA10 OA12 a run goes on in another process once it is approved, and is over then', async () => {
    const world = await open()
    await interrupted(world.hf, 'A')
    await world.crash()
    const session = new HoldfastSession(await world.open(), 'alice/1')
    const paid: unknown[] = []
    const { agent } = refunding((order, _, details) => paid.push([order, details?.toolCall?.callId]), done)
    const waiting = await loadRunState(agent, session)
    expect(waiting?.getInterruptions().map(({ name, arguments: given }) => [name, given])).toEqual([['refund', '{"order":"A"}']])
    const result = await resumeRun(agent, session, (state, signal) => {
      for (const asked of state.getInterruptions()) state.approve(asked)
      return runner.run(agent, state, { session, signal })
    })
    expect([result.finalOutput, paid]).toEqual(['Done.', [['A', 'call_A']]])
    expect((await session.getItems()).map(({ type }) => type)).toEqual([
      'message',
      'function_call',
      'function_call_result',
      'message',
    ])
    expect(await loadRunState(agent, session)).toBeUndefined()
    await expect(resumeRun(agent, session, never)).rejects.toMatchObject({ code: 'not_found' })
  })

  test('OA10 decisions are kept; a conversation has one interrupted run', async () => {
    const { hf } = await open()
    const session = await interrupted(hf, 'A')
    const { agent } = refunding(never, asksFor('B'))
    const state = await loadRunState(agent, session)
    const [asked] = state?.getInterruptions() ?? []
    if (state === undefined || asked === undefined) throw new Error('Nothing waits')
    state.reject(asked, { message: 'Not this one' })
    await saveRunState(session, state)
    const other = await runner.run(agent, 'Refund B', {})
    await expect(saveRunState(session, other.state)).rejects.toMatchObject({ code: 'conflict' })
    await clearRunState(session, other.state)
    const last = refunding(never, done)
    await resumeRun(last.agent, session, (loaded) => runner.run(last.agent, loaded, { session }))
    expect(JSON.stringify(last.model.lastCall?.request.input)).toContain('Not this one')
    await saveRunState(session, other.state)
    await clearRunState(session)
    expect(await loadRunState(agent, session)).toBeUndefined()
  })

  test('OA11 what was loaded before somebody else saved or cleared is not saved', async () => {
    const { hf } = await open()
    const session = await interrupted(hf, 'A', 'B')
    const { agent } = refunding(never)
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => loadRunState(agent, session)))
    if (first === undefined || second === undefined || third === undefined) throw new Error('Nothing is saved')
    const [asked] = first.getInterruptions()
    if (asked !== undefined) first.approve(asked)
    await saveRunState(session, first)
    await saveRunState(session, first)
    await expect(saveRunState(session, second)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('load it again'),
    })
    await expect(clearRunState(session, second)).rejects.toMatchObject({ code: 'conflict' })
    await clearRunState(session, first)
    await expect(saveRunState(session, third)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('cleared'),
    })
    await clearRunState(session)
  })

  test('OA12 of several who resume at once one does; the others do nothing', async () => {
    const { hf } = await open()
    const session = await interrupted(hf, 'A')
    const paid: string[] = []
    const { agent } = refunding((order) => paid.push(order), asksFor('B'))
    const looker = await loadRunState(agent, session)
    if (looker === undefined) throw new Error('Nothing is saved')
    const gate = Promise.withResolvers<void>()
    const resume = () =>
      resumeRun(agent, session, async (state) => {
        await gate.promise
        for (const asked of state.getInterruptions()) state.approve(asked)
        return runner.run(agent, state, { session })
      })
    const others = Array.from({ length: 4 }, resume)
    const settled = Promise.allSettled(others)
    await Promise.any(others.map((other) => other.catch(() => Promise.resolve())))
    await expect(loadRunState(agent, session).then((late) => late && saveRunState(session, late))).rejects.toMatchObject({
      message: expect.stringContaining('is being resumed'),
    })
    await expect(saveRunState(session, looker)).rejects.toMatchObject({ code: 'conflict' })
    gate.resolve()
    const outcomes = await settled
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
    expect(paid).toEqual(['A'])
    const next = await loadRunState(agent, session)
    expect(next?.getInterruptions().map(({ arguments: given }) => given)).toEqual(['{"order":"B"}'])
  })

  test('OA13 when who resumes dies, others may after its lease', async () => {
    const world = await open()
    await interrupted(world.hf, 'A')
    const first = refunding(never, done)
    const dying = new HoldfastSession(world.hf, 'alice/1')
    const begun = Promise.withResolvers<void>()
    void resumeRun(first.agent, dying, () => {
      begun.resolve()
      return new Promise<never>(() => {})
    })
    await begun.promise
    await world.crash()
    const session = new HoldfastSession(await world.open(), 'alice/1')
    const { agent } = refunding(() => 'receipt', done)
    const resume = () =>
      resumeRun(agent, session, (state) => {
        for (const asked of state.getInterruptions()) state.approve(asked)
        return runner.run(agent, state, { session })
      })
    await expect(resume()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('is being resumed') })
    await world.clock.turn(15_000)
    expect((await resume()).finalOutput).toBe('Done.')
  })

  test('OA13 who has stood still for too long is told, and what it comes to is refused', async () => {
    const world = await open()
    const session = await interrupted(world.hf, 'A')
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    try {
      const slow = refunding(() => 'receipt', done)
      const gate = Promise.withResolvers<AbortSignal>()
      const end = Promise.withResolvers<void>()
      const late = resumeRun(slow.agent, session, async (state, signal) => {
        gate.resolve(signal)
        await end.promise
        return runner.run(slow.agent, state, { session })
      })
      const signal = await gate.promise
      await world.clock.turn(10_000)
      vi.advanceTimersByTime(5000)
      await session.getItems()
      await world.clock.turn(10_000)
      const { agent } = refunding(never, done)
      await expect(resumeRun(agent, session, never)).rejects.toMatchObject({ code: 'conflict' })
      await world.clock.turn(6000)
      const lost = new Promise((resolve) => signal.addEventListener('abort', resolve))
      const taken = resumeRun(agent, session, async (state) => {
        for (const asked of state.getInterruptions()) state.reject(asked)
        vi.advanceTimersByTime(5000)
        await lost
        return runner.run(agent, state, { session })
      })
      expect((await taken).finalOutput).toBe('Done.')
      end.resolve()
      await expect(late).rejects.toMatchObject({ code: 'conflict' })
    } finally {
      vi.useRealTimers()
    }
  })

  test('OA14 a run that fails goes on behind what its tools have answered', async () => {
    const world = await open()
    const session = await interrupted(world.hf, 'A')
    const failing = refunding(() => 'receipt of A', modelError(new Error('The model is down')))
    const failed = resumeRun(failing.agent, session, (state) => {
      for (const asked of state.getInterruptions()) state.approve(asked)
      return runner.run(failing.agent, state, { session })
    })
    await expect(failed).rejects.toThrow('The model is down')
    await world.crash()
    const again = new HoldfastSession(await world.open(), 'alice/1')
    const { agent, model } = refunding(never, done)
    await resumeRun(agent, again, (state) => runner.run(agent, state, { session: again }))
    expect(JSON.stringify(model.lastCall?.request.input)).toContain('receipt of A')
    expect((await again.getItems()).map(({ type }) => type)).toEqual([
      'message',
      'function_call',
      'function_call_result',
      'message',
    ])
  })

  test.each([false, true])(
    'OA14 a process that dies behind the answers of its tools leaves nothing that is done or told twice (streamed: %s)',
    async (stream) => {
      const world = await open()
      const session = await interrupted(world.hf, 'A', 'B')
      const asked = Promise.withResolvers<void>()
      const silent = modelResponder(() => {
        asked.resolve()
        return new Promise<never>(() => {})
      })
      const paid: string[] = []
      const dying = refunding((order) => paid.push(order), stream ? modelStream(neverEnding()) : silent)
      void resumeRun(dying.agent, session, (state) => {
        for (const each of state.getInterruptions()) state.approve(each)
        return goOn(dying.agent, state, session, stream)
      })
      if (stream) await until('the answers to be stored', async () => (await session.getItems()).length === 5)
      else await asked.promise
      await world.crash()
      const again = new HoldfastSession(await world.open(), 'alice/1')
      await world.clock.turn(15_000)
      const { agent } = refunding(never, done)
      await resumeRun(agent, again, (state) => goOn(agent, state, again, stream))
      expect(paid).toEqual(['A', 'B'])
      const results = ['function_call_result', 'function_call_result']
      expect((await again.getItems()).map(({ type }) => type)).toEqual([
        'message',
        'function_call',
        'function_call',
        ...results,
        'message',
      ])
    },
  )

  test('OA7 OA10 a saved run is refused by a closed session, and deleted with it', async () => {
    const { hf } = await open()
    await hf.session('alice/1').set('n', 1)
    const session = await interrupted(hf, 'A')
    const { agent } = refunding(never)
    await hf.session('alice/1').close()
    await expect(resumeRun(agent, session, never)).rejects.toMatchObject({ code: 'conflict' })
    expect(await loadRunState(agent, session)).toBeDefined()
    await hf.session('alice/1').destroy()
    expect(await loadRunState(agent, session)).toBeUndefined()
  })
})

test('OA12 a lease that cannot be is refused', async () => {
  const { open } = await import('../../index.ts')
  await using hf = await open('memory:')
  const session = await interrupted(hf, 'A')
  for (const lease of [999, Number.NaN])
    await expect(resumeRun(refunding(never).agent, session, never, { lease })).rejects.toMatchObject({ code: 'invalid' })
})
