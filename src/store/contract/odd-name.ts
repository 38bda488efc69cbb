import { accept, on, promise, ref, rule, same, set, write } from './harness.ts'

const odd = 'a\0b'

/** Names that no row holds, and that somebody asks for all the same. */
export const oddNameRules = [
  rule('E56', 'nothing is found under a text with NUL', async (engine) => {
    const { num } = await write(engine, 'a', [set('k', 'v')], { terms: [{ name: 'tag', values: ['a'], subject: null }] })
    for (const entity of [ref(odd), ref('a', odd), ref('a', 'doc', odd)]) same(await engine.entity(entity), undefined)
    same(await engine.entry(num, odd), undefined)
    same(await engine.version(num, odd, 1), undefined)
    same(await engine.entities({ tenant: odd, order: 'id', limit: 9 }), [])
    same(await engine.entities({ tenant: 'acme', kind: odd, order: 'updated', limit: 9 }), [])
    same(await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: odd, limit: 9 }), [])
    same(await engine.count('acme', odd, 9), 0)
    same(await engine.idempotency('acme', odd), undefined)
  }),

  rule(
    'E56',
    'a queue whose name has NUL keeps nobody from the others, and a claim of such an id is not held',
    async (engine) => {
      await accept(engine, { entities: [on('a')], outbox: [promise('one', { queue: 'mail', due: 5 })] })
      same(await engine.outboxRow(odd), undefined)
      same(await engine.outbox({ queue: odd, limit: 9 }), [])
      same(await engine.tally(odd, 9, 9), { due: 0, running: 0, dead: 0 })
      same(await engine.nextDue([odd]), undefined)
      same(await engine.nextDue([odd, 'mail']), 5)
      const claims = await engine.claim({ owner: 'o', queues: [odd, 'mail'], now: 9, lease: 99, limit: 9 })
      same(
        claims.map(({ id }) => id),
        ['one'],
      )
      same(await engine.renew([{ id: odd, epoch: 1 }, ...claims], 200), [odd])
    },
  ),

  rule('E56', 'a list goes on behind a text with NUL', async (engine) => {
    const ids = ['a', 'a\u0001', 'b']
    for (const id of ids) await accept(engine, { entities: [on(id)], outbox: [promise(id, { entity: ref(id) })] })
    const after = { kind: 'doc', id: odd, updated: 0, num: 0 }
    const entities = await engine.entities({ tenant: 'acme', order: 'id', after, limit: 9 })
    same(
      entities.map(({ id }) => id),
      ids.slice(1),
    )
    const outbox = await engine.outbox({ after: odd, limit: 9 })
    same(
      outbox.map(({ id }) => id),
      ids.slice(1),
    )
  }),
]
