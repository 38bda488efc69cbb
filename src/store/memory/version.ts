import { compareUtf8 } from '../../core/index.ts'
import type { Chain, ChangeRow, EntryRow, KeyRange, VersionRow } from '../engine.ts'
import type { Entity } from './data.ts'

/** See `Engine.version`. */
export function versionAt(entity: Entity, key: string, seq: number): Chain | undefined {
  const entry = entity.entries.get({ key })
  const current = entry?.class === 'state' ? entry : undefined
  if (current !== undefined && current.seq <= seq) return { key, subject: current.subject, versions: [fromEntry(current)] }
  const past = entity.changes.atMost({ key, seq })
  if (past === undefined || past.key !== key) return undefined
  const gone = { seq: past.until, op: 'absent', segment: new Uint8Array(0) } as const
  return { key, subject: past.subject, versions: past.until <= seq ? [gone] : chain(entity, past, current) }
}

/** See `Engine.versions`. Goes from key to key, so its cost follows the keys, not the length of their history. */
export function versionsAt(entity: Entity, range: KeyRange, seq: number, limit: number): Chain[] {
  const found: Chain[] = []
  for (const key of keysOf(entity, range)) {
    if (found.length >= limit) break
    const chain = versionAt(entity, key, seq)
    if (chain !== undefined) found.push(chain)
  }
  return found
}

function chain(entity: Entity, past: ChangeRow, current: EntryRow | undefined): VersionRow[] {
  const versions: VersionRow[] = []
  for (const { key, seq, op, segment } of entity.changes.from(past)) {
    if (key !== past.key) break
    versions.push({ seq, op, segment })
    if (op !== 'patch') return versions
  }
  return current === undefined ? versions : [...versions, fromEntry(current)]
}

function fromEntry({ seq, segment }: EntryRow): VersionRow {
  return segment === null ? { seq, op: 'absent', segment: new Uint8Array(0) } : { seq, op: 'image', segment }
}

/** Every key in range that has or had an own version, in order. */
function* keysOf(entity: Entity, { from, to }: KeyRange): Generator<string, void, undefined> {
  const current = entity.entries.from({ key: from })
  let entry = current.next().value
  let change = nextChange(entity, from, 0)
  while (entry !== undefined || change !== undefined) {
    const takeEntry = change === undefined || (entry !== undefined && compareUtf8(entry.key, change.key) <= 0)
    const key = (takeEntry ? entry?.key : change?.key) ?? ''
    if (to !== undefined && compareUtf8(key, to) >= 0) return
    yield key
    if (entry?.key === key) entry = current.next().value
    if (change?.key === key) change = nextChange(entity, key, Number.POSITIVE_INFINITY)
  }
}

function nextChange(entity: Entity, key: string, seq: number): ChangeRow | undefined {
  return entity.changes.from({ key, seq }).next().value ?? undefined
}
