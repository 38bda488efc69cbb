import { expect, test } from 'vitest'
import { commit, on, promise, set, unset } from '../contract/harness.ts'
import type { Damage } from '../engine.ts'
import { commitBatch } from './commit.ts'
import { createData, type Data, entityByNum } from './data.ts'
import { verifyData } from './verify.ts'

/** Three records of document `a` (num 1): `x` written, written again, deleted; `y` stays. */
function used(): Data {
  const data = createData(1)
  commitBatch(data, [
    commit({
      entities: [on('a', { writes: [set('x', '1'), set('y', '1')], terms: [{ name: 'tag', values: ['t'], subject: null }] })],
    }),
    commit({ entities: [on('a', { writes: [set('x', '2')] })], outbox: [promise('m1')] }),
    commit({ entities: [on('a', { writes: [unset('x')] })] }),
  ])
  return data
}

const damages: Record<Exclude<Damage['code'], 'file'>, (data: Data) => unknown> = {
  log_gap: ({ partitions: [partition] }) => partition?.log.delete({ seq: 2 }),
  log_head: ({ partitions: [partition] }) => partition && partition.seq++,
  entity_head(data) {
    const entity = entityByNum(data, 1)
    if (entity) entity.row = { ...entity.row, revision: 9 }
  },
  entry_version(data) {
    const entries = entityByNum(data, 1)?.entries
    const entry = entries?.get({ key: 'y' })
    if (entry) entries?.set({ ...entry, seq: 7 })
  },
  change_span(data) {
    const changes = entityByNum(data, 1)?.changes
    const change = changes?.get({ key: 'x', seq: 2 })
    if (change) changes?.set({ ...change, until: 2 })
  },
  term_orphan: ({ terms }) => terms.set({ tenant: 'acme', kind: 'doc', name: 'tag', value: 't', num: 5 }),
  outbox_orphan({ outbox }) {
    const known = outbox.get({ row: { id: 'm1' } })
    if (known) outbox.set({ ...known, num: 5 })
  },
}

test('E42 what is in order is found in order', () => {
  expect([...verifyData(used())]).toEqual([])
})

for (const [code, damage] of Object.entries(damages)) {
  test(`E42 ${code} is found`, () => {
    const data = used()
    damage(data)
    expect([...verifyData(data)].map((found) => found.code)).toContain(code)
  })
}
