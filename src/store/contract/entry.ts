import assert from 'node:assert/strict'
import { compareUtf8, makeSplice } from '../../core/index.ts'
import type { Engine } from '../engine.ts'
import { bytes, remove, rule, same, set, unset, write } from './harness.ts'
import { readAt, scanAt } from './reading.ts'

const none = new Uint8Array(0)

/** Keys whose order by UTF-8 bytes differs from that by UTF-16 units. */
const ODD_KEYS = ['a', 'a/', 'a/b', 'a0', 'b', 'é', '\uffee', '\ue000', '😀', '\u{10ffff}', 'z~', ' ']

const undoing = (text: string, old: string) => ({ undo: makeSplice(bytes(text), bytes(old)) })

/** Current entries, what is archived of superseded ones, and as-of reads. */
export const entryRules = [
  rule('E16', 'a write is the current version of its key', async (engine) => {
    const { num } = await write(engine, 'a', [set('x', '0'), set('y', '0')])
    const second = await write(engine, 'a', [set('x', '1', { subject: 'alice', run: 3 }), set('d', '1', { class: 'derived' })])
    same(await engine.entry(num, 'x'), {
      key: 'x',
      seq: second.seq,
      class: 'state',
      run: 3,
      subject: 'alice',
      segment: bytes('1'),
    })
    same(await engine.entry(num, 'd'), {
      key: 'd',
      seq: second.seq,
      class: 'derived',
      run: 0,
      subject: null,
      segment: bytes('1'),
    })
    same((await engine.entry(num, 'y'))?.seq, second.seq - 1)
    assert.equal(await engine.entry(num, 'z'), undefined)
    assert.equal(await engine.entry(1_000_003, 'x'), undefined)
  }),

  rule('E16', 'segments are opaque: empty, binary and large ones come back', async (engine) => {
    const segments = [none, new Uint8Array([0, 255, 254, 0, 128]), new Uint8Array(300_000).fill(7)]
    const { num } = await write(
      engine,
      'a',
      segments.map((segment, i) => set(`k${i}`, '', { segment })),
    )
    for (const [i, segment] of segments.entries()) same((await engine.entry(num, `k${i}`))?.segment, segment)
  }),

  rule('E16', 'entries come in the order of their UTF-8 bytes, in range, up to the limit', async (engine) => {
    const { num } = await write(
      engine,
      'a',
      ODD_KEYS.map((key) => set(key, key)),
    )
    await write(engine, 'b', [set('a', 'other')])
    const sorted = ODD_KEYS.toSorted(compareUtf8)
    const keys = async (from: string, to: string | undefined, limit: number) =>
      (await engine.entries(num, { from, to }, limit)).map(({ key }) => key)
    same(await keys('', undefined, 99), sorted)
    same(await keys('a/', undefined, 3), sorted.slice(sorted.indexOf('a/')).slice(0, 3))
    same(await keys('a', 'b', 99), ['a', 'a/', 'a/b', 'a0'])
    same(await keys('\ue000', '😀', 99), ['\ue000', '\uffee'])
    same(await keys('b', 'a', 99), [])
    same(await engine.entries(1_000_003, { from: '' }, 9), [])
  }),

  rule('E17', 'a superseded version is kept as a patch, an image or an absence', async (engine) => {
    const first = await write(engine, 'a', [set('x', 'one', { subject: 'alice' })])
    const second = await write(engine, 'a', [set('x', 'two', { ...undoing('two', 'one'), run: 1 })])
    const third = await write(engine, 'a', [set('x', 'three')])
    const { num } = third
    same(await engine.version(num, 'x', first.seq), {
      key: 'x',
      subject: 'alice',
      versions: [
        { seq: first.seq, op: 'patch', segment: makeSplice(bytes('two'), bytes('one')) },
        { seq: second.seq, op: 'image', segment: bytes('two') },
      ],
    })
    same(await engine.version(num, 'x', second.seq), {
      key: 'x',
      subject: null,
      versions: [{ seq: second.seq, op: 'image', segment: bytes('two') }],
    })
    same(await engine.version(num, 'x', third.seq), {
      key: 'x',
      subject: null,
      versions: [{ seq: third.seq, op: 'image', segment: bytes('three') }],
    })
  }),

  rule('E17', 'a chain of patches leads to the current version', async (engine) => {
    const records = [await write(engine, 'a', [set('x', 'v0')])]
    for (let i = 1; i <= 40; i++) {
      records.push(await write(engine, 'a', [set('x', `v${i}`, { ...undoing(`v${i}`, `v${i - 1}`), run: i })]))
      await write(engine, 'a', [set('y', `${i}`)])
    }
    const num = records[0]?.num ?? 0
    for (const [i, { seq }] of records.entries()) {
      const chain = await engine.version(num, 'x', seq)
      assert.equal(chain?.versions.length, 41 - i)
      assert.equal(await readAt(engine, num, 'x', seq), `v${i}`)
    }
  }),

  rule('E17', 'the patch of a write that deletes or is derived is not kept: nothing would stand behind it', async (engine) => {
    const first = await write(engine, 'a', [set('x', 'one'), set('y', 'one')])
    await write(engine, 'a', [unset('x', undoing('two', 'one')), set('y', 'two', { ...undoing('two', 'one'), class: 'derived' })])
    await write(engine, 'a', [set('y', 'three', { class: 'derived' })])
    for (const key of ['x', 'y']) {
      same((await engine.version(first.num, key, first.seq))?.versions, [{ seq: first.seq, op: 'image', segment: bytes('one') }])
    }
  }),

  rule('E18', 'deleting a key removes it; deleting an absent one does nothing but say so', async (engine) => {
    const first = await write(engine, 'a', [set('x', '1')])
    const gone = await write(engine, 'a', [unset('x'), unset('never')])
    const { num } = first
    same(await engine.entries(num, { from: '' }, 9), [])
    assert.equal(await engine.version(num, 'never', gone.seq), undefined)
    same(await engine.version(num, 'x', gone.seq), {
      key: 'x',
      subject: null,
      versions: [{ seq: gone.seq, op: 'absent', segment: none }],
    })
    const [record] = await engine.history({ num, order: 'newest', limit: 1 })
    same(record?.keys, ['x', 'never'])
  }),

  rule('E18', 'a living fork leaves a tombstone, own entry or not', async (engine) => {
    const { num, tomb } = await forkWithTombstones(engine)
    const buried = { seq: tomb.seq, class: 'state', run: 0, segment: null }
    same(await engine.entries(num, { from: '' }, 9), [
      { ...buried, key: 'own', subject: null },
      { ...buried, key: 'theirs', subject: 'alice' },
    ])
    same(await engine.version(num, 'theirs', tomb.seq), {
      key: 'theirs',
      subject: 'alice',
      versions: [{ seq: tomb.seq, op: 'absent', segment: none }],
    })
    assert.equal(await engine.version(num, 'theirs', tomb.seq - 1), undefined)
  }),

  rule('E18', 'a superseded tombstone is an absence with its own span', async (engine) => {
    const { num, born, tomb } = await forkWithTombstones(engine)
    const back = await write(engine, 's/fork', [set('theirs', 'mine', undoing('mine', ''))])
    same((await engine.version(num, 'theirs', tomb.seq))?.versions, [{ seq: tomb.seq, op: 'absent', segment: none }])
    const read = (seq: number) => readAt(engine, num, 'theirs', seq)
    same([await read(born.seq), await read(tomb.seq), await read(back.seq)], ['1', null, 'mine'])
    const gone = await remove(engine, 's/fork')
    same([await read(back.seq), await read(gone.seq)], ['mine', null])
    same([await readAt(engine, num, 'own', born.seq), await readAt(engine, num, 'own', back.seq)], ['1', null])
    const after = await write(engine, 's/fork', [unset('theirs')])
    same(await engine.entries(num, { from: '' }, 9), [])
    assert.equal(await read(after.seq), null)
  }),

  rule('E19', 'derived entries have no history; the class of the old version decides', async (engine) => {
    const first = await write(engine, 'a', [set('d', '1', { class: 'derived' }), set('x', '1')])
    const { num } = first
    const second = await write(engine, 'a', [set('d', '2', { class: 'derived' }), set('x', '2', { class: 'derived' })])
    assert.equal(await engine.version(num, 'd', second.seq), undefined)
    same([await readAt(engine, num, 'x', first.seq), await readAt(engine, num, 'x', second.seq)], ['1', null])
    const third = await write(engine, 'a', [set('x', '3'), set('d', '3')])
    same([await readAt(engine, num, 'x', second.seq), await readAt(engine, num, 'x', third.seq)], [null, '3'])
    assert.equal(await engine.version(num, 'd', second.seq), undefined)
    same([...(await scanAt(engine, num, third.seq)).keys()], ['d', 'x'])
  }),

  rule('E19', 'what was state stays readable behind what is derived, through deletion too', async (engine) => {
    const first = await write(engine, 'a', [set('x', '1'), set('y', '1')])
    await write(engine, 'a', [set('x', '2', { class: 'derived' }), set('y', '2', { class: 'derived' })])
    const second = await write(engine, 'a', [set('x', '3', { class: 'derived' })])
    const third = await write(engine, 'a', [unset('x', { class: 'derived' })])
    await remove(engine, 'a')
    const fourth = await write(engine, 'a', [set('x', '4', { class: 'derived' }), set('y', '4')])
    const read = (key: string) =>
      Promise.all([first, second, third, fourth].map(({ seq }) => readAt(engine, first.num, key, seq)))
    same(await read('x'), ['1', null, null, null])
    same(await read('y'), ['1', null, null, '4'])
  }),

  rule('E20', 'as-of follows a key through deletes and returns, with neighbours writing between', async (engine) => {
    const log: [number, string | null][] = []
    let num = 0
    for (const [i, text] of ['a', null, null, 'b', 'c', null, 'd'].entries()) {
      const record = await write(engine, 'doc', [text === null ? unset('x') : set('x', text), set(`y${i}`, '')])
      num = record.num
      log.push([record.seq, text])
      await write(engine, 'doc', [set('z', `${i}`)])
    }
    for (const [seq, text] of log) {
      assert.equal(await readAt(engine, num, 'x', seq), text)
      assert.equal(await readAt(engine, num, 'x', seq + 1), text)
    }
    assert.equal(await engine.version(num, 'x', 0), undefined)
    assert.equal(await engine.version(1_000_003, 'x', 9), undefined)
  }),

  rule('E21', 'versions are all keys that had one by then, in order and range, absences included', async (engine) => {
    const first = await write(
      engine,
      'a',
      ODD_KEYS.map((key) => set(key, '1')),
    )
    const { num } = first
    const second = await write(engine, 'a', [
      unset('b'),
      set('a', '2', undoing('2', '1')),
      set('late', '2'),
      set('d', '2', { class: 'derived' }),
    ])
    await write(engine, 'a', [unset('a'), set('b', '3')])
    const at = async (seq: number, range = { from: '' }, limit = 99) =>
      (await engine.versions(num, range, seq, limit)).map(({ key, versions }) => [key, versions[0]?.op])
    const sorted = ODD_KEYS.toSorted(compareUtf8)
    same(
      await at(first.seq),
      sorted.map((key) => [key, key === 'a' ? 'patch' : 'image']),
    )
    const later = [...sorted, 'late'].toSorted(compareUtf8)
    same(
      await at(second.seq),
      later.map((key) => [key, key === 'b' ? 'absent' : 'image']),
    )
    same((await at(second.seq, { from: 'a/' }, 2)).flat(), ['a/', 'image', 'a/b', 'image'])
    const within = await engine.versions(num, { from: 'a0', to: 'late' }, second.seq, 99)
    same(
      within.map(({ key }) => key),
      ['a0', 'b'],
    )
    same(await at(first.seq - 1), [])
    same(within[0], await engine.version(num, 'a0', second.seq))
  }),
]

async function forkWithTombstones(engine: Engine) {
  const origin = await write(engine, 's/origin', [set('theirs', '1'), set('own', '0')])
  const born = await write(engine, 's/fork', [set('own', '1')], { origin: { num: origin.num, seq: origin.seq } })
  const tomb = await write(engine, 's/fork', [unset('theirs', { subject: 'alice' }), unset('own', undoing('2', '1'))])
  return { num: born.num, born, tomb }
}
