import type { StandardSchemaV1 } from '@standard-schema/spec'
import * as v from 'valibot'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { HoldfastError } from '../core/index.ts'
import { defineSession, type SessionDefinition, type StateSchema } from './index.ts'
import { onEveryEngine } from './world.testing.ts'

interface Order {
  name: string
  qty: number
  tags: string[]
}

/** A Standard Schema written by hand, with or without a library around it. */
function byHand<Value>(check: (value: unknown) => Value | string): StandardSchemaV1<unknown, Value> {
  const validate = (value: unknown): StandardSchemaV1.Result<Value> => {
    const found = check(value)
    return typeof found === 'string' && found.startsWith('!') ? { issues: [{ message: found }] } : { value: found as Value }
  }
  return { '~standard': { version: 1, vendor: 'by-hand', validate } }
}

const name = byHand((value) => (typeof value === 'string' ? value.trim() : value === undefined ? 'nobody' : '!no text'))
const qty = byHand((value) => (value === undefined ? 1 : Number.isInteger(value) ? (value as number) : '!no whole number'))
const noTags: string[] = []
const tags = byHand((value) => (value === undefined ? noTags : Array.isArray(value) ? (value as string[]) : '!no list'))

const whole: StandardSchemaV1<unknown, Order> = {
  '~standard': {
    version: 1,
    vendor: 'by-hand',
    validate(value) {
      const given = value as Record<string, unknown>
      const parts = Object.entries({ name, qty, tags }).map(([key, one]) => [key, one['~standard'].validate(given[key])] as const)
      const issues = parts.flatMap(([key, part]) =>
        ((part as StandardSchemaV1.FailureResult).issues ?? []).map((issue) => ({ ...issue, path: [{ key }] })),
      )
      if (issues.length > 0) return { issues }
      return {
        value: Object.fromEntries(parts.map(([key, part]) => [key, (part as { value: unknown }).value])) as unknown as Order,
      }
    },
  },
}

const zod = {
  name: z.string().trim().default('nobody'),
  qty: z.number().int().default(1),
  tags: z.array(z.string()).default(() => []),
}
const valibot = {
  name: v.optional(v.pipe(v.string(), v.trim()), 'nobody'),
  qty: v.optional(v.pipe(v.number(), v.integer()), 1),
  tags: v.optional(v.array(v.string()), () => []),
}

const schemas: Readonly<Record<string, StateSchema>> = {
  'zod, whole': z.object(zod),
  'zod, one for each': zod,
  'valibot, whole': v.object(valibot),
  'valibot, one for each': valibot,
  'by hand, whole': whole,
  'by hand, one for each': { name, qty, tags },
}

const refusedAt = (path: string) => expect.objectContaining({ code: 'invalid', details: expect.objectContaining({ path }) })

onEveryEngine((open) => {
  describe.each(Object.entries(schemas))('%s', (_, schema) => {
    const Order = defineSession('order', { schema }) as unknown as SessionDefinition<Order>

    test('S19 S20 defaults, then transforms', async () => {
      const world = await open()
      const session = world.hf.session(Order, 'a')
      expect(await session.get()).toEqual({ name: 'nobody', qty: 1, tags: [] })
      await session.update((state) => {
        state.qty++
        state.name = '  Ann '
        state.tags.push('x')
      })
      await world.restart()
      const again = world.hf.session(Order, 'a')
      expect(await again.get()).toEqual({ name: 'Ann', qty: 2, tags: ['x'] })
      await world.hf.session(Order, 'b').tag('t')
      expect(await world.hf.session(Order, 'b').get()).toEqual({ name: 'nobody', qty: 1, tags: [] })
    })

    test('S17 refused with path and issues, and nothing changes', async () => {
      const { hf } = await open()
      const session = hf.session(Order, 'a', { user: 'u' })
      const wrong = session.update((state) => {
        state.name = 'Ann'
        state.qty = 1.5
        Object.assign(state, { 'user:x': 1, tags: 'none' })
      })
      const error = await wrong.catch((each: unknown) => each)
      expect(error).toEqual(expect.objectContaining({ code: 'invalid' }))
      const issues = HoldfastError.is(error, 'invalid') ? (error.details.issues ?? []) : []
      expect(issues.map(({ path }) => path).toSorted()).toContain('qty')
      await expect(session.inspect()).rejects.toEqual(expect.objectContaining({ code: 'not_found' }))
      await session.set('name', 'Ann')
      await expect(session.set('qty', 'many')).rejects.toEqual(refusedAt('qty'))
      expect(await session.inspect()).toMatchObject({ revision: 1, state: { name: 'Ann', qty: 1 } })
      expect(await session.get('user:x')).toBeUndefined()
    })

    test('S21 unknown variables', async () => {
      const { hf } = await open()
      const session = hf.session(Order, 'a')
      await session.set('qty', 2)
      await expect(session.set('color', 'red')).rejects.toEqual(refusedAt('color'))
      await hf.session('a').set('color', 'red')
      await session.set('qty', 3)
      await session.delete('color')
      expect(await session.get()).toEqual({ name: 'nobody', qty: 3, tags: [] })
    })

    test('S18 what no longer fits is readable, listed, and in nobody’s way', async () => {
      const world = await open()
      const Old = defineSession('order') as unknown as SessionDefinition<Record<string, unknown>>
      await world.hf.session(Old, 'a').set('', { name: 5, qty: 1, tags: [] })
      await world.restart()
      const session = world.hf.session(Order, 'a')
      const { state, invalidStored } = await session.inspect()
      expect(state.name).toBe(5)
      expect(invalidStored.map(({ path }) => path)).toEqual(['name'])
      await session.update((draft) => {
        draft.qty = draft.name === undefined ? 0 : 9
      })
      expect(await session.get()).toEqual({ name: 5, qty: 9, tags: [] })
      await expect(session.set('name', 6)).rejects.toEqual(refusedAt('name'))
      await session.set('name', 'Ann')
      expect((await session.inspect()).invalidStored).toEqual([])
    })

    test('S26 a schema sees no difference in a split value', async () => {
      const world = await open()
      const many = Array.from({ length: 2000 }, (_, i) => `tag number ${i}`)
      await world.hf.session(Order, 'a').set('tags', many)
      await world.restart()
      const session = world.hf.session(Order, 'a')
      await session.update((state) => {
        state.tags.push('last')
        state.name = 'Ann'
      })
      expect(await session.get()).toEqual({ name: 'Ann', qty: 1, tags: [...many, 'last'] })
      expect((await session.inspect()).invalidStored).toEqual([])
    })
  })

  test.each([
    ['whole', z.object({ n: z.number() }).refine(async () => true)],
    ['one for each', { n: z.number().refine(async () => true) }],
  ] as const)('S16 an asynchronous schema is refused: %s', async (_, schema) => {
    const { hf } = await open()
    const session = hf.session(defineSession('slow', { schema }), 'a')
    await expect(session.set('n', 1)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('asynchronous') })
    await expect(hf.session('a').inspect()).rejects.toMatchObject({ code: 'not_found' })
  })

  test.each<[string, StateSchema, open: boolean]>([
    ['zod', z.object({ n: z.string(), c: z.coerce.number(), t: z.string().trim() }), false],
    ['zod, strict', z.strictObject({ n: z.string(), c: z.coerce.number(), t: z.string().trim() }), false],
    ['zod, loose', z.looseObject({ n: z.string(), c: z.coerce.number(), t: z.string().trim() }), true],
    ['valibot', v.object({ n: v.string(), c: v.pipe(v.unknown(), v.transform(Number)), t: v.pipe(v.string(), v.trim()) }), false],
    [
      'valibot, loose',
      v.looseObject({ n: v.string(), c: v.pipe(v.unknown(), v.transform(Number)), t: v.pipe(v.string(), v.trim()) }),
      true,
    ],
  ])(
    'S18 beside a variable that no longer fits, changes get their form and unknown names are refused: %s',
    async (_, schema, open_) => {
      const world = await open()
      const Old = defineSession('order') as unknown as SessionDefinition<Record<string, unknown>>
      await world.hf.session(Old, 'a').set('', { n: 4, c: 1, t: 'a' })
      await world.restart()
      const session = world.hf.session(
        defineSession('order', { schema }) as unknown as SessionDefinition<Record<string, unknown>>,
        'a',
      )
      await session.update((draft) => Object.assign(draft, { c: '13', t: ' b ' }) && undefined)
      expect(await session.get()).toEqual({ n: 4, c: 13, t: 'b' })
      const typo = session.set('typo', 1)
      if (open_) await typo
      else await expect(typo).rejects.toMatchObject({ code: 'invalid' })
      expect(await session.get()).toEqual({ n: 4, c: 13, t: 'b', ...(open_ && { typo: 1 }) })
      await session.set('n', 'four')
      expect((await session.inspect()).invalidStored).toEqual([])
    },
  )

  test('S18 an issue of the state as a whole refuses every write', async () => {
    const { hf } = await open()
    const schema = z
      .object({ from: z.number(), to: z.number(), note: z.string().optional() })
      .refine(({ from, to }) => from <= to, 'backwards')
    const session = hf.session(defineSession('range', { schema }), 'a')
    await session.update((state) => Object.assign(state, { from: 1, to: 2 }) && undefined)
    await expect(session.set('from', 3)).rejects.toEqual(refusedAt(''))
    expect(await session.get()).toEqual({ from: 1, to: 2 })
  })

  test('S19 where the empty state does not fit, the first write brings the defaults', async () => {
    const { hf } = await open()
    const schema = z.object({ user: z.string(), count: z.number().default(0), tags: z.array(z.string()).default(['new']) })
    const session = hf.session(defineSession('needs', { schema }), 'a')
    expect(await session.get()).toEqual({})
    await session.set('user', 'ann')
    expect(await session.get()).toEqual({ user: 'ann', count: 0, tags: ['new'] })
    await session.delete('count').catch(() => {})
    await session.set('user', 'bob')
    expect(await session.get('user')).toBe('bob')
  })

  test('S19 defaults are copies: a schema that hands out one value keeps it', async () => {
    const { hf } = await open()
    const Tagged = defineSession('tagged', { schema: { tags } })
    for (const id of ['a', 'b'])
      await hf.session(Tagged, id).update((state) => {
        state.tags.push(id)
      })
    const read = (await hf.session(Tagged, 'c').get()).tags as string[]
    try {
      read.push('spoilt')
    } catch {
      // Frozen is fine.
    }
    expect(noTags).toEqual([])
    expect(await hf.session(Tagged, 'b').get()).toEqual({ tags: ['b'] })
  })

  test('S20 a transform is applied once, to what is written', async () => {
    const { hf } = await open()
    const schema = z.object({
      text: z
        .string()
        .transform((text) => `${text}!`)
        .default('-'),
      n: z.number().default(0),
    })
    const session = hf.session(defineSession('loud', { schema }), 'a')
    await session.set('text', 'hey')
    expect(await session.get('text')).toBe('hey!')
    await session.update((state) => {
      state.n = state.text.length
    })
    expect(await session.get()).toEqual({ text: 'hey!', n: 4 })
  })

  test('S22 a session keeps its definition', async () => {
    const { hf } = await open()
    const [A, B] = [defineSession('a-kind'), defineSession('b-kind')]
    await hf.session(A, 'x').set('n', 1)
    await expect(hf.session(B, 'x').set('n', 2)).rejects.toMatchObject({ code: 'invalid' })
    await hf.session('x').set('n', 3)
    expect(await hf.session(A, 'x').inspect()).toMatchObject({ definition: 'a-kind', state: { n: 3 } })
    const both = hf.commit((tx) => {
      tx.session(A, 'y').set('n', 1)
      tx.session(B, 'y').set('n', 2)
    })
    await expect(both).rejects.toMatchObject({ code: 'invalid' })
  })
})

test.each([
  ['a name', () => defineSession('')],
  ['the reserved name', () => defineSession('session')],
  ['a secret path', () => defineSession('x', { secret: [''] })],
  ['a term path', () => defineSession('x', { terms: { total: 'a..b' } })],
  ['a reserved term', () => defineSession('x', { terms: { tag: 'a' } })],
  ['a ttl', () => defineSession('x', { ttl: 0 })],
  ['an endless ttl', () => defineSession('x', { ttl: Number.POSITIVE_INFINITY })],
  ['a time of idleness', () => defineSession('x', { idleAfter: Number.NaN })],
])('S16 a definition refuses %s that cannot be', (_, define) => {
  expect(define).toThrow(expect.objectContaining({ code: 'invalid' }))
})
