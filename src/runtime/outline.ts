import type { Outline } from '../store/index.ts'

/** What a decision says of an entity itself. Absent keeps what is, null clears. */
export interface About {
  root?: string | null
  schema?: string | null
  expires?: number | null
  origin?: { num: number; seq: number }
}

/** When a change is recorded that is made now: an entity's changes go forward in time, whatever the clock does. */
export function recordedAt(before: Outline | null, now: number): number {
  return Math.max(now, before?.updated ?? 0)
}

/** The entity's row after a commit, as the engine will make it. */
export function outlineAfter(before: Outline | null, about: About, deleted: boolean, now: number): Outline {
  const at = recordedAt(before, now)
  const isNew = before === null || (before.deleted && !deleted)
  return {
    revision: (before?.revision ?? 0) + 1,
    deleted,
    schema: about.schema === undefined ? (before?.schema ?? null) : about.schema,
    root: isNew && about.root !== undefined ? about.root : (before?.root ?? null),
    created: isNew ? at : before.created,
    updated: at,
    expires: deleted ? null : about.expires === undefined ? (before?.expires ?? null) : about.expires,
  }
}
