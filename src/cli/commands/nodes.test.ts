import { afterAll, describe, expect, it } from 'vitest'
import { open } from '../../index.ts'
import { removeTemporaryFiles, temporaryDatabase } from '../../store/engines.testing.ts'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
afterAll(async () => {
  terminal.remove()
  await removeTemporaryFiles()
})

const jam = { run: () => new Promise<never>(() => {}) }

describe('nodes', () => {
  it('C25 shows the nodes of a database, what each holds, and what waits', async () => {
    const store = await temporaryDatabase()
    const hf = await open(store, { effects: { jam } })
    await hf.commit((tx) => {
      tx.entity('doc', 'a').effect('jam', 1)
      tx.entity('doc', 'a').effect('fax', 1)
    })
    await expect.poll(async () => (await hf.nodes.report()).claims).toHaveLength(1)
    const { code, stdout, stderr } = await terminal.run('nodes', '--store', store)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [nodes = '', queues = ''] = stdout.split('\n\n').map((table) => table.replaceAll(/ +/g, ' '))
    expect(nodes).toMatch(new RegExp(`^node state process .*\\n${hf.dispatcher.owner.slice(0, 8)} up \\S+:${process.pid} `))
    expect(queues).toMatch(/^queue due lag running dead\nfax 1 \d+\.\d s 0 0\njam 0 0\.0 s 1 0\n$/)
    const { data } = await terminal.json('nodes', '--store', store)
    expect(data).toMatchObject({
      registered: true,
      nodes: [{ id: hf.dispatcher.owner, alive: true, state: 'up', seen: expect.stringMatching(/^2\d{3}-/) }],
      claims: [{ owner: hf.dispatcher.owner, queue: 'jam', count: 1 }],
      queues: [{ queue: 'fax', due: 1 }],
    })
    await hf.close({ drainMs: 0 })
    expect((await terminal.run('nodes', '--store', store)).stdout).toContain('No node works on this store')
  })

  it('C25 of a file it shows who holds what, though nobody is registered', async () => {
    await using hf = await open(terminal.store, { effects: { jam } })
    expect((await terminal.run('nodes')).stdout).toContain('keeps no register')
    await hf.commit((tx) => tx.entity('doc', 'a').effect('jam', 1))
    const { stdout } = await terminal.run('nodes')
    expect(stdout).toContain(hf.dispatcher.owner.slice(0, 8))
    expect(stdout).toContain('unknown')
    await hf.close({ drainMs: 0 })
  })
})
