import { convertToModelMessages, type UIMessage } from 'ai'
import { expect, test } from 'vitest'
import { onEveryEngine } from '../../world.testing.ts'
import { UIMessages } from './index.ts'

const question = (id: string, text: string): UIMessage => ({
  id,
  role: 'user',
  metadata: { from: 'web' },
  parts: [
    { type: 'text', text },
    { type: 'file', mediaType: 'image/png', filename: 'a.png', url: 'data:image/png;base64,AQID' },
    { type: 'data-place', data: { city: 'Rome' } },
  ],
})

const answer: UIMessage = {
  id: 'a1',
  role: 'assistant',
  parts: [
    { type: 'step-start' },
    { type: 'reasoning', text: 'Hm', state: 'done', providerMetadata: { maker: { signature: 's' } } },
    { type: 'text', text: 'Let me see.', state: 'done' },
    { type: 'tool-weather', toolCallId: 'c1', state: 'output-available', input: { city: 'Rome' }, output: { degrees: 20 } },
    { type: 'tool-book', toolCallId: 'c2', state: 'output-error', input: { hotel: 1 }, errorText: 'full' },
    { type: 'step-start' },
    { type: 'text', text: 'It is warm.', state: 'done' },
  ],
}

/** Without what is only of how a part is shown. */
function bare({ parts, ...message }: UIMessage): unknown {
  return {
    ...message,
    parts: parts.map((part) => ({ ...part, state: 'state' in part && part.state !== 'done' ? part.state : undefined })),
  }
}

onEveryEngine((open) => {
  test('AI7 messages of a chat come back as they were, and models are given what the AI SDK would give them', async () => {
    const { hf } = await open()
    const chat = new UIMessages(hf.conversation('s'))
    await chat.save([question('q1', 'Is it warm?'), answer])
    const { messages, before } = await chat.load()
    expect(before).toBe(null)
    expect(messages.map(bare)).toEqual([question('q1', 'Is it warm?'), answer].map(bare))
    const { messages: given } = await hf.conversation('s').context({ tokens: 10_000 })
    expect(given).toEqual(await convertToModelMessages([question('q1', 'Is it warm?'), answer]))
  })

  test('AI7 what is there is not kept twice, what says something else is refused, an edit is another branch', async () => {
    const { hf } = await open()
    const conversation = hf.conversation('s')
    const chat = new UIMessages(conversation)
    await chat.save([question('q1', 'Is it warm?')])
    await chat.save([question('q1', 'Is it warm?'), answer])
    await chat.save([question('q2', 'And tomorrow?')])
    expect((await chat.load()).messages.map(({ id }) => id)).toEqual(['q1', 'a1', 'q2'])
    await expect(chat.save([question('q2', 'And now?')])).rejects.toMatchObject({ code: 'conflict' })
    await chat.save([question('q3', 'And on Monday?')], { after: 'a1/3' })
    expect((await chat.load()).messages.map(({ id }) => id)).toEqual(['q1', 'a1', 'q3'])
    expect((await conversation.branches()).length).toBe(2)
  })

  test('AI7 a page begins with a whole message', async () => {
    const { hf } = await open()
    const chat = new UIMessages(hf.conversation('s'))
    await chat.save([question('q1', 'Is it warm?'), answer, question('q2', 'And tomorrow?')])
    const last = await chat.load({ limit: 3 })
    expect(last.messages.map(({ id }) => id)).toEqual(['q2'])
    const rest = await chat.load({ limit: 4, before: last.before ?? '' })
    expect(rest.messages.map(({ id }) => id)).toEqual(['q1', 'a1'])
    expect(rest.messages[1]?.parts.length).toBe(answer.parts.length)
  })

  test('AI7 calls that wait for somebody are shown as that', async () => {
    const { hf } = await open()
    await hf.conversation('s').add(
      { role: 'user', content: 'Pay' },
      {
        role: 'assistant',
        content: [
          { type: 'tool-call', toolCallId: 'c1', toolName: 'pay', input: 1 },
          { type: 'tool-approval-request', approvalId: 'p1', toolCallId: 'c1' },
          { type: 'tool-call', toolCallId: 'c2', toolName: 'pay', input: 2 },
        ],
      },
    )
    const states = async () =>
      (await new UIMessages(hf.conversation('s')).load()).messages.flatMap(({ parts }) =>
        parts.flatMap((part) => ('state' in part && 'toolCallId' in part ? [part.state] : [])),
      )
    expect(await states()).toEqual(['approval-requested', 'input-available'])
    await hf.conversation('s').add({
      role: 'tool',
      content: [
        { type: 'tool-approval-response', approvalId: 'p1', approved: false, reason: 'no' },
        { type: 'tool-result', toolCallId: 'c2', toolName: 'pay', output: { type: 'execution-denied' } },
      ],
    })
    expect(await states()).toEqual(['approval-responded', 'output-denied'])
  })
})
