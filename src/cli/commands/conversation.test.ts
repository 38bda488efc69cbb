import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defineSession, open } from '../../index.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
afterAll(() => terminal.remove())

describe('conversation', () => {
  beforeAll(async () => {
    await using hf = await open(terminal.store)
    const session = hf.session(defineSession('shop', { secret: ['card'] }), 's')
    await session.set('card', '4242-4242')
    await session.conversation().add(
      { role: 'user', content: 'pay with\n4242-4242', speaker: 'ann' },
      { role: 'assistant', content: [{ type: 'tool-call', toolCallId: 'c', toolName: 'pay', input: { amount: 3 } }] },
      {
        role: 'tool',
        content: [{ type: 'tool-result', toolCallId: 'c', toolName: 'pay', output: { type: 'text', value: 'ok' } }],
      },
    )
    const writer = await session.conversation('notes').stream({ role: 'assistant' })
    await writer.write('half')
    await writer.fail()
  })

  it('C40 lists the conversations of a session', async () => {
    const { stdout } = await terminal.run('conversation', 'list', 's')
    expect(stdout).toMatch(/^conversation +turns +branches +updated\nmain +3 +1 +\S.*\nnotes +1 +1 +\S.*\n$/)
    expect((await terminal.run('conversation', 'list', 'none')).stdout).toBe('Nothing was said in none yet\n')
  })

  it('C40 shows what was said, page by page, without secrets', async () => {
    const { stdout } = await terminal.run('conversation', 'show', 's')
    expect(stdout).toMatch(
      /turn-1 .* user ann +pay with.*\[secret\]\nturn-2 .* assistant +pay\(\{.*3.*\}\)\nturn-3 .* tool +pay = .*ok/,
    )
    expect(stdout).not.toContain('4242')
    expect((await terminal.run('conversation', 'show', 's', '--reveal')).stdout).toContain('4242')
    const { data } = JSON.parse(
      (await terminal.run('conversation', 'show', 's', '--limit', '1', '--before', 'turn-3', '--json')).stdout,
    )
    expect(data).toMatchObject({ session: 's', name: 'main', before: 'turn-2', turns: [{ id: 'turn-2' }] })
    expect((await terminal.run('conversation', 'show', 's', '--name', 'notes')).stdout).toContain('(partial) half')
    expect(await terminal.run('conversation', 'show', 's', '--name', 'none')).toMatchObject({ code: 3 })
    expect(await terminal.run('conversation', 'show', 's', '--before', 'turn-9')).toMatchObject({ code: 3 })
  })
})
