import { afterAll, describe, expect, it } from 'vitest'
import { defineTask, open, type RunContext } from '../../index.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
afterAll(() => terminal.remove())

const ask = defineTask('ask', (ctx: RunContext, _: null) => ctx.approval({ title: 'May I?', data: { order: 'A-7' } }))

describe('approvals', () => {
  it('C27 lists what runs have asked, and decides it while the process that runs them is away', async () => {
    const first = await open(terminal.store, { tasks: [ask] })
    const { id } = await first.session('s').start(ask, null, { key: 'k' })
    await expect.poll(async () => (await first.run(id).inspect()).status).toBe('waiting')
    await first.close()
    expect((await terminal.run('approvals', 'list')).stdout).toMatch(
      /^approval .*\ns\/ask\.k:approval +May I\? +\{.*A-7.*\} +-\n$/,
    )
    expect(await terminal.run('approvals', 'decide', `${id}:approval`)).toMatchObject({ code: 2 })
    const decided = await terminal.run('approvals', 'decide', `${id}:approval`, '--approve', '--data', '{"order":"A-8"}')
    expect(decided).toMatchObject({ code: 0, stdout: 's/ask.k:approval is approved\n' })
    expect(await terminal.run('approvals', 'decide', `${id}:approval`, '--refuse')).toMatchObject({ code: 4 })
    expect((await terminal.run('approvals', 'list')).stdout).toBe('Nothing waits for a decision\n')
    await using next = await open(terminal.store, { tasks: [ask] })
    expect(await next.run(id).result()).toEqual({ approved: true, by: 'local', data: { order: 'A-8' } })
  })
})
