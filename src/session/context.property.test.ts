import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { patience, runs } from '../core/runs.testing.ts'
import { removeTemporaryFiles } from '../store/engines.testing.ts'
import { defineSession } from './index.ts'
import { apply, courses } from './model.testing.ts'
import { World } from './world.testing.ts'

afterAll(removeTemporaryFiles)

const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('to Lisbon', 'HAT069', '2024-05-20'))
const leaf = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))
const branch = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'odd.name'), fc.oneof(leaf, fc.array(leaf, { maxLength: 4 })), {
  maxKeys: 4,
})
const state = fc.dictionary(
  fc.constantFrom('one', 'two', 'three', 'four'),
  fc.oneof(leaf, branch, fc.array(branch, { maxLength: 3 })),
)

test(
  'X2 a state with secrets has the context of the same state without them, to the last digit of each score',
  async () => {
    const open = { query: 'to Lisbon by HAT069 on May 20 with SECRET-77', tokens: 60, explain: true }
    const property = fc.asyncProperty(state, fc.nat(), async (plain, seed) => {
      const world = await World.open('memory')
      const secret = `SECRET-${seed}`
      const Hidden = defineSession('hidden', { secret: ['vault', 'card.number'] })
      await world.hf.session(Hidden, 'with').update((s) => {
        Object.assign(s, { vault: { key: secret, list: [secret, 1] } }, structuredClone(plain), {
          card: { number: secret },
          copy: `is ${secret}`,
        })
      })
      await world.hf.session('without').update((s) => Object.assign(s, structuredClone(plain)))
      const found = await world.hf.session('with').context(open)
      expect(found).toEqual({ ...(await world.hf.session('without').context(open)), revision: found.revision })
      await world.close()
    })
    await fc.assert(property, runs(60))
  },
  patience,
)

test(
  'X1 X7 X10 X11 whatever a session went through: within the budget, paths that lead to values, no write',
  async () => {
    const property = fc.asyncProperty(
      courses(6),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.nat(400),
      async (commands, query, tokens) => {
        const world = await World.open('memory')
        const session = world.hf.session('s')
        for (const command of commands)
          if (command.do === 'change') await session.update((s) => command.changes.forEach((change) => void apply(s, change)))
          else if (command.do === 'destroy') await session.destroy().catch(() => {})
        const before = await session.inspect().catch(() => undefined)
        const context = await session.context({ query, tokens, explain: true })
        expect(context.tokens).toBeLessThanOrEqual(tokens)
        expect(context.variables.reduce((sum, one) => sum + one.tokens, 0)).toBe(context.tokens)
        for (const { path, value } of context.variables) expect(await session.get(path)).toEqual(value)
        expect(await session.inspect().catch(() => undefined)).toEqual(before)
        expect(await (await world.another()).session('s').context({ query, tokens })).toMatchObject({ tokens: context.tokens })
        await world.close()
      },
    )
    await fc.assert(property, runs(40))
  },
  patience,
)
