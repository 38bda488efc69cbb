import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { open } from '../../index.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
afterAll(() => terminal.remove())
const own = ['--store', terminal.store, '--port', '0']

describe('demo', () => {
  it('C50 pays once, does nothing twice, and leaves run, conversation and state behind', { timeout: 60_000 }, async () => {
    const { code, data } = await terminal.json('demo', ...own)
    const run = 'demo/order-1042/refund.message-1'
    expect({ code, data }).toEqual({
      code: 0,
      data: { run, session: 'demo/order-1042', requests: 2, payments: 1, recorded: 5, doneAgain: 0 },
    })
    await using hf = await open(terminal.store, { worker: false })
    expect(await hf.run(run).inspect()).toMatchObject({ status: 'done' })
    expect(await hf.session('demo/order-1042').get('refunded')).toBe(289)
    const { turns } = await hf.conversation('demo/order-1042').list()
    expect(turns.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'tool', 'assistant'])
  })

  it('C51 waits on a terminal for a decision of another process, and serves until it is interrupted', {
    timeout: 60_000,
  }, async () => {
    const end = new AbortController()
    let decided: Promise<unknown> | undefined
    let page: Promise<Response> | undefined
    const seen = (stdout: string): void => {
      const [, id = ''] = /approvals decide '(.+?)' --approve/.exec(stdout) ?? []
      if (id !== '') decided ??= terminal.run('approvals', 'decide', id, '--approve')
      if (!stdout.includes('Ctrl-C ends it')) return
      page ??= fetch(`${/http:\/\/127\.0\.0\.1:\d+/.exec(stdout)?.[0]}/livez`).finally(() => end.abort())
    }
    const { code, stdout } = await terminal.runOnTtyUntil(end.signal, seen, 'demo', ...own)
    expect(code).toBe(0)
    expect(stdout).toMatch(/approve it in the console: .*\/approvals/)
    expect(stdout).toContain('2 requests, 1 payment')
    expect(await decided).toMatchObject({ code: 0 })
    expect((await page)?.status).toBe(200)
  })

  it('C51 pays nothing that was refused', { timeout: 60_000 }, async () => {
    const end = new AbortController()
    let decided: Promise<unknown> | undefined
    const seen = (stdout: string): void => {
      const [, id = ''] = /approvals decide '(.+?)' --approve/.exec(stdout) ?? []
      if (id !== '') decided ??= terminal.run('approvals', 'decide', id, '--refuse', '--reason', 'too late')
      if (stdout.includes('Ctrl-C ends it')) end.abort()
    }
    const { code, stdout } = await terminal.runOnTtyUntil(end.signal, seen, 'demo', ...own)
    expect(code).toBe(1)
    expect(await decided).toMatchObject({ code: 0 })
    expect(stdout).toContain('I cannot refund order 1044: too late.')
    expect(stdout).toContain('0 requests, 0 payments; nothing was paid')
  })

  it('C51 ends where it is interrupted while it waits, and says what becomes of the run', { timeout: 60_000 }, async () => {
    const end = new AbortController()
    const seen = (stdout: string): void => void (stdout.includes('approve it in the console') && end.abort())
    const { code, stderr } = await terminal.runOnTtyUntil(end.signal, seen, 'demo', ...own)
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('Interrupted: run demo/order-1045') })
  })

  it('C52 says what to do about a port that is taken and a store that is none', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const address = taken.address()
    const port = typeof address === 'object' ? String(address?.port) : ''
    const busy = await terminal.run('demo', '--store', terminal.store, '--port', port)
    expect(busy).toMatchObject({ code: 1, stderr: expect.stringContaining(`--port ${Number(port) + 1}`) })
    taken.close()
    const other = join(terminal.folder, 'other.db')
    writeFileSync(other, 'of another program')
    expect(await terminal.run('demo', '--store', `file:${other}`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not a database'),
    })
    expect(await terminal.run('demo', '--store', 'memory:')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('two processes'),
    })
    expect(await terminal.run('demo', '--store', './demo.db')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean'),
    })
  })

  it.each([
    ['gpt', 'provider/name'],
    ['openai/gpt-5-mini', 'npm install holdfast ai @ai-sdk/openai'],
  ])('C52 says what a model called %s needs', async (model, needed) => {
    const { code, stderr } = await terminal.run('demo', ...own, '--model', model)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(needed) })
  })
})
