import { expect, it } from 'vitest'
import { HoldfastError } from '../../core/index.ts'
import { onEveryEngine } from '../../world.testing.ts'
import { HoldfastStore } from './index.ts'

onEveryEngine((open) => {
  it('LG12: items come back with their times, and are replaced and deleted', async () => {
    const world = await open()
    const store = new HoldfastStore(world.hf)
    await store.put(['users', 'alice'], 'likes', { food: 'pizza' })
    const first = await store.get(['users', 'alice'], 'likes')
    await world.clock.turn(1000)
    await store.put(['users', 'alice'], 'likes', { food: 'sushi' })
    const second = await store.get(['users', 'alice'], 'likes')
    expect(second).toMatchObject({ key: 'likes', namespace: ['users', 'alice'], value: { food: 'sushi' } })
    expect(second?.createdAt).toEqual(first?.createdAt)
    expect((second?.updatedAt.getTime() ?? 0) - (first?.updatedAt.getTime() ?? 0)).toBe(1000)
    await store.delete(['users', 'alice'], 'likes')
    expect(await store.get(['users', 'alice'], 'likes')).toBeNull()
    expect(await store.get([], 'likes')).toBeNull()
  })

  it('LG12: the writes of a batch are one commit, its reads do not see them, and of two the last counts', async () => {
    const { hf } = await open()
    const store = new HoldfastStore(hf)
    await store.put(['a'], 'x', { n: 1 })
    const [before] = await store.batch([
      { namespace: ['a'], key: 'x' },
      { namespace: ['a'], key: 'x', value: { n: 2 } },
      { namespace: ['b'], key: 'y', value: { n: 3 } },
      { namespace: ['a'], key: 'x', value: { n: 4 } },
    ])
    expect(before).toMatchObject({ value: { n: 1 } })
    expect(await store.get(['a'], 'x')).toMatchObject({ value: { n: 4 } })
    const torn = store.batch([
      { namespace: ['a'], key: 'x', value: { n: 5 } },
      { namespace: ['b'], key: 'y', value: { f: () => {} } },
    ])
    await expect(torn).rejects.toMatchObject({ code: 'invalid' })
    expect(await store.get(['a'], 'x')).toMatchObject({ value: { n: 4 } })
  })

  it('LG13: a search goes through a namespace and those below it, in order, page by page', async () => {
    const store = new HoldfastStore((await open()).hf)
    for (const [namespace, n] of [
      ['docs', 0],
      ['docs/a', 1],
      ['docs/b', 2],
      ['docsnot', 3],
      ['other', 4],
    ] as const)
      for (const key of ['x', 'y']) await store.put(namespace.split('/'), key, { n })
    const names = (items: { namespace: string[]; key: string }[]) =>
      items.map(({ namespace, key }) => [...namespace, key].join('/'))
    expect(names(await store.search(['docs']))).toEqual(['docs/x', 'docs/y', 'docs/a/x', 'docs/a/y', 'docs/b/x', 'docs/b/y'])
    expect(names(await store.search(['docs'], { offset: 1, limit: 2 }))).toEqual(['docs/y', 'docs/a/x'])
    expect(names(await store.search([], { filter: { n: { $gte: 3 } } }))).toHaveLength(4)
    expect(await store.search(['nowhere'])).toEqual([])
  })

  it.each([
    [{ kind: 'a' }, ['x']],
    [{ kind: { $eq: 'a' } }, ['x']],
    [{ kind: { $ne: 'a' } }, ['y', 'z']],
    [{ n: { $gt: 1, $lt: 3 } }, ['y']],
    [{ n: { $gte: 2 } }, ['y', 'z']],
    [{ n: { $lte: 1 } }, ['x']],
    [{ kind: { $in: ['a', 'c'] } }, ['x', 'z']],
    [{ kind: { $nin: ['a', 'c'] } }, ['y']],
    [{ deep: { list: [1, 2] } }, ['z']],
    [{ kind: 'a', n: 2 }, []],
  ])('LG13: filters by %o', async (filter, keys) => {
    const store = new HoldfastStore((await open()).hf)
    await store.put(['f'], 'x', { kind: 'a', n: 1 })
    await store.put(['f'], 'y', { kind: 'b', n: 2 })
    await store.put(['f'], 'z', { kind: 'c', n: 3, deep: { list: [1, 2] } })
    expect((await store.search(['f'], { filter })).map(({ key }) => key)).toEqual(keys)
  })

  it('LG13: what it cannot do is refused: vectors, unknown operators, namespaces without a name', async () => {
    const store = new HoldfastStore((await open()).hf)
    await store.put(['f'], 'x', { n: 1 })
    await expect(store.search(['f'], { query: 'something like it' })).rejects.toMatchObject({ code: 'invalid' })
    await expect(store.search(['f'], { filter: { n: { $near: 1 } } })).rejects.toMatchObject({ details: { path: 'filter.n' } })
    await expect(store.batch([{ namespace: [], key: 'x', value: {} }])).rejects.toMatchObject({ code: 'invalid' })
    await expect(store.batch([{ namespace: ['a', ''], key: 'x', value: {} }])).rejects.toMatchObject({ code: 'invalid' })
  })

  it('LG14: namespaces are listed that have items, by prefix and suffix, cut at a depth', async () => {
    const store = new HoldfastStore((await open()).hf)
    for (const name of ['a/x/1', 'a/x/2', 'a/y/1', 'b/x/1', 'gone']) await store.put(name.split('/'), 'k', { n: 1 })
    await store.delete(['gone'], 'k')
    const list = async (options: Parameters<typeof store.listNamespaces>[0]) =>
      (await store.listNamespaces(options)).map((labels) => labels.join('/'))
    expect(await list({})).toEqual(['a/x/1', 'a/x/2', 'a/y/1', 'b/x/1'])
    expect(await list({ prefix: ['a'], suffix: ['1'] })).toEqual(['a/x/1', 'a/y/1'])
    expect(await list({ prefix: ['*', 'x'] })).toEqual(['a/x/1', 'a/x/2', 'b/x/1'])
    expect(await list({ maxDepth: 2 })).toEqual(['a/x', 'a/y', 'b/x'])
    expect(await list({ maxDepth: 1, offset: 1, limit: 5 })).toEqual(['b'])
    expect(await list({ limit: 2, offset: 1 })).toEqual(['a/x/2', 'a/y/1'])
  })

  it('LG15: values come back exactly, or are refused with their path', async () => {
    const store = new HoldfastStore((await open()).hf)
    const value = { at: new Date(0), big: 12n, map: new Map([['a', Number.NaN]]), nested: { 'a/~b': [undefined, -0] } }
    await store.put(['odd/~names'], 'key/~1', value)
    expect((await store.get(['odd/~names'], 'key/~1'))?.value).toEqual(value)
    expect((await store.search(['odd/~names']))[0]).toMatchObject({ namespace: ['odd/~names'], key: 'key/~1', value })
    const odd = store.put(['a'], 'x', { list: [{ f: Symbol('no') }] })
    await expect(odd).rejects.toMatchObject({ code: 'invalid', details: { path: expect.stringContaining('list[0].f') } })
  })

  it('LG16: the gate is asked for the principal that the store was made for', async () => {
    const gate = {
      check({ principal, id }: { principal: { id: string }; id?: string | undefined }) {
        if (id === 'secret/' && principal.id === 'alice') throw new HoldfastError('forbidden', 'Not yours', { entity: id })
      },
    }
    const { hf } = await open({ gate })
    await new HoldfastStore(hf).put(['secret'], 'x', { n: 1 })
    const store = new HoldfastStore(hf, { principal: { id: 'alice', tenant: 'default' } })
    for (const attempt of [() => store.get(['secret'], 'x'), () => store.search([]), () => store.put(['secret'], 'x', {})])
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
  })
})
