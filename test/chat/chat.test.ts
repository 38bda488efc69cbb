import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import type { UIMessage } from 'ai'
import { afterAll, afterEach, expect, test } from 'vitest'
import { PaymentService } from '../../examples/refund/payments.ts'
import { open } from '../../src/index.ts'
import { Browser } from './browser.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-chat-'))
const main = join(import.meta.dirname, '../../examples/chat/main.ts')
const running = new Set<ChildProcess>()
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A server of the example in a process of its own. */
async function serve(store: string, payments: string): Promise<{ readonly url: string; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['--conditions=@holdfast/source', main, store, '0', payments], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  const kill = async (): Promise<void> => {
    running.delete(child)
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { url, kill }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await holds()) return
    await setTimeout(50)
  }
  throw new Error(`Waited in vain for ${what}`)
}

const messagesAt = async (url: string, id: string): Promise<UIMessage[]> =>
  (await (await fetch(`${url}/chat/${id}`)).json()) as UIMessage[]

/** What is read in messages, without ids and states of display. */
function shown(messages: readonly UIMessage[]): unknown {
  return messages.map(({ role, parts }) => [
    role,
    parts.map((part) => ('text' in part ? part.text : 'output' in part ? [part.type, part.output] : part.type)),
  ])
}

test('a chat is reopened after its server was killed, mid-sentence and at the payment: it streams on, pays once, and is kept as it was shown', {
  timeout: 60_000,
}, async () => {
  const service = await PaymentService.start({ takesMs: 400 })
  const store = `file:${join(folder, 'chat.db')}`
  const first = await serve(store, service.url)
  const before = new Browser(first.url, 'c1')
  void before.sendMessage({ text: 'Please refund 300 for A-1042' })
  await until('the first words', () => JSON.stringify(before.messages).includes('see what'))
  await first.kill()
  await until('the browser to see that', () => before.status === 'error')

  const second = await serve(store, service.url)
  const reopened = new Browser(second.url, 'c1', await messagesAt(second.url, 'c1'))
  expect(shown(reopened.messages)).toEqual([['user', ['Please refund 300 for A-1042']]])
  void reopened.resumeStream()
  await using hf = await open(store, { worker: false })
  await until('the question', async () => (await hf.approvals.list()).length === 1)
  const [asked] = await hf.approvals.list()
  expect(asked).toMatchObject({ title: 'Refund 300 for A-1042', data: { order: 'A-1042' } })
  await until('the call to be shown', () => JSON.stringify(reopened.messages).includes('input-available'))
  const path = `${second.url}/approvals/${encodeURIComponent(asked?.id ?? '')}`
  const answer = await fetch(path, { method: 'POST', body: JSON.stringify({ approved: true }) })
  expect(answer.status).toBe(204)
  await until('the payment to be asked for', () => service.requests === 1)
  await second.kill()

  const third = await serve(store, service.url)
  const late = new Browser(third.url, 'c1', await messagesAt(third.url, 'c1'))
  await late.resumeStream()
  await until('the run to end', async () => (await hf.runs.list({ status: 'done' })).length === 1)
  expect([service.requests, service.paid.size]).toEqual([2, 1])
  const answered = [
    'assistant',
    [
      'step-start',
      'Let me see what I can do about A-1042.',
      ['tool-refund', 'receipt-1'],
      'step-start',
      'The money for A-1042 is on its way; the receipt is receipt-1.',
    ],
  ]
  expect(shown(late.messages)).toEqual([['user', ['Please refund 300 for A-1042']], answered])
  const kept = await messagesAt(third.url, 'c1')
  expect(shown(kept)).toEqual(shown(late.messages))
  expect((await fetch(`${third.url}/chat/c1/stream`)).status).toBe(204)
  await service.stop()
})
