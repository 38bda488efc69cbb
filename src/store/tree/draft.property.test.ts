import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { exact } from '../../core/exact.testing.ts'
import { compareUtf8, copyRich } from '../../core/index.ts'
import { patience, runs } from '../../core/runs.testing.ts'
import { createDraft, decodeNode, isBranch, positionOf, readPath, readRoot, type TreeSource, type TreeWrites } from './index.ts'

type Tree = Map<string, Uint8Array>

/** The smallest strings of which a few pass the size at which values are split. */
const filler = fc.nat(5).map((n) => 'x'.repeat(6000 + n))
const names = fc.constantFrom('a', 'b', 'c', '10', '2', 'a/b', '~', '', 'ä', 'length')

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    { weight: 3, arbitrary: fc.nat(9) },
    { weight: 2, arbitrary: filler },
    { weight: 1, arbitrary: fc.constantFrom(undefined, null, new Date(0), 7n, -0, new Set([1])) },
    { weight: 3, arbitrary: fc.array(tie('value'), { maxLength: 6 }) },
    {
      weight: 3,
      arbitrary: fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
    },
    { weight: 2, arbitrary: fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)) },
  ),
}))

const mutation = fc.record({
  /** Which child to enter, level by level, as long as it is a container. */
  way: fc.array(fc.nat(7), { maxLength: 3 }),
  what: fc.nat(11),
  name: names,
  at: fc.nat(6),
  count: fc.nat(3),
  values: fc.array(anyValue, { maxLength: 3 }),
})

type Mutation = typeof mutation extends fc.Arbitrary<infer One> ? One : never

/** Changes a value in place; the same for a draft and for an ordinary value. */
function mutate(root: object, { way, what, name, at, count, values }: Mutation): void {
  let place: object = root
  for (const choice of way) {
    const inner = childrenOf(place).filter((child) => typeof child === 'object' && child !== null && !(child instanceof Date))
    const next = inner[choice % Math.max(inner.length, 1)]
    if (next === undefined || next instanceof Set) break
    place = next as object
  }
  const [value] = values
  if (Array.isArray(place)) mutateArray(place, what, at, count, values)
  else if (place instanceof Map) mutateMap(place, what, name, value)
  else mutateObject(place as Record<string, unknown>, what, name, value)
}

function mutateArray(list: unknown[], what: number, at: number, count: number, values: unknown[]): void {
  const ways: (() => unknown)[] = [
    () => list.push(...values),
    () => list.pop(),
    () => list.shift(),
    () => list.unshift(...values),
    () => list.splice(at, count, ...values),
    () => list.sort((a, b) => compareUtf8(exact(a), exact(b))),
    () => list.reverse(),
    () => list.splice(Math.min(list.length, at)),
    () => list.splice(at, 1, values[0]),
    () => list.copyWithin(0, at),
    () => list.push(list.pop()),
    () => list.unshift(list.shift(), list.shift()),
  ]
  ways[what]?.()
}

function mutateMap(map: Map<unknown, unknown>, what: number, name: string, value: unknown): void {
  if (what < 6) map.set(name, value)
  else if (what < 8) map.delete(name)
  else if (what < 9) map.clear()
  else if (what < 10 && map.delete(name)) map.set(name, value)
  else for (const key of [...map.keys()].slice(0, 1)) map.set(`moved ${String(key)}`, map.get(key))
}

function mutateObject(object: Record<string, unknown>, what: number, name: string, value: unknown): void {
  if (what < 6) object[name] = value
  else if (what < 9) delete object[name]
  else if (what < 10 && delete object[name]) object[name] = value
  else if (name in object) object.moved = object[name]
}

function childrenOf(value: object): unknown[] {
  return value instanceof Map ? [...value.values()] : Object.values(value)
}

function sourceOf(tree: Tree): TreeSource {
  return {
    read: (key) => tree.get(key),
    *below(parent) {
      for (const key of [...tree.keys()].sort(compareUtf8)) {
        const bytes = tree.get(key)
        if (bytes !== undefined && key.startsWith(`${parent}/`)) yield [key, bytes] as const
      }
    },
  }
}

/** One draft over the tree: changes it and stores what it wants written. */
function update(tree: Tree, revision: number, change: (state: object) => void): TreeWrites {
  let place = 0
  const draft = createDraft(sourceOf(tree), () => revision * 1000 + place++)
  change(draft.value)
  const writes = draft.finish()
  for (const [key, bytes] of writes) {
    const old = tree.get(key)
    if (bytes === undefined) {
      assert.notEqual(old, undefined, `${key} is deleted though it is not there`)
      tree.delete(key)
    } else {
      assert.ok(old === undefined || Buffer.compare(old, bytes) !== 0, `${key} is written though it stays the same`)
      tree.set(key, bytes)
    }
  }
  return writes
}

/** Every entry has a branch above it, and arrays have exactly the positions they say. */
function check(tree: Tree): void {
  const positions = new Map<string, number[]>()
  for (const key of [...tree.keys()].sort(compareUtf8)) {
    const parent = key.slice(0, key.lastIndexOf('/'))
    const above = parent === '' ? undefined : tree.get(parent)
    assert.ok(parent === '' || (above !== undefined && isBranch(above)), `${key} lies below what is no branch`)
    const node = above && decodeNode(above)
    if (node?.type === 'branch' && node.of.kind === 'array')
      positions.set(parent, [...(positions.get(parent) ?? []), positionOf(key)])
  }
  for (const [key, bytes] of tree) {
    const node = decodeNode(bytes)
    if (node.type === 'leaf' || node.of.kind !== 'array') continue
    const { first, length } = node.of
    assert.deepEqual(
      positions.get(key) ?? [],
      Array.from({ length }, (_, i) => first + i),
      `the positions of ${key}`,
    )
  }
}

function checkPaths(tree: Tree, value: unknown, path: (string | number)[]): void {
  assert.equal(exact(readPath(sourceOf(tree), path)), exact(value))
  if (Array.isArray(value)) for (const [i, item] of value.entries()) checkPaths(tree, item, [...path, i])
  else if (value instanceof Map) for (const [name, item] of value) checkPaths(tree, item, [...path, name as string])
  else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    for (const [name, item] of Object.entries(value)) checkPaths(tree, item, [...path, name])
}

describe('drafts', { timeout: patience }, () => {
  test('I9 changing a draft is changing an ordinary value: contents, order of keys, entries written', () => {
    const updates = fc.array(fc.array(mutation, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })
    fc.assert(
      fc.property(updates, (all) => {
        const tree: Tree = new Map()
        let plain: object = {}
        for (const [revision, mutations] of all.entries()) {
          update(tree, revision, (state) => {
            for (const each of mutations) {
              mutate(state, copyMutation(each))
              mutate(plain, copyMutation(each))
              assert.equal(exact(copyRich(state)), exact(copyRich(plain)))
            }
          })
          check(tree)
          assert.equal(exact(readRoot(sourceOf(tree))), exact(plain))
          plain = copyRich(plain)
        }
        checkPaths(tree, plain, [])
      }),
      runs(400),
    )
  })

  test('I9 a draft that was only looked at writes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, anyValue), { maxLength: 5 }), (entries) => {
        const tree: Tree = new Map()
        update(tree, 1, (state) => Object.assign(state, Object.fromEntries(copyRich(entries))))
        assert.equal(update(tree, 2, (state) => void exact(state)).size, 0)
      }),
      runs(100),
    )
  })
})

/** Fresh values each time: a draft must not share them with the value it is compared with. */
function copyMutation(one: Mutation): Mutation {
  return { ...one, values: copyRich(one.values) }
}
