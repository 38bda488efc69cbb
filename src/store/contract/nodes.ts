import assert from 'node:assert/strict'
import type { Engine, NodeBeat } from '../engine.ts'
import { isAlive } from '../nodes.ts'
import { type ContractRule, rule, same } from './harness.ts'

/** Checked where an engine has a register of nodes. */
const where = (id: string, title: string, check: (nodes: NonNullable<Engine['nodes']>) => Promise<void>): ContractRule => ({
  ...rule(id, title, async ({ nodes }) => check(nodes ?? assert.fail('Expected an engine with a register of nodes'))),
  needs: 'nodes',
})

/** The register of the processes that work on one database. */
export const nodeRules = [
  where('E55', 'a beat makes a node known, with all it tells; the next one replaces it', async (nodes) => {
    await nodes.beat(beat('one'))
    const told = beat('one', { state: 'draining', address: null, lease: 5000, load: { running: 0, behind: 7, later: 'more' } })
    await nodes.beat(told)
    const [row] = await nodes.list()
    const { seen, silent, ...rest } = row ?? assert.fail('Expected one node')
    same(rest, told)
    assert.equal(Number.isInteger(seen) && Number.isInteger(silent) && silent >= 0, true)
  }),

  where('E55', 'nodes are listed by name, start and id', async (nodes) => {
    for (const each of [beat('z', { name: 'a' }), beat('c', { started: 5 }), beat('b'), beat('a')]) await nodes.beat(each)
    same(
      (await nodes.list()).map(({ id }) => id),
      ['z', 'a', 'b', 'c'],
    )
  }),

  where('E55', 'silence is told by one clock, that of the database, which a beat answers', async (nodes) => {
    const first = await nodes.beat(beat('one', { started: 9e12 }))
    let second = first
    while (second - first < 30) second = await nodes.beat(beat('two'))
    const listed = await nodes.list()
    const [one, two] = ['one', 'two'].map((name) => listed.find(({ id }) => id === name))
    same([one?.seen, two?.seen], [first, second])
    assert.equal((one?.silent ?? 0) - (two?.silent ?? 0), second - first)
    assert.equal(isAlive({ silent: one?.silent ?? 0, lease: 29 }), false)
    assert.equal(isAlive({ silent: one?.silent ?? 0, lease: 60_000 }), true)
  }),

  where('E55', 'a node that leaves is forgotten, and leaving twice is no error', async (nodes) => {
    await nodes.beat(beat('one'))
    await nodes.beat(beat('two'))
    await nodes.leave('one')
    await nodes.leave('one')
    same(
      (await nodes.list()).map(({ id }) => id),
      ['two'],
    )
  }),
]

function beat(id: string, parts: object = {}): NodeBeat {
  const node = { id, name: 'host', pid: 7, version: '1.0.0', address: 'http://127.0.0.1:4600', started: 4 } as const
  return { ...node, state: 'up', lease: 15_000, load: { running: 3 }, ...parts }
}
