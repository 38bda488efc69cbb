import { assistantMessage } from '@openai/agents-core/testing'
import { expect, test } from 'vitest'
import type { Holdfast } from '../../index.ts'
import { until } from '../../runtime/virtual-clock.testing.ts'
import { onEveryEngine } from '../../world.testing.ts'
import { HoldfastSession, recorded, resumeRun, saveRunState } from './index.ts'
import { asksFor, refunding, runner } from './refunds.testing.ts'

const details = (callId: string, name = 'refund') => ({ toolCall: { callId, name } })

async function resultsOf(hf: Holdfast): Promise<unknown> {
  return (await hf.commit((tx) => tx.entity('openai-tool-results', 'a/main').get('result'))).value
}

onEveryEngine((open) => {
  test('OA15 a tool that has returned is not called again when the process dies in another one', async () => {
    const world = await open()
    const session = new HoldfastSession(world.hf, 'a')
    const paid: string[] = []
    const hangs = Promise.withResolvers<void>()
    const pay = (of: HoldfastSession, isLast: boolean) =>
      recorded(of, async (order: string) => {
        paid.push(order)
        if (order === 'B' && !isLast) {
          hangs.resolve()
          await new Promise(() => {})
        }
        return { receipt: order }
      })
    const first = await runner.run(refunding(pay(session, false), asksFor('A', 'B')).agent, 'Refund A and B', { session })
    await saveRunState(session, first.state)
    const resume = (of: HoldfastSession, { agent }: ReturnType<typeof refunding>) =>
      resumeRun(agent, of, (state) => {
        for (const each of state.getInterruptions()) state.approve(each)
        return runner.run(agent, state, { session: of })
      })
    void resume(session, refunding(pay(session, false)))
    await hangs.promise
    await until('the result of A to be recorded', async () => (await resultsOf(world.hf)) === 1)
    await world.crash()
    const again = new HoldfastSession(await world.open(), 'a')
    await world.clock.turn(15_000)
    const last = refunding(pay(again, true), [assistantMessage('Done.')])
    expect((await resume(again, last)).finalOutput).toBe('Done.')
    expect(paid).toEqual(['A', 'B', 'B'])
    expect(JSON.stringify(last.model.lastCall?.request.input)).toMatch(/receipt.*A.*receipt.*B/)
  })

  test('OA15 one that threw is called again; other calls, tools and inputs are others', async () => {
    const { hf } = await open()
    const session = new HoldfastSession(hf, 'a')
    let calls = 0
    const count = recorded(session, async (input: string) => {
      calls++
      if (input === 'bad') throw new Error('no')
      return `${input} ${calls}`
    })
    for (const _ of [1, 2]) await expect(count('bad', undefined, details('call_1'))).rejects.toThrow('no')
    expect(calls).toBe(2)
    expect(await count('good', undefined, details('call_2'))).toBe('good 3')
    expect(await count('good', undefined, details('call_2'))).toBe('good 3')
    expect(await count('better', undefined, details('call_2'))).toBe('better 4')
    expect(await count('good', undefined, details('call_2', 'other'))).toBe('good 5')
    expect(await count('good', undefined, details('call_3'))).toBe('good 6')
    expect(await count('good')).toBe('good 7')
    await expect(recorded(session, () => () => {})('', undefined, details('call_4'))).rejects.toMatchObject({ code: 'invalid' })
  })
})
