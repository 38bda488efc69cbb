import assert from 'node:assert/strict'
import type { Engine } from '../engine.ts'
import { bytes, remove, row, rule, same, set, unset, write } from './harness.ts'
import { readAt, scanAt } from './reading.ts'

const adopted = (key: string, text: string, subject: string | null = null) => ({ key, subject, segment: bytes(text) })

/** Forks: what reads from where, and taking over what is read. */
export const forkRules = [
  rule('E35', 'a fork reads what it has none of its own of from its origin, as of the point it was taken', async (engine) => {
    const { origin, fork, seqs } = await forked(engine)
    await write(engine, 's/origin', [set('a', 'later'), set('new', 'later')])
    const texts = { a: '1', b: '1', c: '1' }
    same(Object.fromEntries(await scanAt(engine, fork, seqs.born)), texts)
    same(Object.fromEntries(await scanAt(engine, fork, seqs.changed)), { a: '2', c: '1' })
    same(Object.fromEntries(await scanAt(engine, origin, seqs.taken)), texts)
  }),

  rule('E35', 'forks lists those that read from an origin, deleted ones included', async (engine) => {
    const { origin, fork } = await forked(engine)
    const second = await write(
      engine,
      's/second',
      [],
      { origin: { num: fork, seq: (await row(engine, 's/fork')).seq } },
      90_000_000,
    )
    const nums = async (query: Parameters<Engine['forks']>[0]) => (await engine.forks(query)).map(({ num }) => num)
    same(await nums({ limit: 9 }), [fork, second.num])
    same(await nums({ limit: 1 }), [fork])
    same(await nums({ num: origin, limit: 9 }), [fork])
    same(await nums({ num: fork, limit: 9 }), [second.num])
    same(await nums({ createdBefore: 90_000_000, limit: 9 }), [fork])
    await remove(engine, 's/fork')
    same(await nums({ num: origin, limit: 9 }), [fork])
    await engine.adopt(fork, [], true)
    same(await nums({ limit: 9 }), [second.num])
  }),

  rule('E36', 'an adopted version is the current entry as of birth, or precedes the first own version', async (engine) => {
    const { fork, seqs } = await forked(engine)
    const before = await row(engine, 's/fork')
    await engine.adopt(fork, [adopted('a', '1', 'alice'), adopted('b', '1')], false)
    await engine.adopt(fork, [adopted('c', '1', 'alice')], true)
    same(await engine.entry(fork, 'c'), {
      key: 'c',
      seq: seqs.born,
      class: 'state',
      run: 0,
      subject: 'alice',
      segment: bytes('1'),
    })
    same(await engine.version(fork, 'a', seqs.born), {
      key: 'a',
      subject: 'alice',
      versions: [{ seq: seqs.born, op: 'image', segment: bytes('1') }],
    })
    same(await row(engine, 's/fork'), { ...before, origin: null })
    same(Object.fromEntries(await scanAt(engine, fork, seqs.born)), { a: '1', b: '1', c: '1' })
    same(Object.fromEntries(await scanAt(engine, fork, seqs.changed)), { a: '2', c: '1' })
    for (const key of ['a', 'b', 'c']) assert.equal(await engine.version(fork, key, seqs.born - 1), undefined)
  }),

  rule('E36', 'adoption leaves own versions of the birth itself alone and may be repeated', async (engine) => {
    const origin = await write(engine, 's/origin', [set('w', '1'), set('x', '1'), set('y', '1'), set('z', '1')])
    const { num, seq } = await write(engine, 's/fork', [set('x', '2'), unset('y')], {
      origin: { num: origin.num, seq: origin.seq },
    })
    const { seq: later } = await write(engine, 's/fork', [set('x', '3'), set('w', '3')])
    const all = ['w', 'x', 'y', 'z'].map((key) => adopted(key, '1'))
    await engine.adopt(num, all, false)
    await engine.adopt(num, all, true)
    same(Object.fromEntries(await scanAt(engine, num, seq)), { w: '1', x: '2', z: '1' })
    same(Object.fromEntries(await scanAt(engine, num, later)), { w: '3', x: '3', z: '1' })
    await noDamage(engine)
  }),

  rule('E36', 'after the last adoption there are no tombstones, old or new', async (engine) => {
    const { fork } = await forked(engine)
    await engine.adopt(fork, [adopted('a', '1'), adopted('b', '1'), adopted('c', '1')], true)
    await write(engine, 's/fork', [unset('a'), unset('c')])
    same(await engine.entries(fork, { from: '' }, 9), [])
    assert.equal(await engine.entry(fork, 'c'), undefined)
    await noDamage(engine)
  }),

  rule('E37', 'a deleted fork adopts into its past: up to its first own version, or its deletion', async (engine) => {
    const { fork, seqs } = await forked(engine)
    const gone = await remove(engine, 's/fork')
    const again = await write(engine, 's/fork', [set('c', '9')])
    same((await row(engine, 's/fork')).origin?.until, gone.seq)
    const expected = await Promise.all(
      Object.values({ ...seqs, gone: gone.seq, again: again.seq }).map((seq) => scanAt(engine, fork, seq)),
    )
    await engine.adopt(
      fork,
      ['a', 'b', 'c'].map((key) => adopted(key, '1')),
      true,
    )
    const found = await Promise.all(
      Object.values({ ...seqs, gone: gone.seq, again: again.seq }).map((seq) => scanAt(engine, fork, seq)),
    )
    assert.deepEqual(found, expected)
    assert.deepEqual(
      found.at(1),
      new Map([
        ['a', '1'],
        ['b', '1'],
        ['c', '1'],
      ]),
    )
    same((await engine.version(fork, 'c', gone.seq - 1))?.versions, [{ seq: seqs.born, op: 'image', segment: bytes('1') }])
    same((await engine.version(fork, 'c', gone.seq))?.versions[0]?.op, 'absent')
    await noDamage(engine)
  }),

  rule('E38', 'deletion cuts a fork off from its origin', async (engine) => {
    const { origin, fork, seqs } = await forked(engine)
    const gone = await remove(engine, 's/fork')
    same((await row(engine, 's/fork')).origin, { num: origin, seq: seqs.taken, until: gone.seq })
    assert.equal(await readAt(engine, fork, 'c', gone.seq - 1), '1')
    assert.equal(await readAt(engine, fork, 'c', gone.seq), null)
    await remove(engine, 's/fork')
    same((await row(engine, 's/fork')).origin?.until, gone.seq)
  }),
]

/** A fork of three keys that has changed `a` and deleted `b` since. */
async function forked(engine: Engine) {
  const taken = await write(engine, 's/origin', [set('a', '1'), set('b', '1'), set('c', '1')])
  const born = await write(engine, 's/fork', [], { origin: { num: taken.num, seq: taken.seq } })
  const changed = await write(engine, 's/fork', [set('a', '2'), unset('b')])
  return { origin: taken.num, fork: born.num, seqs: { taken: taken.seq, born: born.seq, changed: changed.seq } }
}

async function noDamage(engine: Engine): Promise<void> {
  for await (const damage of engine.verify()) assert.fail(`Expected no damage, got ${damage.code}: ${damage.message}`)
}
