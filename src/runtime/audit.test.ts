import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import { type AuditEntry, type Gate, localOwner } from './index.ts'
import { Stage } from './staged-engine.testing.ts'
import { until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** What of audit entries a test looks at. */
const brief = (entries: readonly AuditEntry[]): unknown[] =>
  entries.map(({ principal, action, kind, id, outcome }) => [principal.id, action, kind, id, outcome])

describe.each(engineNames)('the audit trail on %s', (name) => {
  let world: World
  let node: Node
  let stage: Stage
  const denied = new Set<string>()
  const gate: Gate = {
    check({ action, id }) {
      if (denied.has(`${action} ${id}`)) throw new HoldfastError('forbidden', `no ${action}`, { action })
    },
  }

  beforeEach(async () => {
    world = new World(name)
    stage = new Stage()
    denied.clear()
    node = await world.open({ gate, between: stage.between })
  })
  afterEach(() => {
    stage.release()
    return world.close()
  })

  test('R49 each write is told once, when it is durable, however often it was decided', async () => {
    await node.add('b')
    node.audit.length = 0
    stage.hold()
    const write = node.commit((tx) => {
      increment(doc(tx, 'a'))
      increment(doc(tx, 'b'))
    })
    await until('the batch to wait', () => stage.waiting === 1)
    await world.bump('b')
    expect(node.audit).toEqual([])
    stage.release()
    await write
    expect(brief(node.audit)).toEqual([
      ['local', 'create', 'doc', 'a', 'done'],
      ['local', 'write', 'doc', 'b', 'done'],
    ])
    expect(node.audit[0]?.at).toBe(world.clock.now())
  })

  test('R49 deleting, making again, and what is done about effects are told as what they are; reading is not', async () => {
    const anna = { id: 'anna', tenant: 'default' }
    await node.add('a')
    const id = await node.commit((tx) => doc(tx, 'a').effect('mail', 1))
    node.audit.length = 0
    await node.commit((tx) => doc(tx, 'a').get('n'), {}, anna)
    await node.dispatcher.effects(anna).cancel(id)
    await node.dispatcher.effects(anna).retry(id)
    await node.commit((tx) => doc(tx, 'a').destroy(), {}, anna)
    await node.add('a')
    expect(brief(node.audit)).toEqual([
      ['anna', 'operate', 'effect', id, 'done'],
      ['anna', 'operate', 'effect', id, 'done'],
      ['anna', 'delete', 'doc', 'a', 'done'],
      ['local', 'create', 'doc', 'a', 'done'],
    ])
  })

  test('R49 a request answered as before, and one that changes nothing, are not told', async () => {
    await node.add('a', { key: 'k' })
    await node.add('a', { key: 'k' })
    await node.commit((tx) => doc(tx, 'a').exists)
    expect(brief(node.audit)).toEqual([['local', 'create', 'doc', 'a', 'done']])
  })

  test('R49 a write that could not be stored is told as failed', async () => {
    await node.add('a')
    node.audit.length = 0
    stage.fail(new HoldfastError('unavailable', 'full', { reason: 'disk_full' }))
    await expect(node.add('a')).rejects.toMatchObject({ code: 'unavailable' })
    expect(brief(node.audit)).toEqual([['local', 'write', 'doc', 'a', 'failed']])
  })

  test('R50 each refusal is told once, however often the decision ran, and also when the decision goes on', async () => {
    await node.add('a')
    node.audit.length = 0
    denied.add('write a').add('read secret')
    await expect(node.add('a')).rejects.toMatchObject({ code: 'forbidden' })
    await node.commit((tx) => {
      try {
        tx.entity('doc', 'secret')
      } catch {
        increment(doc(tx, 'b'))
      }
    })
    expect(brief(node.audit)).toEqual([
      ['local', 'write', 'doc', 'a', 'refused'],
      ['local', 'read', 'doc', 'secret', 'refused'],
      ['local', 'create', 'doc', 'b', 'done'],
    ])
  })

  test('R50 refusals outside of decisions are told at once', async () => {
    denied.add('operate undefined')
    await expect(node.effects.list()).rejects.toMatchObject({ code: 'forbidden' })
    expect(brief(node.audit)).toEqual([['local', 'operate', 'effect', undefined, 'refused']])
  })

  test('R50 a sink that throws is logged and harms nobody', async () => {
    const other = await world.open({
      audit() {
        throw new Error('audit disk full')
      },
    })
    expect(await Promise.all([other.add('a'), other.add('a')])).toEqual([1, 2])
    expect(other.log.lines.join()).toContain('audit disk full')
    expect(localOwner.id).toBe('local')
  })
})
