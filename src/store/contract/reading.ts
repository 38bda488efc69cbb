import assert from 'node:assert/strict'
import { applySplice } from '../../core/index.ts'
import type { Chain, Engine, Origin } from '../engine.ts'

/** What a chain stands for, patches being splices: the text, or null for an absence. */
export function resolve({ versions }: Chain): string | null {
  const base = versions.at(-1) ?? assert.fail('Expected a chain to hold at least one version')
  if (base.op === 'absent') {
    assert.equal(versions.length, 1, 'Expected an absence to stand alone')
    assert.equal(base.segment.length, 0)
    return null
  }
  assert.equal(base.op, 'image', 'Expected a chain to end with an image')
  const patches = versions.slice(0, -1).toReversed()
  assert.ok(
    patches.every(({ op }) => op === 'patch'),
    'Expected nothing but patches before the image',
  )
  return Buffer.from(patches.reduce((segment, patch) => applySplice(segment, patch.segment), base.segment)).toString()
}

/** A key as it was at `seq`, origins included: what the store above an engine answers. Null when it was absent. */
export async function readAt(engine: Engine, num: number, key: string, seq: number): Promise<string | null> {
  const own = await engine.version(num, key, seq)
  if (own !== undefined) return resolve(own)
  const origin = await originAt(engine, num, seq)
  return origin === null ? null : readAt(engine, origin.num, key, origin.seq)
}

/** All keys present at `seq` with their texts, origins included. */
export async function scanAt(engine: Engine, num: number, seq: number): Promise<Map<string, string>> {
  const chains = await engine.versions(num, { from: '' }, seq, Number.MAX_SAFE_INTEGER)
  const origin = await originAt(engine, num, seq)
  const found = origin === null ? new Map<string, string>() : await scanAt(engine, origin.num, origin.seq)
  for (const chain of chains) {
    const text = resolve(chain)
    if (text === null) found.delete(chain.key)
    else found.set(chain.key, text)
  }
  return found
}

/** What the entity read from at `seq`: nothing before its birth or after its deletion. */
async function originAt(engine: Engine, num: number, seq: number): Promise<Origin | null> {
  const row = await engine.entityByNum(num)
  if (!row?.origin || seq < row.born) return null
  return row.origin.until === null || seq < row.origin.until ? row.origin : null
}

/** All records of a partition, read page by page. */
export async function wholeLog(engine: Engine, partition = 0, limit = 100) {
  const records = []
  for (let after = 0; ; ) {
    const page = await engine.log({ partition, after, limit })
    records.push(...page)
    if (page.length < limit) return records
    after = page.at(-1)?.seq ?? after
  }
}
