import type { EntryRow, Write } from '../engine.ts'
import type { Entity } from './data.ts'

const NOTHING = new Uint8Array(0)

/** Makes a write the current version of its key and archives the one it supersedes. True when that changed state. */
export function writeEntry(entity: Entity, write: Write, seq: number): boolean {
  const { key, segment, subject } = write
  const old = entity.entries.get({ key })
  const isState = write.class === 'state' || old?.class === 'state'
  if (old !== undefined) archive(entity, old, seq, patchOf(write))
  const reads = entity.row.origin?.until === null
  if (segment === null && !reads) {
    entity.entries.delete({ key })
    return isState
  }
  entity.entries.set({ key, seq, class: write.class, run: segment === null ? 0 : write.run, subject, segment })
  return isState
}

/** A patch is worth keeping only if the version it applies to will itself be kept. */
function patchOf(write: Write): Uint8Array | null {
  return write.segment !== null && write.class === 'state' ? write.undo : null
}

/** Archives and removes every entry. */
export function removeEntries(entity: Entity, seq: number): void {
  for (const entry of entity.entries) archive(entity, entry, seq, null)
  entity.entries.clear()
}

function archive(entity: Entity, old: EntryRow, until: number, patch: Uint8Array | null): void {
  if (old.class !== 'state') return
  const { key, seq, subject } = old
  if (old.segment === null) entity.changes.set({ key, seq, until, op: 'absent', subject, segment: NOTHING })
  else if (patch !== null) entity.changes.set({ key, seq, until, op: 'patch', subject, segment: patch })
  else entity.changes.set({ key, seq, until, op: 'image', subject, segment: old.segment })
}
