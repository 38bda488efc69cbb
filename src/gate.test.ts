import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { BotTx } from './bot-tx.ts'
import { Conversation, ConversationTx } from './conversation/index.ts'
import { HoldfastError } from './core/index.ts'
import { Bot, Holdfast, type OpenOptions } from './holdfast.ts'
import { Effects, EntityTx, type GateRequest, Nodes } from './runtime/index.ts'
import { Session, Sessions, SessionTx } from './session/index.ts'
import { everyEngine, removeTemporaryFiles } from './store/engines.testing.ts'
import { Store } from './store/index.ts'
import { Approvals, Run, Runs } from './task/index.ts'
import { defineTask, type RunContext } from './tasks.ts'

afterAll(removeTemporaryFiles)

const wait = defineTask('wait', (ctx: RunContext, _: null) => ctx.approval({ title: 'May I?' }))

type Verbs = Readonly<Record<string, (() => unknown) | undefined>>

/** Every name a class offers on its instances, private and internal parts apart. */
function verbsOf(type: { readonly prototype: object }, ...harmless: string[]): string[] {
  const names = Reflect.ownKeys(type.prototype).filter((name) => typeof name === 'string' && name !== 'constructor') as string[]
  expect(names).toEqual(expect.arrayContaining(harmless))
  return names.filter((name) => !harmless.includes(name))
}

/** Runs a verb to its end, whatever kind of answer it gives. */
async function run(verb: () => unknown): Promise<void> {
  const result = await verb()
  const steps = (result as { next?: () => Promise<unknown> } | undefined)?.next
  if (steps !== undefined) await steps.call(result)
}

async function forbidsAll(names: readonly string[], verbs: Verbs): Promise<void> {
  expect(Object.keys(verbs).sort(), 'every verb is tried here, or listed as harmless').toEqual([...names].sort())
  for (const [name, verb] of Object.entries(verbs)) {
    const outcome = await run(verb ?? (() => {})).then(
      () => 'went through',
      (error: unknown) => (HoldfastError.is(error, 'forbidden') ? 'forbidden' : String(error)),
    )
    expect(outcome, name).toBe('forbidden')
  }
}

describe.each(everyEngine)('the gate on $name', ({ open }) => {
  /** What is let through; nothing unless a test says so. */
  let allowed: (request: GateRequest) => boolean
  let hf: Holdfast
  let effect: string

  beforeEach(async () => {
    allowed = () => true
    const gate = {
      check(request: GateRequest) {
        if (!allowed(request)) throw new HoldfastError('forbidden', 'The gate is closed', { action: request.action })
      },
    }
    const quiet: OpenOptions = { gate, worker: false, tasks: [wait] }
    hf = new Holdfast(new Store(await open(), quiet), quiet)
    await hf.session('s', { user: 'u' }).set('n', 1)
    effect = (await hf.commit((tx) => tx.entity('doc', 'a').effect('mail', 1))).value
    allowed = () => false
    return async () => {
      await unchanged()
      await hf.close()
    }
  })

  /** Nothing that was refused has left a trace. */
  async function unchanged(): Promise<void> {
    const log = await hf.store.engine.log({ partition: 0, after: 0, limit: 100 })
    expect(log.map(({ revision, op }) => [op, revision])).toEqual([
      ['create', 1],
      ['create', 1],
    ])
    expect(await hf.store.engine.outbox({ limit: 10 })).toMatchObject([{ state: 'due', epoch: 0 }])
  }

  test('R47 every verb of Holdfast and Bot asks the gate; those that do not only hand out what does', async () => {
    const verbs = (of: Holdfast | Bot): Verbs => ({
      commit: () => of.commit((tx) => tx.entity('doc', 'a').get('n')),
      watch: () => of.watch(),
    })
    const handles = [
      'sessions',
      'instances',
      'statecharts',
      'effects',
      'nodes',
      'session',
      'machine',
      'instance',
      'approvals',
      'conversation',
      'run',
      'runs',
    ]
    await forbidsAll(verbsOf(Holdfast, ...handles, 'as', 'drain', 'close'), verbs(hf))
    await forbidsAll(verbsOf(Bot, ...handles), verbs(hf.as({ id: 'eve', tenant: 'default' })))
  })

  test('R47 every verb of a session asks the gate', async () => {
    const session = hf.session('s')
    await forbidsAll(verbsOf(Session, 'ref', 'forkWith'), {
      update: () => session.update((state) => state.n),
      set: () => session.set('n', 2),
      delete: () => session.delete('n'),
      get: () => session.get(),
      look: () => session.look('n'),
      inspect: () => session.inspect(),
      tag: () => session.tag('t'),
      untag: () => session.untag('t'),
      close: () => session.close(),
      reopen: () => session.reopen(),
      keep: () => session.keep(1000),
      destroy: () => session.destroy(),
      history: () => session.history(),
      at: () => session.at(1),
      getAt: () => session.getAt(1, 'n'),
      diff: () => session.diff(1),
      context: () => session.context({ query: '', tokens: 9 }),
      effectsSince: () => session.effectsSince(1),
      fork: () => session.fork('f'),
      watch: () => session.watch(),
    })
  })

  test('R47 every verb of a run asks the gate', async () => {
    const run = hf.run('s/wait.k')
    await forbidsAll(verbsOf(Run, 'ref'), {
      inspect: () => run.inspect(),
      result: () => run.result(),
      stream: () => run.stream().getReader().read(),
      response: () => run.response().text(),
      chunks: () => run.chunks().next(),
      send: () => run.send('paid'),
      cancel: () => run.cancel(),
      retry: () => run.retry(),
      skip: () => run.skip(),
      fork: () => run.fork({ step: 'paid' }),
    })
    await expect(hf.session('s').start(wait, null)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('R47 every verb of a conversation asks the gate', async () => {
    const conversation = hf.conversation('s')
    await forbidsAll(verbsOf(Conversation, 'ref'), {
      add: () => conversation.add({ role: 'user', content: 'hello' }),
      stream: () => conversation.stream({ role: 'assistant' }),
      list: () => conversation.list(),
      turn: () => conversation.turn('turn-1'),
      context: () => conversation.context({ tokens: 9 }),
      branches: () => conversation.branches(),
      select: () => conversation.select('turn-1'),
      pin: () => conversation.pin('turn-1'),
      unpin: () => conversation.unpin('turn-1'),
      inspect: () => conversation.inspect(),
      find: () => conversation.find(),
      watch: () => conversation.watch(),
    })
    await expect(hf.session('s').conversations()).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('R48 to read is not to write: every verb of a conversation in a commit that changes something asks for that', async () => {
    allowed = ({ action }) => action === 'read'
    const inside = (verb: (conversation: ConversationTx) => unknown) => () => hf.commit((tx) => void verb(tx.conversation('s')))
    await forbidsAll(verbsOf(ConversationTx, 'turn', 'last'), {
      add: inside((conversation) => conversation.add({ role: 'user', content: 'hello' })),
      put: inside((conversation) => conversation.put([{ role: 'user', content: 'hello' }], {})),
      select: inside((conversation) => conversation.select('turn-1')),
      pin: inside((conversation) => conversation.pin('turn-1')),
      unpin: inside((conversation) => conversation.unpin('turn-1')),
    })
  })

  test('R47 every verb of the lists asks the gate', async () => {
    await forbidsAll(verbsOf(Sessions), { list: () => hf.sessions.list(), count: () => hf.sessions.count(9) })
    await forbidsAll(verbsOf(Effects), {
      list: () => hf.effects.list(),
      get: () => hf.effects.get(effect),
      cancel: () => hf.effects.cancel(effect),
      retry: () => hf.effects.retry(effect),
      tally: () => hf.effects.tally(9),
    })
    await forbidsAll(verbsOf(Runs), { list: () => hf.runs.list(), active: () => hf.runs.active('s') })
    await forbidsAll(verbsOf(Approvals), {
      list: () => hf.approvals.list(),
      decide: () => hf.approvals.decide('s/wait.k:approval', { approved: true }),
    })
    await forbidsAll(verbsOf(Nodes), { list: () => hf.nodes.list(), report: () => hf.nodes.report() })
  })

  test('R47 every verb inside a commit asks the gate', async () => {
    const inside = (verb: (tx: BotTx) => unknown) => () => hf.commit((tx) => void verb(tx))
    await forbidsAll(verbsOf(BotTx, 'id', 'finish', 'machine'), {
      conversation: inside((tx) => tx.conversation('s').last(1)),
      session: inside((tx) => tx.session('s')),
      entity: inside((tx) => tx.entity('doc', 'a')),
      cancel: inside((tx) => tx.cancel(effect)),
    })
  })

  test('R48 to read is not to write: every verb of a session in a commit that changes something asks for that', async () => {
    allowed = ({ action }) => action === 'read'
    const inside = (verb: (session: SessionTx) => unknown) => () => hf.commit((tx) => void verb(tx.session('s')))
    const reading = ['id', 'definition', 'revision', 'meta', 'expect', 'get', 'root', 'finish']
    await forbidsAll(verbsOf(SessionTx, ...reading), {
      state: inside((session) => {
        session.state.n = 5
      }),
      set: inside((session) => session.set('n', 5)),
      delete: inside((session) => session.delete('n')),
      tag: inside((session) => session.tag('t')),
      untag: inside((session) => session.untag('t')),
      close: inside((session) => session.close()),
      reopen: inside((session) => session.reopen()),
      keep: inside((session) => session.keep(1000)),
    })
    expect((await hf.commit((tx) => tx.session('s').get('n'))).value).toBe(1)
  })

  test('R48 to read is not to write: every verb of an entity that changes something asks for that', async () => {
    allowed = ({ action }) => action === 'read'
    const inside = (verb: (entity: EntityTx) => unknown) => () => hf.commit((tx) => void verb(tx.entity('doc', 'a')))
    const reading = [
      'state',
      'outline',
      'exists',
      'expires',
      'changedAt',
      'revision',
      'expect',
      'get',
      'scan',
      'drafted',
      'tree',
      'read',
    ]
    const internal = ['allow', 'finish', 'untouched', 'commit']
    await forbidsAll(verbsOf(EntityTx, ...reading, ...internal), {
      set: inside((entity) => entity.set('n', 1)),
      delete: inside((entity) => {
        entity.set('n', 1)
        entity.delete('n')
      }),
      draft: inside((entity) => Object.assign(entity.draft(), { n: 1 })),
      event: inside((entity) => entity.event('e')),
      term: inside((entity) => entity.term('t', ['v'])),
      describe: inside((entity) => entity.describe({ schema: 's' })),
      destroy: inside((entity) => entity.destroy()),
      tellTree: inside((entity) => entity.tellTree({ do: 'close' })),
      reminder: inside((entity) => entity.reminder('r', 1)),
      effect: inside((entity) => entity.effect('mail', 1)),
      timer: inside((entity) => entity.timer('t', 1)),
      cancelTimer: inside((entity) => entity.cancelTimer('t')),
      cancelEffect: inside((entity) => entity.cancelEffect('t')),
    })
  })

  test('R48 to write is not to delete, and the user and app variables of a session are their own', async () => {
    const refused = { code: 'forbidden' }
    allowed = ({ action }) => action !== 'delete'
    await expect(hf.session('s').destroy()).rejects.toMatchObject(refused)
    for (const kind of ['user', 'app']) {
      allowed = (request) => request.kind !== kind
      await expect(hf.session('s').get(`${kind}:x`)).rejects.toMatchObject(refused)
      await expect(hf.session('s').set(`${kind}:x`, 1)).rejects.toMatchObject(refused)
      await expect(hf.commit((tx) => tx.session('s').get(`${kind}:x`))).rejects.toMatchObject(refused)
    }
    allowed = ({ path }) => path !== 'secret'
    await expect(hf.session('s').get('secret')).rejects.toMatchObject(refused)
    await expect(hf.session('s').set('secret', 1)).rejects.toMatchObject(refused)
  })
})
