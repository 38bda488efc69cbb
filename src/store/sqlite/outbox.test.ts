import { afterAll, expect, test } from 'vitest'
import type { OutboxQuery } from '../engine.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { type Connection, connect } from './connection.ts'
import { listOutbox, tally } from './outbox.ts'

afterAll(removeTemporaryFiles)

/** How SQLite goes about what a function asks it, one step of the plan a line. */
function plansOf(ask: (c: Connection) => unknown): string[] {
  const c = connect({ file: temporaryFile(), durability: 'os', cacheKib: 1000, busyTimeout: 0 })
  const plans: string[] = []
  const explain = (sql: string, ...values: Parameters<Connection['all']>[1][]): void => {
    for (const { detail } of c.all<{ detail: string }>(`explain query plan ${sql}`, ...values)) plans.push(detail)
  }
  const all: Connection['all'] = (sql, ...values) => {
    explain(sql, ...values)
    return []
  }
  const get: Connection['get'] = (sql, ...values) => {
    explain(sql, ...values)
    return undefined
  }
  ask({ ...c, all, get })
  c.close()
  return plans
}

const list = (query: Partial<OutboxQuery>) => plansOf((c) => listOutbox(c, { tenant: 'acme', limit: 9, ...query }))
/** Reading entities by anything but their number would be reading all of a tenant. */
const readsEntities = (plans: readonly string[]) => plans.some((step) => /entity USING .*INDEX entity_recent/.test(step))

test('E33 lists go along the outbox, never over the entities of a tenant', () => {
  expect(list({})).toContainEqual(expect.stringMatching(/SEARCH outbox USING INDEX sqlite_autoindex_outbox_1/))
  expect(list({ state: 'dead' })).toContainEqual(expect.stringMatching(/SEARCH outbox USING INDEX outbox_dead/))
  const entity = { tenant: 'acme', kind: 'doc', id: 'a' }
  expect(list({ entity, createdFrom: 5 })).toContainEqual(expect.stringMatching(/SEARCH outbox USING INDEX outbox_entity/))
  for (const query of [{}, { state: 'dead' }, { state: 'due', dueBy: 5 }, { queue: 'q' }, { entity }] as const)
    expect(readsEntities(list(query))).toBe(false)
})

test('E48 each count goes along the index of what it counts', () => {
  const plans = plansOf((c) => tally(c, 'acme', 5, 9))
  for (const index of ['outbox_due', 'outbox_claimed', 'outbox_dead'])
    expect(plans).toContainEqual(expect.stringMatching(`SCAN outbox USING INDEX ${index}`))
  expect(readsEntities(plans)).toBe(false)
})
