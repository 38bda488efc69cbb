import { afterAll, expect, test } from 'vitest'
import { until } from '../runtime/virtual-clock.testing.ts'
import { defineMachine } from '../statechart/index.ts'
import { removeTemporaryFiles, sharedEngineNames } from '../store/engines.testing.ts'
import { onEveryEngine, World } from '../world.testing.ts'
import { Statecharts } from './index.ts'

afterAll(removeTemporaryFiles)

/** Long for an order, and short: a process that works looks at its store every second of it. */
const SPAN = 40_000

/** An order that is paid in time, or is over. */
const order = {
  id: 'order',
  context: { total: { expr: 'input.total' } },
  schemas: { events: { PAY: { type: 'object', properties: { amount: { type: 'number' } } } } },
  initial: 'open',
  states: {
    open: { on: { PAY: { guard: { expr: 'event.amount >= context.total' }, target: 'paid' } }, after: { PT40S: 'over' } },
    paid: { type: 'final' },
    over: { type: 'final' },
  },
}

const pay = (amount: number) => ({ type: 'PAY', amount })

/** One that has its price looked up, and says goodbye. */
const priced = {
  id: 'priced',
  actors: ['lookUp'],
  effects: ['mail'],
  context: { price: 0 },
  initial: 'asking',
  states: {
    asking: {
      invoke: {
        src: 'lookUp',
        input: { of: 'tea' },
        onDone: { target: 'told', actions: { assign: { price: 'event.output' } } },
        onError: 'failed',
      },
    },
    told: { type: 'final', entry: { effect: 'mail', params: { price: { expr: 'context.price' } } } },
    failed: { type: 'final' },
  },
}

onEveryEngine((open) => {
  test('DM31 a definition is stored once, a version of it never changes, and every version stays', async () => {
    const { hf } = await open()
    const first = await hf.statecharts.define(order)
    expect(first).toMatchObject({ isNew: true, machine: { id: 'order', version: '1' } })
    expect(await hf.statecharts.define(structuredClone(order))).toMatchObject({ isNew: false })
    const other = { ...order, context: { total: 0 } }
    await expect(hf.statecharts.define(other)).rejects.toMatchObject({ code: 'conflict' })
    expect(await hf.statecharts.define({ ...other, version: '2' })).toMatchObject({ isNew: true })
    expect(await hf.statecharts.get('order')).toMatchObject({ version: '2' })
    expect(await hf.statecharts.get('order', '1')).toMatchObject({ tag: first.machine.tag })
    expect(await hf.statecharts.json('order', '1')).toEqual(order)
    expect((await hf.statecharts.list()).statecharts).toMatchObject([
      { id: 'order', version: '1', states: 4, events: ['PAY'] },
      { id: 'order', version: '2' },
    ])
    await expect(hf.statecharts.get('order', '3')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('DM31 what is wrong is said all at once, with paths, and nothing is stored', async () => {
    const { hf } = await open()
    const wrong = {
      id: 'wrong',
      initial: 'a',
      states: { a: { on: { GO: 'nowhere' }, entry: { assign: { n: '1 +' } } } },
    }
    const refused = await hf.statecharts.define(wrong).catch((error: unknown) => error)
    const issues = (refused as { details: { issues: { path: string }[] } }).details.issues.map(({ path }) => path)
    expect(issues).toEqual(expect.arrayContaining(['states.a.entry.assign.n', 'states.a.on.GO']))
    const large = { id: 'large', states: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`s${i}`, {}])) }
    await expect(hf.statecharts.define(large)).rejects.toMatchObject({ code: 'too_large', details: { limit: 200 } })
    expect((await hf.statecharts.list()).statecharts).toEqual([])
  })

  test('DM31 the machines of the program win: their ids cannot be defined, and what is stored under them is left aside', async () => {
    const world = await open()
    await world.hf.statecharts.define(order)
    const instance = world.hf.machine('order', 's', 'order')
    await instance.start({ total: 7 })
    await world.close()
    const ours = defineMachine({
      id: 'order',
      version: '9',
      initial: 'open',
      states: { open: { on: { SHUT: 'shut' } }, shut: {} },
    })
    const hf = await world.open({ machines: [ours] })
    await expect(hf.statecharts.define({ ...order, version: '2' })).rejects.toMatchObject({ code: 'conflict' })
    expect(await hf.statecharts.get('order')).toMatchObject({ version: '9' })
    await hf.machine('order', 's', 'new').start()
    expect(await hf.instance('s/new').snapshot()).toMatchObject({ machine: ours.tag })
    // Its timer has no place in the program's definition: it stands still, and is not lost.
    expect(await hf.instance('s/order').snapshot()).toMatchObject({ status: 'needs_migration', states: ['open'] })
  })

  test('DM32 instances of a stored definition go on after a crash, in a process that was told nothing', async () => {
    const world = await open()
    const { machine } = await world.hf.statecharts.define(order)
    await world.hf.machine(machine, 's', 'order').start({ total: 7 })
    await world.crash()
    const hf = await world.open()
    const instance = hf.instance('s/order')
    expect(await instance.inspect()).toMatchObject({ status: 'active', context: { total: 7 }, nextEvents: ['PAY'] })
    expect(await instance.send(pay(6))).toMatchObject({ handled: false })
    expect(await instance.send(pay(7))).toMatchObject({ handled: true, status: 'done' })
    await hf.commit((tx) => tx.machine('order@1', 's', 'second').start({ total: 1 }))
    expect(await hf.instances.list({ machine: 'order', status: 'active' })).toMatchObject({ instances: [{ id: 's/second' }] })
    await expect(hf.machine('order@2', 's', 'third').start()).rejects.toMatchObject({ code: 'not_found' })
  })

  test('DM32 its timers ring in whatever process works, after a restart too', async () => {
    const world = await open()
    await world.hf.statecharts.define(order)
    await world.hf.machine('order', 's', 'order').start({ total: 7 })
    await world.close()
    const hf = await world.open({ worker: true })
    const over = hf.instance('s/order').waitFor('over')
    await world.clock.turn(SPAN)
    expect(await over).toMatchObject({ status: 'done' })
  })

  test('DM32 new instances begin with the last version, running ones go on with theirs', async () => {
    const { hf } = await open()
    await hf.statecharts.define(order)
    await hf.machine('order', 's', 'old').start({ total: 7 })
    await hf.statecharts.define({ ...order, version: '2', initial: 'over' })
    expect(await hf.machine('order', 's', 'new').start({ total: 7 })).toMatchObject({ states: ['over'] })
    expect(await hf.instance('s/old').send(pay(7))).toMatchObject({ states: ['paid'] })
    expect(await hf.machine('order@1', 's', 'third').start({ total: 7 })).toMatchObject({ states: ['open'] })
  })

  test('DM33 (I7) what nobody implements waits, for all to see; a process that can does it', async () => {
    const world = await open({ worker: true })
    await world.hf.statecharts.define(priced)
    await world.hf.machine('priced', 's', 'p').start()
    await world.clock.turn(SPAN)
    expect(await world.hf.effects.list()).toMatchObject([{ queue: 'actor/lookUp', state: 'due', attempts: 0 }])
    await world.close()
    const mails: unknown[] = []
    const mail = { run: (what: unknown) => void mails.push(what) }
    const hf = await world.open({
      statecharts: { actors: { lookUp: { run: (input) => Object(input).of.length } }, effects: { mail } },
    })
    hf.dispatcher.start()
    expect(await hf.instance('s/p').waitFor('told')).toMatchObject({ context: { price: 3 } })
    await until('the mail', async () => mails.length === 1)
    expect(mails).toEqual([{ price: 3 }])
  })

  test('DM33 options that could not work are refused, all at once', async () => {
    const wrong = { actors: { a: {} }, effects: { b: { run: 1 } }, lateAfter: -1 }
    const paths = ['actors.a', 'effects.b', 'lateAfter'].map((path) => expect.objectContaining({ path }))
    await expect(open({ statecharts: wrong as never })).rejects.toEqual(
      expect.objectContaining({ details: { path: 'statecharts', issues: paths } }),
    )
  })

  test('DM31 definitions are of one tenant', async () => {
    const { hf } = await open()
    const [one, other] = ['one', 'other'].map((tenant) => hf.as({ id: 'ann', tenant }))
    const { machine } = (await one?.statecharts.define(order)) ?? expect.fail()
    await expect(other?.statecharts.get('order')).rejects.toMatchObject({ code: 'not_found' })
    expect(() => other?.machine(machine, 's', 'order')).toThrow(/is not known here/)
    await expect(other?.machine('order', 's', 'order').start()).rejects.toMatchObject({ code: 'not_found' })
    expect(await other?.statecharts.define({ ...order, initial: 'over' })).toMatchObject({ isNew: true })
    expect(await one?.machine('order', 's', 'order').start({ total: 1 })).toMatchObject({ states: ['open'] })
    expect(await other?.machine('order', 's', 'order').start({ total: 1 })).toMatchObject({ states: ['over'] })
  })

  test('DM32 many machines are compiled anew when they are needed again', async () => {
    const { hf } = await open()
    const count = 300
    for (let i = 0; i < count; i++) await hf.statecharts.define({ ...order, id: `order${i}` })
    for (const i of [0, count - 1, 0]) {
      await hf.machine(`order${i}`, 's', `of${i}`).start({ total: 1 })
      expect(await hf.instance(`s/of${i}`).can(pay(2))).toBe(true)
    }
  })

  test('DM29 every verb of definitions asks the gate', async () => {
    const { hf } = await open({
      gate: {
        check({ kind, action }) {
          if (kind === 'statechart') throw new Error(`no ${action}`)
        },
      },
    })
    const verbs: Record<string, () => Promise<unknown>> = {
      define: () => hf.statecharts.define(order),
      get: () => hf.statecharts.get('order'),
      json: () => hf.statecharts.json('order'),
      list: () => hf.statecharts.list(),
    }
    expect(Object.getOwnPropertyNames(Statecharts.prototype).sort()).toEqual(['constructor', ...Object.keys(verbs)].sort())
    for (const verb of Object.values(verbs)) await expect(verb()).rejects.toThrow(/^no (create|read|list)$/)
  })
})

test.each(sharedEngineNames)(
  'DM32 another process learns of a definition when it needs it, also where it had found none: %s',
  async (name) => {
    const world = new World(name)
    const first = await world.open()
    await expect(first.machine('order', 's', 'order').start({ total: 7 })).rejects.toMatchObject({ code: 'not_found' })
    const second = await world.open()
    await second.statecharts.define(order)
    await second.machine('order', 's', 'order').start({ total: 7 })
    expect(await first.instance('s/order').send(pay(7))).toMatchObject({ handled: true, states: ['paid'] })
    await second.statecharts.define({ ...order, version: '2', initial: 'over' })
    expect(await first.machine('order', 's', 'new').start({ total: 7 })).toMatchObject({ states: ['over'] })
    await first.close()
    await world.close()
  },
)
