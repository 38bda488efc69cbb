import type { Holdfast } from 'holdfast'

const session = 'case/A-512'
const order = 'A-512'
const item = 'hand grinder'

/** What a customer and an agent say: the messages of AI SDK, as they are. One wish was thought over, which left a branch. */
async function talk(hf: Holdfast): Promise<void> {
  const conversation = hf.session(session).conversation()
  const [, , , question] = await conversation.add([
    { role: 'user', speaker: 'dana', content: `My ${item} from order ${order} came with a broken handle.` },
    {
      role: 'assistant',
      content: [
        { type: 'reasoning', text: 'She does not say yet what she wants: money or another one. First the order.' },
        { type: 'text', text: 'I am sorry to hear that. Let me look at your order.' },
        { type: 'tool-call', toolCallId: 'call-1', toolName: 'look_up', input: { order } },
      ],
    },
    {
      role: 'tool',
      content: [
        {
          ...{ type: 'tool-result', toolCallId: 'call-1', toolName: 'look_up' },
          output: { type: 'json', value: { item, price: 59, delivered: '2026-11-20' } },
        },
      ],
    },
    { role: 'assistant', content: 'Would you like your 59 euros back, or another one?' },
  ])
  await conversation.add([
    { role: 'user', speaker: 'dana', content: 'My money back, please.' },
    { role: 'assistant', content: 'The 59 euros go to the card you paid with. Are you sure?' },
  ])
  await conversation.add(
    [
      {
        ...{ role: 'user', speaker: 'dana' },
        content: [
          { type: 'text', text: 'No, wait: another one, please. Here is what it looks like.' },
          {
            type: 'file',
            mediaType: 'image/jpeg',
            filename: 'broken-handle.jpg',
            data: new URL('https://pictures.example/a-512'),
          },
        ],
      },
      { role: 'assistant', content: 'Then I make you a label for the broken one.' },
    ],
    { after: question?.id },
  )
}

/** What was said, so many minutes before now. */
export const talks = [{ before: 23, tell: talk }]
