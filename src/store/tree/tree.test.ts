import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { exact } from '../../core/exact.testing.ts'
import { compareUtf8 } from '../../core/index.ts'
import { runs } from '../../core/runs.testing.ts'
import {
  childKey,
  createDraft,
  decodeNode,
  encodeLeaf,
  isBranch,
  isChild,
  itemKey,
  nameOf,
  orderOf,
  positionOf,
  readPath,
  readRoot,
  SPLIT_BYTES,
  type TreeSource,
  withOrder,
} from './index.ts'

/** A tree in memory that counts what is read of it. */
class Tree implements TreeSource {
  readonly entries = new Map<string, Uint8Array>()
  reads = 0
  #revision = 0

  read(key: string): Uint8Array | undefined {
    this.reads++
    return this.entries.get(key)
  }

  below(parent: string): [string, Uint8Array][] {
    return [...this.entries].filter(([key]) => key.startsWith(`${parent}/`)).sort(([a], [b]) => compareUtf8(a, b))
  }

  /** Changes the tree; returns the keys written. */
  update<State>(change: (state: State) => void): string[] {
    let place = ++this.#revision * 1000
    const draft = createDraft(this, () => place++)
    change(draft.value as State)
    const writes = draft.finish()
    for (const [key, bytes] of writes) {
      if (bytes === undefined) this.entries.delete(key)
      else this.entries.set(key, bytes)
    }
    return [...writes.keys()]
  }
}

/** An item of which four pass the size at which values are split. */
const big = (n: number): string => `${n}`.padEnd(SPLIT_BYTES / 3, '.')
const list = (length: number): string[] => Array.from({ length }, (_, i) => big(i))

describe('keys of a tree', () => {
  test('I8 any name makes a key one level down and comes back from it', () => {
    const name = fc.string({ unit: 'grapheme', maxLength: 8 }).filter((text) => !text.includes('\0'))
    fc.assert(
      fc.property(name, name, (outer, inner) => {
        const parent = childKey('', outer)
        const key = childKey(parent, inner)
        assert.equal(nameOf(key), inner)
        assert.ok(isChild(key, parent))
        assert.ok(!isChild(key, ''))
        assert.ok(!isChild(parent, parent))
      }),
      runs(500),
    )
  })

  test('I8 items sort by their positions', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        assert.equal(Math.sign(compareUtf8(itemKey('/l', a), itemKey('/l', b))), Math.sign(a - b))
        assert.equal(positionOf(itemKey('/l', a)), a)
      }),
      runs(500),
    )
  })

  test('I12 names no engine could keep are refused in entries of their own, and stay whole inside a large value', () => {
    const tree = new Tree()
    for (const name of ['\ud800', 'a\0', 'x'.repeat(600)]) {
      assert.throws(() => tree.update<Record<string, unknown>>((s) => Object.assign(s, { [name]: 1 })), { code: 'invalid' })
      tree.update<Record<string, unknown>>((s) =>
        Object.assign(s, { inside: { [name]: list(4) }, map: new Map([[name, list(4)]]) }),
      )
      assert.deepEqual(readPath(tree, ['inside', name]), list(4))
      assert.equal(tree.entries.size, 2)
      assert.equal(readPath(tree, [name]), undefined)
    }
  })
})

describe('nodes', () => {
  test('I9 a leaf keeps its value and its place', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.option(fc.maxSafeNat(), { nil: undefined }),
        fc.option(fc.maxSafeNat(), { nil: undefined }),
        (value, order, other) => {
          const bytes = encodeLeaf(value, order)
          const node = decodeNode(bytes)
          assert.equal(node.order, order)
          assert.equal(exact(node.type === 'leaf' && node.value), exact(value))
          const moved = withOrder(bytes, other)
          assert.equal(orderOf(moved), other)
          assert.equal(Buffer.compare(withOrder(moved, order), bytes), 0)
        },
      ),
      runs(300),
    )
  })

  test('I9 bytes that are no node are corrupt, whatever they are', () => {
    assert.throws(() => decodeNode(Buffer.concat([Buffer.of(1), Buffer.from('{"$what": 1}')])), { code: 'corrupt' })
    fc.assert(
      fc.property(fc.uint8Array({ max: 9, maxLength: 2 }), fc.string(), (head, text) => {
        try {
          decodeNode(Buffer.concat([head, Buffer.from(text)]))
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'corrupt')
        }
      }),
      runs(500),
    )
  })
})

describe('large values', () => {
  test('I9 a value that grows past the limit is split, one that is replaced by a small one becomes whole again', () => {
    const tree = new Tree()
    tree.update<{ list: string[] }>((s) => {
      s.list = list(2)
    })
    assert.equal(tree.entries.size, 1)
    tree.update<{ list: string[] }>((s) => void s.list.push(...list(2)))
    assert.equal(tree.entries.size, 5)
    assert.ok(isBranch(tree.entries.get('/list') as Uint8Array))
    tree.update<{ list: string[] }>((s) => {
      s.list = list(1)
    })
    assert.deepEqual([...tree.entries.keys()], ['/list'])
    assert.deepEqual(readRoot(tree), { list: list(1) })
  })

  test('I10 appending to a long list, and taking from either end, costs what it costs with a short one', () => {
    const tree = new Tree()
    tree.update<{ list: string[] }>((s) => {
      s.list = list(200)
    })
    tree.reads = 0
    assert.deepEqual(tree.update<{ list: string[] }>((s) => void s.list.push('new')).sort(), ['/list', '/list/c200'])
    assert.deepEqual(tree.update<{ list: string[] }>((s) => void s.list.shift()).sort(), ['/list', '/list/a0'])
    assert.deepEqual(tree.update<{ list: string[] }>((s) => void s.list.unshift('first')).sort(), ['/list', '/list/a0'])
    assert.deepEqual(tree.update<{ list: string[] }>((s) => void s.list.pop()).sort(), ['/list', '/list/c200'])
    assert.ok(tree.reads < 40, `${tree.reads} entries were read`)
  })

  test('I9 what is pushed and popped in one update leaves nothing behind', () => {
    const tree = new Tree()
    tree.update<{ list: string[] }>((s) => {
      s.list = list(4)
    })
    assert.deepEqual(
      tree.update<{ list: string[] }>((s) => {
        s.list.push('gone')
        s.list.pop()
      }),
      [],
    )
    assert.deepEqual(readRoot(tree), { list: list(4) })
  })

  test('I9 an array takes no length that no array could have', () => {
    const tree = new Tree()
    tree.update<{ list: string[] }>((s) => {
      s.list = list(4)
    })
    const setLength = (length: number) => tree.update<{ list: string[] }>((s) => void Object.assign(s.list, { length }))
    for (const length of [-1, 1.5, Number.NaN]) assert.throws(() => setLength(length), { code: 'invalid' })
    assert.throws(() => setLength(1_000_000_000), { code: 'too_large' })
    assert.throws(() => tree.update<{ list: string[] }>((s) => Object.assign(s.list, { 999999999: 'far' })), {
      code: 'too_large',
    })
  })

  test('I9 a split Map keeps its own idea of keys: strings, in the order they came', () => {
    const tree = new Tree()
    tree.update<{ map: Map<unknown, unknown> }>((s) => {
      s.map = new Map(Object.entries({ b: big(1), a: big(2), 10: big(3), c: big(4) }))
    })
    tree.update<{ map: Map<unknown, unknown> }>((s) => {
      assert.equal(s.map.get(10), undefined)
      assert.equal(s.map.has(10), false)
      assert.equal(s.map.delete(10), false)
      assert.throws(() => s.map.set(10, 1), { code: 'invalid' })
      s.map.delete('b')
      s.map.set('b', 'last')
      assert.deepEqual([...s.map.keys()], ['10', 'a', 'c', 'b'])
      assert.equal(s.map.size, 4)
    })
    assert.deepEqual([...(readRoot(tree).map as Map<string, unknown>).keys()], ['10', 'a', 'c', 'b'])
  })

  test('I9 the length of an array is read by its path, split or not', () => {
    const tree = new Tree()
    tree.update<Record<string, unknown>>((s) => Object.assign(s, { short: [1, 2], long: list(5) }))
    assert.equal(readPath(tree, ['short', 'length']), 2)
    assert.equal(readPath(tree, ['long', 'length']), 5)
    assert.equal(readPath(tree, ['long', '']), undefined)
    assert.equal(readPath(tree, ['long', '01']), undefined)
    assert.equal(readPath(tree, ['long', '1']), big(1))
  })

  test('I9 an error in a long list names the index, also after the front has moved', () => {
    const tree = new Tree()
    tree.update<{ list: unknown[] }>((s) => {
      s.list = list(6)
    })
    tree.update<{ list: unknown[] }>((s) => void s.list.shift())
    const fail = () => tree.update<{ list: unknown[] }>((s) => void s.list.splice(1, 1, { f: () => 1 }))
    assert.throws(fail, { code: 'invalid', details: { path: 'list[1].f' } })
  })

  test('I6 a draft is of no use once its update has ended', () => {
    const tree = new Tree()
    let kept: { list: string[] } | undefined
    tree.update<{ list: string[] }>((s) => {
      s.list = list(4)
    })
    tree.update<{ list: string[] }>((s) => {
      kept = s
    })
    assert.throws(() => kept?.list, { code: 'invalid' })
    assert.throws(() => Object.assign(kept ?? {}, { list: [] }), { code: 'invalid' })
  })
})
