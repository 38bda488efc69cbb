import { expect, test } from 'vitest'
import { Holdfast } from '../holdfast.ts'
import { createMemoryEngine, type Engine, Store } from '../store/index.ts'

/** An engine that answers reads of entries later, as a database elsewhere does. */
function distant(): Engine {
  const engine = createMemoryEngine()
  const later = <Args extends unknown[], Answer>(read: (...args: Args) => Answer) => {
    return async (...args: Args): Promise<Awaited<Answer>> => {
      await new Promise((resolve) => setImmediate(resolve))
      return await read(...args)
    }
  }
  return { ...engine, entry: later(engine.entry), entries: later(engine.entries) }
}

test('S40 inspecting shows one moment: revision, tags and state belong together, whatever is written meanwhile', async () => {
  const engine = distant()
  const options = { worker: false }
  await using here = new Holdfast(new Store(engine), options)
  await using there = new Holdfast(new Store(engine), options)
  const [session, seen] = [here.session('a'), there.session('a')]
  await session.update((state, tx) => {
    state.n = 1
    tx.tag('at-1')
  })
  let writing = true
  const write = async (): Promise<void> => {
    for (let n = 2; n <= 200; n++) {
      await session.update((state, tx) => {
        tx.untag(`at-${n - 1}`)
        tx.tag(`at-${n}`)
        state.n = n
      })
      for (let turns = n % 12; turns > 0; turns--) await new Promise((resolve) => setImmediate(resolve))
    }
    writing = false
  }
  const looks: unknown[] = []
  const look = async (): Promise<void> => {
    while (writing) {
      const { revision, state, tags } = await seen.inspect()
      looks.push([revision, state.n, ...tags])
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  await Promise.all([write(), look(), look()])
  expect(looks.length).toBeGreaterThan(20)
  for (const [revision, n, tag] of looks as [number, number, string][]) expect([n, tag]).toEqual([revision, `at-${revision}`])
})
