import { HoldfastError, type Path } from '../core/index.ts'
import type { Moment, Timeline } from '../runtime/index.ts'
import { type EntityRow, readPath, readRoot, type TreeSource } from '../store/index.ts'

/** The variables of a session as of a position in the log. */
export async function readStateAt(timeline: Timeline, row: EntityRow, seq: number): Promise<Record<string, unknown>> {
  return readRoot(treeOf(await timeline.entries(row, '/', seq)))
}

/** The value at a path as of a position in the log; reads the entries on the way, and all only where a container is split. */
export async function readPathAt(timeline: Timeline, row: EntityRow, seq: number, path: Path): Promise<unknown> {
  const known = new Map<string, Uint8Array | undefined>()
  for (;;) {
    const missing = { key: undefined as string | undefined, below: false }
    const value = readPath(partialTree(known, missing), path)
    if (missing.below) return readPath(treeOf(await timeline.entries(row, '/', seq)), path)
    if (missing.key === undefined) return value
    known.set(missing.key, (await timeline.entry(row, missing.key, seq))?.plain)
  }
}

/** @throws invalid for what is neither a revision nor a time. */
export function checkMoment(moment: Moment): Moment {
  const usable = moment instanceof Date ? !Number.isNaN(moment.getTime()) : Number.isSafeInteger(moment) && moment > 0
  if (usable) return moment
  throw new HoldfastError('invalid', `Expected a revision from 1 or a Date, got ${String(moment)}`, { path: 'at' })
}

/** What is asked of a moment that may have been swept meanwhile is nothing then. */
export function unlessSwept(error: unknown): undefined {
  if (!HoldfastError.is(error, 'not_found')) throw error
}

/** The variables that entries hold. */
export function stateOf(entries: ReadonlyMap<string, { readonly plain: Uint8Array }>): Record<string, unknown> {
  return readRoot(treeOf(new Map([...entries].filter(([key]) => key.startsWith('/')))))
}

function treeOf(entries: ReadonlyMap<string, { readonly plain: Uint8Array }>): TreeSource {
  const list = [...entries].map(([key, { plain }]) => [key, plain] as const)
  return { read: (key) => entries.get(key)?.plain, below: (parent) => list.filter(([key]) => key.startsWith(`${parent}/`)) }
}

/** Reads what is known and notes the first key that is not. */
function partialTree(
  known: ReadonlyMap<string, Uint8Array | undefined>,
  missing: { key: string | undefined; below: boolean },
): TreeSource {
  return {
    read(key) {
      if (!known.has(key)) missing.key ??= key
      return known.get(key)
    },
    below() {
      missing.below = true
      return []
    },
  }
}
