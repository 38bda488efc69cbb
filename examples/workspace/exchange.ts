import { setTimeout } from 'node:timers/promises'
import { type Conversation, defineTask, HoldfastError, type RunContext } from 'holdfast'

interface Exchange {
  readonly order: string
  readonly item: string
}

/** Sends something again once the broken one has come back; what the agent says meanwhile is streamed to whoever looks. */
export const exchangeAgent = (soldOut: readonly string[]) =>
  defineTask<Exchange, unknown>('exchange', { retry: { attempts: 1 } }, async (ctx: RunContext, { order, item }) => {
    const label = await ctx.step('reserve', () => reserve(item, soldOut), { retry: { attempts: 1 } })
    await ctx.stream(promising(order, item, label))
    const parcel = await ctx.event<{ readonly weight: number } | undefined>('parcel.arrived', { timeout: '14d' })
    if (!parcel) return { sent: false, reason: 'nothing came back' }
    const tracking = await ctx.step('send', ({ key }) => `track-${key.length}-${order}`)
    const goodbye = `Your ${item} has come back. The new one left our house a minute ago as ${tracking}. Goodbye!`
    const told = ctx.step('tell', () => tell(ctx.session.conversation(), goodbye))
    await Promise.all([told, ctx.stream(spoken(goodbye), { name: 'goodbye' })])
    return { sent: true, tracking }
  })

function reserve(item: string, soldOut: readonly string[]): string {
  if (soldOut.includes(item)) throw new HoldfastError('not_found', `No ${item} is left in any warehouse`, { entity: item })
  return `label-${item.replaceAll(' ', '-')}`
}

/** What a model would stream: the chunks of an AI SDK UI message. */
async function* promising(order: string, item: string, label: string) {
  yield { type: 'start', messageId: `${order}-1` }
  yield { type: 'start-step' }
  yield* said('reasoning', 'The customer wants another one, not the money. It is in stock, so an exchange is what to offer.')
  const toolCallId = `call-${order}`
  yield { type: 'tool-input-available', toolCallId, toolName: 'make_label', input: { order, item } }
  yield { type: 'tool-output-available', toolCallId, output: { label, days: 14 } }
  yield { type: 'finish-step' }
  yield* said('text', `Here is a label for the broken ${item}. As soon as it has arrived, a new one is on its way to you.`)
  yield { type: 'finish' }
}

/** Word by word, so that it can be watched. */
async function* spoken(text: string) {
  for (const chunk of said('text', text)) {
    await setTimeout(40)
    yield chunk
  }
}

/** The same as a turn of the conversation, which readers see grow. */
async function tell(conversation: Conversation, text: string): Promise<null> {
  const writer = await conversation.stream({ role: 'assistant' })
  for (const word of wordsOf(text)) {
    await setTimeout(40)
    await writer.write(word)
  }
  await writer.end()
  return null
}

const wordsOf = (text: string): readonly string[] => text.match(/\S+\s*/g) ?? []

function* said(type: 'text' | 'reasoning', text: string) {
  const id = `${type}-1`
  yield { type: `${type}-start`, id }
  for (const delta of wordsOf(text)) yield { type: `${type}-delta`, id, delta }
  yield { type: `${type}-end`, id }
}
