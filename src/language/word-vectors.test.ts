import { expect, test } from 'vitest'
import { loadWordVectors, nearness, WordVectors } from './index.ts'

test('L6 what is alike in meaning is nearer than what is not', async () => {
  const vectors = await loadWordVectors()
  const near = (a: string, b: string): number => {
    const [one, two] = [vectors?.directionOf(a), vectors?.directionOf(b)]
    return one === undefined || two === undefined ? Number.NaN : nearness(one, two)
  }
  expect(near('hotel', 'lodging')).toBeGreaterThan(near('hotel', 'engine'))
  expect(near('the same words', 'the same words')).toBeCloseTo(1, 5)
  expect(vectors?.directionOf('qqqzzzx 123')).toBeUndefined()
  expect(await loadWordVectors()).toBe(vectors)
})

test('L6 the format is what its comment says', () => {
  const head = Buffer.alloc(12)
  for (const [i, number] of [2, 3, 3].entries()) head.writeUInt32LE(number, 4 * i)
  const vectors = new WordVectors(Buffer.concat([head, Buffer.from('ab\nc').subarray(0, 3), Buffer.from([0, 3, 4, 1, 0, 0])]))
  expect([...(vectors.directionOf('ab') ?? [])].map((one) => Number(one.toFixed(3)))).toEqual([0, 0.6, 0.8])
})
