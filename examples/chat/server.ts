import type { UIMessage } from 'ai'
import type { Holdfast } from 'holdfast'
import { UIMessages } from 'holdfast/ai-sdk'
import { Hono } from 'hono'
import { type replyTask, Support } from './agent.ts'

/** The server behind a `useChat({ id, resume: true })`. */
export function chatServer(hf: Holdfast, reply: ReturnType<typeof replyTask>): Hono {
  const app = new Hono()
  // The same message, the same run: a request that is sent again starts nothing new.
  app.post('/chat/:id', async (c) => {
    const { messages } = (await c.req.json()) as { readonly messages: readonly UIMessage[] }
    const message = messages.at(-1)
    if (message?.role !== 'user') return c.json({ message: 'Expected the last message to be a user’s' }, 400)
    const run = await hf.session(Support, c.req.param('id')).start(reply, { message }, { key: message.id })
    return run.response()
  })
  // `resume: true` asks here; any number of readers may, from any process.
  app.get('/chat/:id/stream', async (c) => {
    const run = await hf.session(Support, c.req.param('id')).run()
    return run?.response() ?? c.body(null, 204)
  })
  app.get('/chat/:id', async (c) => {
    const { messages } = await new UIMessages(hf.session(Support, c.req.param('id')).conversation()).load()
    return c.json(messages)
  })
  app.post('/approvals/:id', async (c) => {
    await hf.approvals.decide(c.req.param('id'), await c.req.json())
    return c.body(null, 204)
  })
  return app
}
