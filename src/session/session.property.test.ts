import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { removeTemporaryFiles } from '../store/engines.testing.ts'
import { differences, type Session } from './index.ts'
import { apply, type Change, type Command, courses, exactly, ModelSession } from './model.testing.ts'
import { World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

/** A course of commands, followed by a store and by the model of it. */
class Course {
  readonly world: World
  readonly #sessions: ModelSession[] = [new ModelSession('s0')]

  constructor(world: World) {
    this.world = world
  }

  async follow(command: Command): Promise<void> {
    if (command.do === 'restart') return this.world.restart()
    const model = this.#sessions[command.session % this.#sessions.length] as ModelSession
    if (command.do === 'change') return this.#change(model, command.changes)
    if (command.do === 'destroy') return this.#destroy(model)
    return this.#fork(model, command.revision)
  }

  #session(model: ModelSession): Session {
    return this.world.hf.session(model.id)
  }

  async #change(model: ModelSession, changes: readonly Change[]): Promise<void> {
    const before = model.states.length
    const after = model.after(changes)
    await this.#session(model).update((state) => {
      for (const change of changes) apply(state, change)
    })
    const { revision, state } = await this.#session(model).inspect()
    expect(exactly(state)).toBe(exactly(after))
    const isSame = model.exists && exactly(after) === exactly(model.now)
    // Something deleted and put back in its old place may count as a change, or not.
    expect(isSame ? [before, before + 1] : [before + 1]).toContain(revision)
    if (revision > before) model.record(after, true)
  }

  async #destroy(model: ModelSession): Promise<void> {
    if (!model.exists) return
    await this.#session(model).destroy()
    model.record({}, false)
    expect(await this.#session(model).get()).toEqual({})
  }

  async #fork(model: ModelSession, choice: number): Promise<void> {
    if (model.states.length === 0 || this.#sessions.length > 7) return
    const revision = 1 + (choice % model.states.length)
    const fork = new ModelSession(`s${this.#sessions.length}`)
    const [record] = await Array.fromAsync(this.#session(model).history({ from: revision, to: revision }))
    if (record?.op === 'delete') {
      await expect(this.#session(model).fork(fork.id, { at: revision })).rejects.toMatchObject({ code: 'not_found' })
      return
    }
    await this.#session(model).fork(fork.id, { at: revision })
    fork.record(model.states[revision - 1] ?? {}, true)
    this.#sessions.push(fork)
  }

  /** Everything that was is as it was, in every session. */
  async look(): Promise<void> {
    for (const model of this.#sessions) {
      expect(exactly(await this.#session(model).get())).toBe(exactly(model.now))
      if (model.states.length > 0) await this.#lookBack(model)
    }
    expect(await Array.fromAsync(this.world.hf.store.engine.verify())).toEqual([])
  }

  async #lookBack(model: ModelSession): Promise<void> {
    const session = this.#session(model)
    const { states } = model
    const history = await Array.fromAsync(session.history({ order: 'oldest' }))
    expect(history.map(({ revision }) => revision)).toEqual(states.map((_, i) => i + 1))
    for (const [i, state] of states.entries()) {
      expect(exactly((await session.at(i + 1)).state)).toBe(exactly(state))
      const before = states[i - 1] ?? {}
      for (const name of new Set([...Object.keys(before), ...Object.keys(state)])) {
        const was = Object.hasOwn(before, name) ? exactly(before[name]) : ''
        const is = Object.hasOwn(state, name) ? exactly(state[name]) : ''
        const named = history[i]?.paths.some(
          (path) => path === pathTo(name) || path.startsWith(`${pathTo(name)}.`) || path.startsWith(`${pathTo(name)}[`),
        )
        const isOwn = i > 0 || history[0]?.event?.name !== 'fork'
        if (was !== is && isOwn && history[i]?.op !== 'delete')
          expect({ revision: i + 1, name, named }).toMatchObject({ named: true })
      }
    }
    const middle = Math.ceil(states.length / 2)
    expect(await session.diff(middle, states.length)).toEqual(differences(states[middle - 1], states.at(-1)))
  }
}

function pathTo(name: string): string {
  return name === '' ? '[""]' : name
}

describe.each([
  ['memory', 60],
  ['sqlite', 40],
  ['postgres', 8],
] as const)('%s', (engine, numRuns) => {
  test('S6 S23 S26 S33 S34 S35 S36 any course of changes reads as the plain values do, now and at every revision', async () => {
    const property = fc.asyncProperty(courses(24), async (commands) => {
      // A small cache: much is read again from the engine.
      const course = new Course(await World.open(engine, { cacheBytes: 40_000 }))
      try {
        for (const command of commands) await course.follow(command)
        await course.look()
        await course.world.restart()
        await course.look()
      } finally {
        await course.world.close()
      }
    })
    await fc.assert(property, { numRuns, seed: 20_261_122 })
  }, 120_000)
})
