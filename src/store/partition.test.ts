import { expect, test } from 'vitest'
import { partitionOf } from './partition.ts'

const ref = (id: string, tenant = 'acme') => ({ tenant, kind: 'session', id })

test('E3 a tree shares the partition of the first segment of its root', () => {
  for (const name of ['alice', 'bob', 'ünï', '😀']) {
    const home = partitionOf(ref(name), null, 8)
    expect(partitionOf(ref(`${name}/42`), null, 8)).toBe(home)
    expect(partitionOf(ref('refund-1'), `${name}/42`, 8)).toBe(home)
  }
})

test('E3 the hash is FNV-1a over UTF-8 and never changes', () => {
  expect(partitionOf(ref('alice'), null, 1)).toBe(0)
  expect(['alice', 'bob', 'carol', 'ünï', '😀'].map((id) => partitionOf(ref(id), null, 1000))).toEqual([391, 444, 2, 390, 608])
})
