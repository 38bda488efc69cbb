import { generateText, isStepCount, type ModelMessage, tool } from 'ai'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { onEveryEngine } from '../../world.testing.ts'
import { scriptedModel } from './scripted.testing.ts'

onEveryEngine((open) => {
  test('AI8 (CV1, CV5) what an agent has said goes into a conversation as it is, and its context is what the next call takes', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    await conversation.add({ role: 'system', content: 'Be kind' }, { role: 'user', content: 'Where is A-7?' })
    const given: number[] = []
    const model = scriptedModel((_, messages) => {
      given.push(messages)
      return messages === 2
        ? { says: ['Let me see.'], calls: [{ id: 'c', tool: 'find', input: { order: 'A-7' } }] }
        : { says: ['Sent.'] }
    })
    const find = tool({ inputSchema: z.object({ order: z.string() }), execute: async ({ order }) => ({ order, sent: true }) })
    const ask = async (): Promise<ModelMessage[]> => {
      const { messages } = await conversation.context({ tokens: 1000 })
      const options = { model, messages, tools: { find }, stopWhen: isStepCount(3), allowSystemInMessages: true }
      return (await generateText(options)).responseMessages
    }
    const said = await ask()
    await conversation.add(...said)
    const { messages } = await conversation.context({ tokens: 1000 })
    expect(messages.slice(2)).toEqual(said)
    await conversation.add({ role: 'user', content: 'Thanks' })
    await conversation.add(await ask())
    expect(given).toEqual([2, 4, 6])
    expect((await conversation.list()).turns.map(({ role }) => role)).toEqual([
      ...['system', 'user', 'assistant', 'tool', 'assistant', 'user', 'assistant'],
    ])
  })
})
