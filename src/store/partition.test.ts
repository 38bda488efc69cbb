import { expect, test } from 'vitest'
import { partitionOf } from './partition.ts'

const ref = (id: string, tenant = 'acme') => ({ tenant, kind: 'session', id })

test('E3 a tree shares the partition of the first segment of its ids', () => {
  for (const name of ['alice', 'bob', 'ünï', '😀']) {
    const home = partitionOf(ref(name), 8)
    expect(partitionOf(ref(`${name}/42`), 8)).toBe(home)
    expect(partitionOf(ref(`${name}/42/refund-1`), 8)).toBe(home)
  }
})

test('E3 the hash is FNV-1a over UTF-8 and never changes', () => {
  expect(partitionOf(ref('alice'), 1)).toBe(0)
  expect(['alice', 'bob', 'carol', 'ünï', '😀'].map((id) => partitionOf(ref(id), 1000))).toEqual([391, 444, 2, 390, 608])
})
