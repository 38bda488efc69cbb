import { afterAll, expect, test } from 'vitest'
import { Holdfast, type NewTurn } from '../index.ts'
import { freshData, removeTemporaryFiles, sharedEngineNames } from '../store/engines.testing.ts'
import { type Engine, Store } from '../store/index.ts'

afterAll(removeTemporaryFiles)

/** Fewer on a server, where each costs more. */
const TURNS = { sqlite: 100_000, postgres: 20_000 }
const COMMIT = 10_000

/** An engine, and what is asked of it: calls, and rows that come back. */
function counting(inner: Engine): { readonly engine: Engine; readonly asked: { calls: number; rows: number } } {
  const asked = { calls: 0, rows: 0 }
  const count = (answer: unknown): unknown => {
    asked.rows += Array.isArray(answer) ? answer.length : 1
    return answer
  }
  const engine = new Proxy(inner, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver)
      if (typeof value !== 'function' || name === 'close') return value
      return (...args: unknown[]) => {
        asked.calls++
        const answer: unknown = value.apply(target, args)
        return answer instanceof Promise ? answer.then(count) : count(answer)
      }
    },
  })
  return { engine, asked }
}

test.each(sharedEngineNames)(
  'CV13 opening a conversation of many turns on %s reads a page or two, and so does adding to it',
  async (name) => {
    const count = TURNS[name]
    const another = freshData(name)
    const open = async (): Promise<{ hf: Holdfast; asked: { calls: number; rows: number } }> => {
      const { engine, asked } = counting(await another())
      return { hf: new Holdfast(new Store(engine), { worker: false }), asked }
    }
    const { hf } = await open()
    for (let from = 0; from < count; from += COMMIT) {
      const turns = Array.from({ length: COMMIT }, (_, i): NewTurn => ({ role: 'user', content: `turn ${from + i + 1}` }))
      await hf.conversation('s').add(turns)
    }
    await hf.close()
    const opening = async (use: (hf: Holdfast) => Promise<unknown>): Promise<{ calls: number; rows: number }> => {
      const opened = await open()
      await use(opened.hf)
      await opened.hf.close()
      return opened.asked
    }
    const listed = await opening(async (opened) => {
      const { turns } = await opened.conversation('s').list({ limit: 50 })
      expect(turns.map(({ id }) => id).slice(-2)).toEqual([`turn-${count - 1}`, `turn-${count}`])
    })
    const context = await opening(async (opened) => {
      const { turns, left } = await opened.conversation('s').context({ tokens: 500 })
      expect(turns.length + left).toBe(count)
    })
    const added = await opening((opened) => opened.conversation('s').add({ role: 'user', content: 'one more', id: 'mine' }))
    const found = await opening((opened) => opened.conversation('s').list({ before: 'turn-15000', limit: 50 }))
    for (const { calls, rows } of [listed, context, added, found]) {
      expect(calls).toBeLessThan(30)
      expect(rows).toBeLessThan(250)
    }
  },
  60_000,
)
