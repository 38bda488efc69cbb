import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { HoldfastError } from '../core/index.ts'
import { engineNames, removeTemporaryFiles } from '../store/engines.testing.ts'
import type { ClaimRequest, Engine } from '../store/index.ts'
import { type EffectContext, type EffectHandler, localOwner } from './index.ts'
import { retryDelay } from './retry.ts'
import { Stage } from './staged-engine.testing.ts'
import { rest, until } from './virtual-clock.testing.ts'
import { doc, increment, type Node, World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const LEASE_MS = 15_000

interface Call extends EffectContext {
  readonly payload: unknown
  readonly resolve: (value?: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A handler whose calls end when a test says so. */
class Calls {
  readonly made: Call[] = []
  readonly handler: EffectHandler

  constructor(more: Partial<EffectHandler> = {}) {
    this.handler = {
      ...more,
      run: (payload, context) =>
        new Promise((resolve, reject) => {
          this.made.push({ ...context, payload, resolve, reject })
        }),
    }
  }

  async nth(n: number): Promise<Call> {
    await until(`call ${n}`, () => this.made.length >= n)
    return this.made[n - 1] as Call
  }
}

describe('retries', () => {
  test('R28 waits double up to a limit and lie between half and all of it; at the last attempt there is none', () => {
    const policy = { attempts: 5, backoff: 100, maxBackoff: 500 }
    const waits = (random: number): unknown[] => [1, 2, 3, 4, 5].map((attempt) => retryDelay(policy, attempt, () => random))
    expect(waits(0)).toEqual([50, 100, 200, 250, undefined])
    expect(waits(1)).toEqual([100, 200, 400, 500, undefined])
  })
})

describe.each(engineNames)('effects on %s', (name) => {
  let world: World
  let calls: Calls

  beforeEach(() => {
    world = new World(name)
    calls = new Calls()
  })
  afterEach(async () => {
    for (const call of calls.made) call.resolve()
    await world.close()
  })

  const send = (node: Node, payload: unknown = { to: 'anna' }, options?: { id?: string; delay?: number }): Promise<string> =>
    node.commit((tx) => doc(tx, 'a').effect('mail', payload, options))
  const state = async (node: Node, id: string): Promise<string> => (await node.effects.get(id)).state
  const becomes = (node: Node, id: string, wanted: string): Promise<void> =>
    until(`${id} to be ${wanted}`, async () => (await state(node, id)) === wanted)

  test('R26 an effect runs once its commit is durable, and its result is recorded once', async () => {
    const stage = new Stage()
    const node = await world.open({ effects: { mail: calls.handler }, between: stage.between })
    stage.hold()
    const sending = send(node)
    await until('the batch to wait', () => stage.waiting === 1)
    await rest(10)
    expect(calls.made).toEqual([])
    stage.release()
    const id = await sending
    const call = await calls.nth(1)
    expect(call).toMatchObject({ payload: { to: 'anna' }, attempt: 1, entity: { kind: 'doc', id: 'a' } })
    expect(await state(node, id)).toBe('running')
    call.resolve({ sent: new Date(7) })
    await becomes(node, id, 'settled')
    expect((await node.effects.get(id)).result).toEqual({ sent: new Date(7) })
    expect(node.meter.counts.get('effect.settled')).toBe(1)
  })

  test('R26 an effect of a commit that did not happen does not run', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const failing = node.commit((tx) => {
      doc(tx, 'a').effect('mail', 1)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await world.clock.turn(5000)
    expect(calls.made).toEqual([])
  })

  test('R26 what runs when its process dies runs again elsewhere, under the same key', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    const first = await calls.nth(1)
    const second = new Calls()
    // The first process hangs: its leases are not renewed.
    const heir = await world.open({ effects: { mail: second.handler }, between: stuckFor(node) })
    await world.clock.turn(LEASE_MS + 2000)
    const again = await second.nth(1)
    expect([again.key, again.attempt, again.epoch]).toEqual([first.key, 2, 2])
    again.resolve('second')
    await becomes(heir, id, 'settled')
    expect((await heir.effects.get(id)).result).toBe('second')
  })

  test('R27 an effect that can run here is born claimed: nothing is written to claim it', async () => {
    const claims: ClaimRequest[] = []
    const between = (engine: Engine): Engine => ({
      ...engine,
      claim(request) {
        claims.push(request)
        return engine.claim(request)
      },
    })
    const node = await world.open({ effects: { mail: calls.handler }, between })
    await send(node)
    await calls.nth(1)
    expect(claims).toEqual([])
  })

  test('R28 a failed attempt is made again later, each time later; the attempts are counted', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    ;(await calls.nth(1)).reject(new Error('line is busy'))
    await becomes(node, id, 'due')
    const waiting = await node.effects.get(id)
    expect(waiting).toMatchObject({ attempts: 1, result: { message: 'line is busy' } })
    const wait = waiting.due - world.clock.now()
    expect(wait).toBeGreaterThanOrEqual(500)
    expect(wait).toBeLessThanOrEqual(1000)
    await world.clock.turn(wait - 1)
    expect(calls.made.length).toBe(1)
    await world.clock.turn(1001)
    ;(await calls.nth(2)).resolve('through')
    await becomes(node, id, 'settled')
    expect(await node.effects.get(id)).toMatchObject({ attempts: 2, result: 'through' })
  })

  test('R29 an attempt counts from its claim, so that one which kills its process counts; the last one ends dead', async () => {
    const policy = { retry: { attempts: 2, backoff: 10 } }
    const deadly = new Calls(policy)
    calls = deadly
    const node = await world.open({ effects: { mail: deadly.handler } })
    const id = await send(node)
    await deadly.nth(1)
    const done: unknown[] = []
    const next = {
      ...policy,
      run: deadly.handler.run,
      done: (_: unknown, __: unknown, effect: { ok: boolean }) => void done.push(effect.ok),
    }
    const heir = await world.open({ effects: { mail: next }, between: stuckFor(node) })
    await world.clock.turn(LEASE_MS + 2000)
    await deadly.nth(2)
    const last = await world.open({ effects: { mail: next }, between: stuckFor(heir) })
    await world.clock.turn(LEASE_MS + 2000)
    await becomes(last, id, 'dead')
    expect(deadly.made.length).toBe(2)
    expect(new Set(done)).toEqual(new Set([false]))
    expect((await last.effects.get(id)).result).toMatchObject({ message: expect.stringContaining('begun 2 times') })
  })

  test('R30 an attempt out of time is a failed attempt: its signal is aborted, it waits, and in the end it is dead', async () => {
    calls = new Calls({ timeout: 100, retry: { attempts: 2, backoff: 50 } })
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    const first = await calls.nth(1)
    await world.clock.turn(100)
    expect(first.signal.reason).toMatchObject({ code: 'timeout', details: { after: 100 } })
    await becomes(node, id, 'due')
    expect((await node.effects.get(id)).due).toBeGreaterThan(world.clock.now())
    await world.clock.turn(1000)
    await calls.nth(2)
    await world.clock.turn(100)
    await becomes(node, id, 'dead')
    expect(await node.effects.get(id)).toMatchObject({ attempts: 2, result: { code: 'timeout' } })
  })

  test('R31 a dead effect shows its error, tells `done`, and can be given another chance', async () => {
    const ends: unknown[] = []
    calls = new Calls({ retry: { attempts: 1 }, done: (_, __, { ok }) => void ends.push(ok) })
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    ;(await calls.nth(1)).reject(new HoldfastError('not_found', 'no such address', {}))
    await becomes(node, id, 'dead')
    expect(await node.effects.list({ state: 'dead' })).toMatchObject([
      { id, result: { name: 'HoldfastError', code: 'not_found', message: 'no such address' } },
    ])
    await node.effects.retry(id)
    ;(await calls.nth(2)).resolve('found')
    await becomes(node, id, 'settled')
    expect(ends).toEqual([false, true])
    await expect(node.effects.retry(id)).rejects.toMatchObject({ code: 'conflict' })
    expect(node.meter.counts.get('effect.dead')).toBe(1)
  })

  test('R31 a handler that throws before it returns is a failed attempt like any other', async () => {
    const thrower: EffectHandler = {
      retry: { attempts: 1 },
      run() {
        throw new Error('at once')
      },
    }
    const node = await world.open({ effects: { mail: thrower } })
    const id = await send(node)
    await becomes(node, id, 'dead')
    expect((await node.effects.get(id)).result).toMatchObject({ message: 'at once' })
  })

  test('R32 cancelling ends an effect: its signal is aborted, and a late result is not recorded', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    const call = await calls.nth(1)
    await node.effects.cancel(id)
    expect(call.signal.reason).toMatchObject({ code: 'cancelled' })
    call.resolve('too late')
    await rest(10)
    expect(await node.effects.get(id)).toMatchObject({ state: 'cancelled', result: null })
  })

  test('R32 a dead effect is given up by cancelling it, one that is done cannot be cancelled', async () => {
    const node = await world.open({ effects: { mail: { ...calls.handler, retry: { attempts: 1 } } } })
    const [dead, done] = [await send(node), await send(node)]
    ;(await calls.nth(1)).reject(new HoldfastError('invalid', 'no such address', {}))
    ;(await calls.nth(2)).resolve('sent')
    await becomes(node, dead, 'dead')
    await becomes(node, done, 'settled')
    await node.effects.cancel(dead)
    expect(await node.effects.get(dead)).toMatchObject({ state: 'cancelled', result: { message: 'no such address' } })
    await expect(node.effects.cancel(done)).rejects.toMatchObject({ code: 'conflict' })
  })

  test('R32 a cancellation that is not stored aborts nothing', async () => {
    const stage = new Stage()
    const node = await world.open({ effects: { mail: calls.handler }, between: stage.between })
    const id = await send(node)
    const call = await calls.nth(1)
    stage.hold()
    const refused = node.commit((tx) => {
      doc(tx, 'a').expect(1)
      increment(doc(tx, 'a'))
      tx.cancel(id)
    })
    await until('the batch to wait', () => stage.waiting === 1)
    await world.bump('a')
    stage.release()
    await expect(refused).rejects.toMatchObject({ code: 'conflict' })
    expect(call.signal.aborted).toBe(false)
    call.resolve('sent')
    await becomes(node, id, 'settled')
  })

  test('R32 deleting an entity ends what runs for it', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    const call = await calls.nth(1)
    await node.commit((tx) => doc(tx, 'a').destroy())
    expect(call.signal.aborted).toBe(true)
    await rest(10)
    expect(await state(node, id)).toBe('cancelled')
  })

  test('R33 the result of a claim that was lost is refused by its epoch', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    const zombie = await calls.nth(1)
    const second = new Calls()
    const heir = await world.open({ effects: { mail: second.handler }, between: stuckFor(node) })
    await world.clock.turn(LEASE_MS + 2000)
    const again = await second.nth(1)
    zombie.resolve('late')
    await until('the late result to be refused', () => node.meter.counts.get('effect.lost') === 1)
    expect(await state(heir, id)).toBe('running')
    again.resolve('in time')
    await becomes(heir, id, 'settled')
    expect((await heir.effects.get(id)).result).toBe('in time')
    expect(node.log.lines).toEqual([])
  })

  test('R33 an effect that is put again replaces what runs: the old one is aborted and the new one starts at once', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node, 'first', { id: 'digest' })
    const old = await calls.nth(1)
    await send(node, 'second', { id: 'digest' })
    const next = await calls.nth(2)
    expect([old.signal.aborted, next.payload, next.key]).toEqual([true, 'second', old.key])
    old.resolve('old')
    next.resolve('new')
    await becomes(node, id, 'settled')
    expect((await node.effects.get(id)).result).toBe('new')
  })

  test('R34 work without a handler waits, visible, and is not counted', async () => {
    const node = await world.open({ effects: { other: calls.handler } })
    const id = await send(node)
    await world.clock.turn(30_000)
    expect(await node.effects.list()).toMatchObject([{ id, queue: 'mail', state: 'due', attempts: 0 }])
    await node.close()
    const able = await world.open({ effects: { mail: calls.handler } })
    ;(await calls.nth(1)).resolve()
    await becomes(able, id, 'settled')
  })

  test('R35 what `done` decides is stored in the commit that records the end', async () => {
    calls = new Calls({
      done(tx, entity, effect) {
        entity.set('answer', effect.ok ? effect.value : 'none')
        tx.entity('log', 'l').event('done', { id: effect.id, payload: effect.payload })
      },
    })
    const stage = new Stage()
    const node = await world.open({ effects: { mail: calls.handler }, between: stage.between })
    const id = await send(node, 'hello')
    ;(await calls.nth(1)).resolve('hi')
    await becomes(node, id, 'settled')
    expect(await node.read('a', 'answer')).toBe('hi')
    const [last] = stage.batches.at(-1) ?? []
    expect(last?.outbox).toMatchObject([{ op: 'settle', state: 'settled' }])
    expect(last).toMatchObject({ actor: 'effect:mail', cause: id, source: 'effect' })
    expect(last?.entities.map(({ entity }) => entity.kind)).toEqual(['doc', 'log'])
  })

  test('R35 `done` is decided again when it was refused, and the effect is not run again', async () => {
    calls = new Calls({ done: (_, entity) => void increment(entity) })
    const stage = new Stage()
    const node = await world.open({ effects: { mail: calls.handler }, between: stage.between })
    const id = await send(node)
    const call = await calls.nth(1)
    stage.hold()
    call.resolve()
    await until('the batch to wait', () => stage.waiting === 1)
    await world.bump('a', { n: 10 })
    stage.release()
    await becomes(node, id, 'settled')
    expect(await node.read('a')).toBe(11)
    expect(calls.made.length).toBe(1)
  })

  test('R36 a result that cannot be stored, or a `done` that throws, ends dead: it is not done again', async () => {
    let fails = true
    const done = (): void => {
      if (fails) throw new Error('no room')
    }
    const node = await world.open({ effects: { mail: { run: () => () => 1 }, note: { run: () => 'fine', done } } })
    const odd = await send(node)
    const note = await node.commit((tx) => doc(tx, 'a').effect('note', 1))
    await becomes(node, odd, 'dead')
    await becomes(node, note, 'dead')
    expect((await node.effects.get(odd)).result).toMatchObject({
      message: expect.stringContaining('It was done, but recording it failed'),
    })
    expect((await node.effects.get(note)).result).toMatchObject({ message: expect.stringContaining('no room') })
    fails = false
    await node.effects.retry(note)
    await becomes(node, note, 'settled')
  })

  test('R37 an effect with a delay waits for its time', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node, 1, { delay: 60_000 })
    await world.clock.turn(59_999)
    expect([calls.made.length, await state(node, id)]).toEqual([0, 'due'])
    await world.clock.turn(1)
    await calls.nth(1)
  })

  test('R38 so many run at once and no more, whether born claimed or found due', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    await node.commit((tx) => {
      for (let i = 0; i < 150; i++) doc(tx, 'a').effect('mail', i)
    })
    await node.commit((tx) => {
      for (let i = 150; i < 180; i++) doc(tx, 'a').effect('mail', i)
    })
    await calls.nth(128)
    await world.clock.turn(3000)
    expect(calls.made.length).toBe(128)
    for (let ended = 0; ended < 180; ended++) {
      ;(await calls.nth(ended + 1)).resolve()
      await rest()
      expect(calls.made.length).toBeLessThanOrEqual(ended + 129)
    }
    await until('all to be settled', async () => (await node.effects.list({ state: 'settled', limit: 200 })).length === 180)
    expect(calls.made.map(({ payload }) => payload).toSorted((a, b) => Number(a) - Number(b))).toEqual([...Array(180).keys()])
  })

  test('R38 with every place taken, nothing is looked for in vain', async () => {
    let looks = 0
    const between = (engine: Engine): Engine => ({
      ...engine,
      nextDue(queues) {
        looks++
        return engine.nextDue(queues)
      },
    })
    const node = await world.open({ effects: { mail: calls.handler }, between })
    await node.commit((tx) => {
      for (let i = 0; i < 140; i++) doc(tx, 'a').effect('mail', i, { delay: 1 })
    })
    await world.clock.turn(1)
    await calls.nth(128)
    looks = 0
    await world.clock.turn(10_000)
    expect(looks).toBeLessThan(30)
  })

  test('R39 a store that cannot take a result now gets it later: the effect is not run again', async () => {
    const stage = new Stage()
    const node = await world.open({ effects: { mail: calls.handler }, between: stage.between })
    const id = await send(node)
    const call = await calls.nth(1)
    const full = new HoldfastError('unavailable', 'disk full', { reason: 'disk_full' })
    stage.fail(full, full)
    call.resolve('sent')
    await rest()
    expect(await state(node, id)).toBe('running')
    await world.clock.turn(30_000)
    await becomes(node, id, 'settled')
    expect(calls.made.length).toBe(1)
  })

  test('R39 effects run although looking for them failed for a while', async () => {
    let fails = true
    const between = (engine: Engine): Engine => ({
      ...engine,
      outboxRow(id) {
        if (fails) throw new Error('no disk')
        return engine.outboxRow(id)
      },
      nextDue(queues) {
        if (fails) throw new Error('no disk')
        return engine.nextDue(queues)
      },
    })
    const node = await world.open({ effects: { mail: calls.handler }, between })
    await send(node)
    await world.clock.turn(3000)
    fails = false
    await world.clock.turn(LEASE_MS + 1000)
    await calls.nth(1)
    expect(node.log.lines.join()).toContain('no disk')
  })

  test('R40 effects are named within their tenant: others cannot see, replace or cancel them', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node, 'mine', { id: 'shared-name' })
    const call = await calls.nth(1)
    const eve = { id: 'eve', tenant: 'acme' }
    const theirs = node.dispatcher.effects(eve)
    expect(await theirs.list()).toEqual([])
    for (const verb of [() => theirs.get(id), () => theirs.cancel(id), () => theirs.retry(id)])
      await expect(verb()).rejects.toMatchObject({ code: 'not_found' })
    await node.commit((tx) => tx.cancel(id), {}, eve)
    await node.commit((tx) => doc(tx, 'a').effect('mail', 'theirs', { id: 'shared-name' }), {}, eve)
    const other = await calls.nth(2)
    expect(other.key).not.toBe(call.key)
    expect(call.signal.aborted).toBe(false)
    expect(await node.effects.get(id)).toMatchObject({ state: 'running', payload: 'mine' })
    expect((await node.effects.list({ after: '' })).map((effect) => effect.id)).toEqual([id])
    expect((await node.effects.list({ after: id })).length).toBe(0)
    expect(localOwner.tenant).not.toBe(eve.tenant)
  })

  test('R41 closing waits for what runs, and aborts what takes too long; that is run again at the next start', async () => {
    const node = await world.open({ effects: { mail: calls.handler } })
    const quick = await send(node, 'quick')
    const slow = await send(node, 'slow')
    const first = await calls.nth(1)
    const second = await calls.nth(2)
    const closing = node.close(5000)
    await rest()
    first.resolve('done')
    await world.clock.turn(4999)
    expect(second.signal.aborted).toBe(false)
    await world.clock.turn(1)
    expect(second.signal.reason).toMatchObject({ code: 'cancelled' })
    await closing
    const next = await world.open({ effects: { mail: calls.handler } })
    expect(await state(next, quick)).toBe('settled')
    const again = await calls.nth(3)
    expect([again.payload, again.attempt]).toEqual(['slow', 2])
    again.resolve()
    await becomes(next, slow, 'settled')
  })

  test('R41 an interruption by closing is no failed attempt, however few are allowed', async () => {
    calls = new Calls({ retry: { attempts: 1 } })
    const node = await world.open({ effects: { mail: calls.handler } })
    const id = await send(node)
    await calls.nth(1)
    const closing = node.close(10)
    await rest()
    await world.clock.turn(10)
    await closing
    const next = await world.open({ effects: { mail: calls.handler } })
    ;(await calls.nth(2)).resolve()
    await becomes(next, id, 'settled')
  })
})

/** An engine that takes nothing from `node` any more and lets its claims lapse, as if it had stopped. */
function stuckFor(node: Node): (engine: Engine) => Engine {
  const engine = node.store.engine as { renew: Engine['renew']; claim: Engine['claim'] }
  engine.renew = () => []
  engine.claim = () => []
  return (own) => own
}
