import type { Engine, EntityQuery, TermQuery } from '../engine.ts'
import { accept, on, ref, remove, row, rule, same, write } from './harness.ts'

const tag = (...values: string[]) => [{ name: 'tag', values, subject: null }]

/** Finding entities: by term, by id, by change, by expiry. */
export const listingRules = [
  rule('E25', 'a term write replaces all values of its name and no other', async (engine) => {
    const terms = [...tag('b', 'a', 'b'), { name: 'lang', values: ['en'], subject: 'alice' }]
    const { num } = await write(engine, 'a', [], { terms })
    same(await engine.terms(num), [
      { name: 'lang', value: 'en' },
      { name: 'tag', value: 'a' },
      { name: 'tag', value: 'b' },
    ])
    await write(engine, 'a', [], { terms: tag('c') })
    same(await found(engine, { value: 'a' }), [])
    same(await found(engine, { value: 'c' }), ['c a'])
    await write(engine, 'a', [], { terms: [] })
    await write(engine, 'a', [], { terms: tag() })
    same(await engine.terms(num), [{ name: 'lang', value: 'en' }])
    same(await engine.terms(1_000_003), [])
  }),

  rule('E25', 'find answers by value, then num, within tenant, kind and name, page by page', async (engine) => {
    await write(engine, 'a', [], { terms: tag('é', '\uffee') })
    await write(engine, 'b', [], { terms: tag('é', 'a') })
    await write(engine, 'c', [], { terms: tag('😀') })
    for (const entity of [ref('d', 'mail'), ref('d', 'doc', 'globex')]) {
      await accept(engine, { entities: [on('', { entity, terms: tag('é') })] })
    }
    await write(engine, 'e', [], { terms: [{ name: 'tags', values: ['é'], subject: null }] })
    const order = (await row(engine, 'a')).num < (await row(engine, 'b')).num ? ['é a', 'é b'] : ['é b', 'é a']
    const all = ['a b', ...order, '\uffee a', '😀 c']
    same(await found(engine, { value: { from: '' } }), all)
    same(await found(engine, { value: 'é' }), order)
    same(await found(engine, { value: { from: 'b', to: '😀' } }), all.slice(1, 4))
    same(await found(engine, { value: { from: 'é', to: 'é' } }), [])
    const pages = []
    for (let after: TermQuery['after']; ; ) {
      const [hit] = await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: { from: '' }, after, limit: 1 })
      if (hit === undefined) break
      pages.push(`${hit.value} ${hit.id}`)
      after = { value: hit.value, num: hit.num }
    }
    same(pages, all)
    const [hit] = await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', value: 'a', limit: 1 })
    same(hit, { ...(await row(engine, 'b')), value: 'a' })
  }),

  rule('E26', 'entities by kind and id, in UTF-8 order, page by page', async (engine) => {
    await seed(engine)
    const all = ['doc a', 'doc b', 'doc \uffee', 'doc 😀', 'mail a']
    same(await listed(engine, { order: 'id' }), all)
    same(await listed(engine, { order: 'id', kind: 'doc' }), all.slice(0, 4))
    same(await listed(engine, { order: 'id', tenant: 'globex' }), ['doc a'])
    same(await listed(engine, { order: 'id', root: 'r' }), ['doc b', 'doc 😀', 'mail a'])
    same(await listed(engine, { order: 'id', root: 'r', kind: 'doc' }), ['doc b', 'doc 😀'])
    same(await paged(engine, { order: 'id' }), all)
    same(await paged(engine, { order: 'id', root: 'r' }), ['doc b', 'doc 😀', 'mail a'])
    same(await paged(engine, { order: 'id', kind: 'mail' }), ['mail a'])
  }),

  rule('E26', 'entities by change, newest first by the second, then by num downwards', async (engine) => {
    await seed(engine)
    const all = ['doc \uffee', 'doc b', 'doc a', 'mail a', 'doc 😀']
    same(await listed(engine, { order: 'updated' }), all)
    same(await paged(engine, { order: 'updated' }), all)
    same(await listed(engine, { order: 'updated', updatedFrom: 20_000, updatedTo: 40_000 }), ['doc b', 'doc a', 'mail a'])
    same(await listed(engine, { order: 'id', updatedFrom: 20_000, updatedTo: 40_000 }), ['doc a', 'doc b', 'mail a'])
    same(await listed(engine, { order: 'updated', root: 'r', limit: 2 }), ['doc b', 'mail a'])
    await accept(engine, { at: 20_000, entities: [on('b'), on('a')] })
    const tied = (await row(engine, 'a')).num > (await row(engine, 'b')).num ? ['doc a', 'doc b'] : ['doc b', 'doc a']
    same(await listed(engine, { order: 'updated', kind: 'doc', updatedFrom: 30_000, updatedTo: 31_000 }), tied)
  }),

  rule('E26', 'entities whose id begins with a prefix, in either order', async (engine) => {
    await seed(engine)
    for (const id of ['ab', 'a/b', 'A']) await write(engine, id, [])
    same(await listed(engine, { order: 'id', kind: 'doc', prefix: 'a' }), ['doc a', 'doc a/b', 'doc ab'])
    same(await paged(engine, { order: 'id', kind: 'doc', prefix: 'a' }), ['doc a', 'doc a/b', 'doc ab'])
    same((await listed(engine, { order: 'updated', prefix: 'a' })).toSorted(), ['doc a', 'doc a/b', 'doc ab', 'mail a'])
    same(await listed(engine, { order: 'id', prefix: '😀' }), ['doc 😀'])
    same(await listed(engine, { order: 'id', kind: 'doc', prefix: 'zz' }), [])
  }),

  rule('E47', 'count counts the living of a tenant and kind, and stops at most', async (engine) => {
    same(await engine.count('acme', 'doc', 9), 0)
    for (const id of ['a', 'b', 'c']) await write(engine, id, [])
    await accept(engine, { entities: [on('', { entity: ref('d', 'mail') })] })
    await remove(engine, 'b')
    same([await engine.count('acme', 'doc', 9), await engine.count('acme', 'doc', 1)], [2, 1])
    same([await engine.count('acme', 'mail', 9), await engine.count('globex', 'doc', 9)], [1, 0])
  }),

  rule('E26', 'deleted entities are listed unless left out', async (engine) => {
    await write(engine, 'a', [])
    await write(engine, 'b', [])
    await remove(engine, 'a')
    same(await listed(engine, { order: 'id' }), ['doc a', 'doc b'])
    same(await listed(engine, { order: 'id', deleted: false }), ['doc b'])
    same(await listed(engine, { order: 'id', deleted: true }), ['doc a'])
  }),

  rule('E27', 'expired lists living entities whose time has come, oldest first', async (engine) => {
    for (const [id, expires] of Object.entries({ a: 30, b: 10, c: null, d: 20, e: 11 })) await write(engine, id, [], { expires })
    const ids = async (now: number, limit = 9) => (await engine.expired(now, limit)).map(({ id }) => id)
    same(await ids(9), [])
    same(await ids(20), ['b', 'e', 'd'])
    same(await ids(99, 2), ['b', 'e'])
    await remove(engine, 'b')
    await write(engine, 'e', [], { expires: 99 })
    await write(engine, 'b', [])
    same(await ids(50), ['d', 'a'])
  }),
]

async function found(engine: Engine, query: Pick<TermQuery, 'value'>): Promise<string[]> {
  const rows = await engine.find({ tenant: 'acme', kind: 'doc', name: 'tag', limit: 99, ...query })
  return rows.map(({ value, id }) => `${value} ${id}`)
}

async function seed(engine: Engine): Promise<void> {
  await write(engine, '😀', [], { root: 'r' }, 10_000)
  await write(engine, 'a', [], {}, 30_000)
  await accept(engine, { at: 20_000, entities: [on('', { entity: ref('a', 'mail'), root: 'r' })] })
  await write(engine, '\uffee', [], { root: 'q' }, 40_000)
  await accept(engine, { at: 50_000, entities: [on('', { entity: ref('a', 'doc', 'globex'), root: 'r' })] })
  await write(engine, 'b', [], { root: 'r' }, 30_999)
}

type Query = Partial<EntityQuery> & Pick<EntityQuery, 'order'>

async function listed(engine: Engine, query: Query): Promise<string[]> {
  return (await engine.entities({ tenant: 'acme', limit: 99, ...query })).map(({ kind, id }) => `${kind} ${id}`)
}

async function paged(engine: Engine, query: Query): Promise<string[]> {
  const names: string[] = []
  for (let after: EntityQuery['after']; ; ) {
    const [next] = await engine.entities({ tenant: 'acme', ...query, after, limit: 1 })
    if (next === undefined) return names
    names.push(`${next.kind} ${next.id}`)
    after = next
  }
}
