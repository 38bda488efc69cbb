import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { open } from '../holdfast.ts'
import { removeTemporaryFiles, temporaryFile } from '../store/engines.testing.ts'
import { defineSession, type Scoped } from './index.ts'
import { collect, onEveryEngine } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const refused = (code: string) => expect.objectContaining({ name: 'HoldfastError', code })

onEveryEngine((open) => {
  test('S11 scopes in paths and in the draft', async () => {
    const world = await open()
    const session = world.hf.session('a', { user: 'ann' })
    await session.update((state) => {
      state['user:lang'] = 'de'
      state['app:limits'] = { max: 3 }
      state['temp:step'] = 1
      state.own = 1
    })
    await session.set('user:prefs.theme', 'dark')
    await session.update((state) => {
      expect([state['user:lang'], 'user:lang' in state, 'user:none' in state]).toEqual(['de', true, false])
      delete state['user:lang']
      expect(state['user:lang']).toBeUndefined()
    })
    expect(await session.get('user:prefs.theme')).toBe('dark')
    expect(await session.get('user:lang')).toBeUndefined()
    expect(await session.get('app:limits.max')).toBe(3)
    expect(await session.get('temp:step')).toBe(1)
    await session.delete('app:limits.max')
    expect(await session.get('app:limits')).toEqual({})
    expect(await session.get()).toEqual({ own: 1 })
  })

  test('S11 two sessions of a user share, sessions of others do not; all share app:', async () => {
    const { hf } = await open()
    await hf.session('a', { user: 'ann' }).set('user:n', 1)
    await hf.session('b', { user: 'ann' }).update((state) => {
      state['user:n'] = (state['user:n'] as number) + 1
    })
    await hf.session('c', { user: 'bob' }).set('app:n', 7)
    expect(await hf.session('a').get('user:n')).toBe(2)
    expect(await hf.session('c', { user: 'bob' }).get('user:n')).toBeUndefined()
    expect(await hf.session('a').get('app:n')).toBe(7)
  })

  test('S11 tenants share nothing', async () => {
    const { hf } = await open()
    const other = hf.as({ id: 'eve', tenant: 'other' })
    await hf
      .session('a', { user: 'ann' })
      .update((state) => Object.assign(state, { x: 1, 'user:x': 2, 'app:x': 3, 'temp:x': 4 }) && undefined)
    const theirs = other.session('a', { user: 'ann' })
    for (const path of ['x', 'user:x', 'app:x', 'temp:x']) expect(await theirs.get(path)).toBeUndefined()
    expect((await other.sessions.list()).sessions).toEqual([])
  })

  test('S12 a session is bound to its user for good', async () => {
    const { hf } = await open()
    await hf.session('a').set('x', 1)
    await expect(hf.session('a').set('user:x', 1)).rejects.toEqual(refused('invalid'))
    await hf.session('a', { user: 'ann' }).set('user:x', 1)
    expect((await hf.session('a').inspect()).user).toBe('ann')
    await hf.session('a', { user: 'ann' }).set('x', 2)
    expect((await hf.session('a').inspect()).user).toBe('ann')
    expect(await hf.session('a').get('user:x')).toBe(1)
    const bob = hf.session('a', { user: 'bob' })
    await expect(bob.set('x', 3)).rejects.toEqual(refused('forbidden'))
    await expect(bob.get('user:x')).rejects.toEqual(refused('forbidden'))
    expect(await hf.session('a').get('x')).toBe(2)
  })

  test('S13 temp: variables end with the process', async () => {
    const world = await open()
    const session = world.hf.session('a')
    await session.set('temp:word', 'short')
    await session.set('kept', 'long')
    await session.update((state) => {
      state['temp:list'] = []
      ;(state['temp:list'] as unknown[]).push(new Date(3))
    })
    expect(await world.hf.session('a').get('temp:list')).toEqual([new Date(3)])
    await world.restart()
    expect(await world.hf.session('a').get('temp:word')).toBeUndefined()
    expect(await world.hf.session('a').get('kept')).toBe('long')
  })

  test('S13 an update that fails, or runs twice, changes temp: variables once or not at all', async () => {
    const world = await open()
    const Strict = defineSession('strict', { schema: { n: numeric } })
    const bump = (state: Scoped, by: number): void => {
      state['temp:n'] = ((state['temp:n'] as number) ?? 0) + by
    }
    await world.hf.session(Strict, 'a').update((state) => bump(state, 1))
    const failing = [
      world.hf.session(Strict, 'a').update((state) => {
        bump(state, 10)
        throw new RangeError('mine')
      }),
      world.hf.session(Strict, 'a').update((state) => {
        bump(state, 10)
        Object.assign(state, { n: 'no number' })
      }),
      world.hf.commit((tx) => {
        tx.session(Strict, 'a').set('temp:n', 100)
        tx.session(Strict, 'b').set('n', 'no number')
      }),
    ]
    for (const result of await Promise.allSettled(failing)) expect(result.status).toBe('rejected')
    expect(await world.hf.session('a').get('temp:n')).toBe(1)
    world.hf.store.invalidate(world.hf.store.state(world.hf.session('a').ref))
    let runs = 0
    await world.hf.session(Strict, 'a').update((state) => {
      runs++
      bump(state, 1)
      Object.assign(state, { n: 5 })
    })
    expect(runs).toBeGreaterThan(1)
    expect(await world.hf.session('a').get('temp:n')).toBe(2)
  })

  test('S13 temp: variables hold what others hold, and belong to one session', async () => {
    const { hf } = await open()
    await expect(hf.session('a').set('temp:f', () => 1)).rejects.toEqual(refused('invalid'))
    await hf.session('a').set('temp:x', new Map([['k', 1]]))
    const read = (await hf.session('a').get('temp:x')) as Map<string, number>
    read.set('k', 2)
    expect(await hf.session('a').get('temp:x.k')).toBe(1)
    expect(await hf.session('b').get('temp:x')).toBeUndefined()
  })

  test('S14 past, fork and schema cover the own variables only', async () => {
    const { hf } = await open()
    const Strict = defineSession('strict', { schema: { n: numeric } })
    const session = hf.session(Strict, 'a', { user: 'ann' })
    await session.set('n', 1)
    await session.set('user:anything', 'goes')
    await session.update((state) => Object.assign(state, { n: 2, 'user:anything': 'changed', 'app:more': 1 }) && undefined)
    expect((await session.at(1)).state).toEqual({ n: 1 })
    expect(await session.diff(1)).toEqual([{ path: 'n', op: 'change', before: 1, after: 2 }])
    expect((await collect(session.history())).map(({ paths }) => paths)).toEqual([['n'], ['n']])
    await expect(session.getAt(1, 'user:anything')).rejects.toEqual(refused('invalid'))
    const fork = await session.fork('f', { at: 1 })
    expect(await fork.get('user:anything')).toBe('changed')
  })

  test('S15 one update over several scopes is one commit', async () => {
    const { hf } = await open()
    const start = await hf.feed.cursor()
    await hf.session('a', { user: 'ann' }).update((state) => Object.assign(state, { x: 1, 'user:x': 1, 'app:x': 1 }) && undefined)
    const ended = new AbortController()
    const commits = new Set<string>()
    let last = 0
    for await (const change of hf.watch({ after: start, signal: ended.signal })) {
      commits.add(change.commit)
      if (++last === 3) ended.abort()
    }
    expect(commits.size).toBe(1)
  })
})

const numeric = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value: unknown) =>
      value === undefined || typeof value === 'number'
        ? { value: value as number | undefined }
        : { issues: [{ message: 'no number' }] },
  },
} as const

test('S13 temp: variables reach no file', async () => {
  const file = temporaryFile()
  const hf = await open(`file:${file}`, { worker: false })
  await hf.session('a').set('temp:word', 'xyzzy-temporary')
  await hf.session('a').set('kept', 'plugh-permanent')
  await hf.close()
  const folder = dirname(file)
  const bytes = Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
  expect(bytes.includes('plugh-permanent')).toBe(true)
  expect(bytes.includes('xyzzy-temporary')).toBe(false)
})
