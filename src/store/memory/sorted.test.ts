import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Sorted } from './sorted.ts'

interface Item {
  readonly key: number
  readonly text?: string
}

const sorted = () => new Sorted<Item, { readonly key: number }>((a, b) => a.key - b.key)

test('it holds what an ordered map would, whatever the order of changes', () => {
  const change = fc.record({ key: fc.nat({ max: 40 }), text: fc.string({ maxLength: 3 }), gone: fc.boolean() })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 200 }), fc.nat({ max: 45 }), (changes, probe) => {
      const [set, map] = [sorted(), new Map<number, Item>()]
      for (const { gone, ...item } of changes) {
        if (gone) expect(set.delete(item)).toBe(map.delete(item.key))
        else set.set(item)
        if (!gone) map.set(item.key, item)
      }
      const items = [...map.values()].toSorted((a, b) => a.key - b.key)
      expect([...set]).toEqual(items)
      expect(set.size).toBe(items.length)
      expect([...set.from({ key: probe })]).toEqual(items.filter(({ key }) => key >= probe))
      expect(set.get({ key: probe })).toEqual(map.get(probe))
      expect(set.atMost({ key: probe })).toEqual(items.findLast(({ key }) => key <= probe))
    }),
    { seed: 20_260_802 },
  )
})

test('it stays in order through many chunks', () => {
  const set = sorted()
  for (let i = 0; i < 20_000; i++) set.set({ key: (i * 7919) % 20_011 })
  expect(set.size).toBe(20_000)
  const keys = [...set].map(({ key }) => key)
  expect(keys).toEqual(keys.toSorted((a, b) => a - b))
  for (const key of keys) if (key % 3 !== 0) set.delete({ key })
  expect([...set].map(({ key }) => key)).toEqual(keys.filter((key) => key % 3 === 0))
  expect(set.atMost({ key: 10_000 })?.key).toBe(keys.findLast((key) => key <= 10_000 && key % 3 === 0))
  set.clear()
  expect([...set.from({ key: 0 })]).toEqual([])
})
