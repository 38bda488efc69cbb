import { expect, test } from 'vitest'
import { defineSession, isSecret, MASK, mask, maskDifferences, maskTexts } from './index.ts'
import { onEveryEngine } from './world.testing.ts'

const secret = ['card.number', 'tokens', 'list[1]', 'map.key', '["odd.name"]']
const state = () => ({
  card: { number: '4111', name: 'Ann' },
  tokens: { a: 1 },
  list: [1, 2, 3],
  map: new Map([['key', 'k']]),
  'odd.name': 1,
})

onEveryEngine((open) => {
  test('S39 secrets are kept with the session and follow the definition', async () => {
    const world = await open()
    await world.hf.session(defineSession('pay', { secret: ['card.number'] }), 'a').set('card', { number: '4111' })
    await world.restart()
    expect((await world.hf.session('a').inspect()).secret).toEqual(['card.number'])
    const More = defineSession('pay', { secret: ['card.number', 'pin'] })
    expect((await world.hf.session(More, 'a').inspect()).secret).toEqual(['card.number', 'pin'])
    expect((await world.hf.session('a').inspect()).secret).toEqual(['card.number'])
    await world.hf.session(More, 'a').set('pin', '1234')
    await world.hf.session('a').set('other', 1)
    expect((await world.hf.session('a').inspect()).secret).toEqual(['card.number', 'pin'])
    const fork = await world.hf.session('a').fork('f')
    expect((await fork.inspect()).secret).toEqual(['card.number', 'pin'])
  })
})

test('S39 mask hides what is there, in a copy', () => {
  const original = state()
  expect(mask(original, secret)).toEqual({
    card: { number: MASK, name: 'Ann' },
    tokens: MASK,
    list: [1, MASK, 3],
    map: new Map([['key', MASK]]),
    'odd.name': MASK,
  })
  expect(original).toEqual(state())
  expect(mask({ card: 'none', list: [], map: null }, secret)).toEqual({ card: 'none', list: [], map: null })
  expect(mask(Object.freeze({ tokens: 1 }), secret)).toEqual({ tokens: MASK })
  expect(mask({ a: 1 }, [])).toEqual({ a: 1 })
})

test('S39 maskDifferences hides at, below and around a secret path', () => {
  const found = [
    { path: 'card.number', op: 'change', before: '1', after: '2' },
    { path: 'tokens.a', op: 'add', after: 1 },
    { path: 'card', op: 'remove', before: { number: '1', name: 'Ann' } },
    { path: 'list[1]', op: 'change', before: 1, after: undefined },
    { path: 'list', op: 'add', after: [1, 2] },
    { path: 'plain', op: 'change', before: 1, after: 2 },
  ] as const
  expect(maskDifferences(found, secret)).toEqual([
    { path: 'card.number', op: 'change', before: MASK, after: MASK },
    { path: 'tokens.a', op: 'add', after: MASK },
    { path: 'card', op: 'remove', before: { number: MASK, name: 'Ann' } },
    { path: 'list[1]', op: 'change', before: MASK, after: MASK },
    { path: 'list', op: 'add', after: [1, MASK] },
    { path: 'plain', op: 'change', before: 1, after: 2 },
  ])
})

test('S39 maskTexts finds a text wherever it stands, and the longest first', () => {
  const texts = new Set(['sk-1', 'sk-1-live'])
  const bare = Object.assign(Object.create(null), { token: 'sk-1' })
  const data = {
    list: ['a sk-1-live b'],
    map: new Map([['sk-1', new Set(['sk-1'])]]),
    'sk-1': 1,
    url: new URL('https://x/?t=sk-1'),
    bare,
  }
  expect(maskTexts(data, texts)).toEqual({
    list: [`a ${MASK} b`],
    map: new Map([[MASK, new Set([MASK])]]),
    [MASK]: 1,
    url: `https://x/?t=${MASK}`,
    bare: { token: MASK },
  })
  expect(maskTexts({ n: 1, url: new URL('https://x/') }, texts)).toEqual({ n: 1, url: new URL('https://x/') })
})

test('S39 isSecret', () => {
  expect(isSecret(['card', 'number'], secret)).toBe(true)
  expect(isSecret(['tokens', 'a', 'b'], secret)).toBe(true)
  expect(isSecret(['list', 1], secret)).toBe(true)
  expect(isSecret(['card'], secret)).toBe(false)
  expect(isSecret([], secret)).toBe(false)
})
