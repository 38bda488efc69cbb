import { type Leaf, leavesOf, textOf } from '../context/index.ts'
import { HoldfastError, type Path } from '../core/index.ts'
import type { Timeline } from '../runtime/index.ts'
import { decodeNode, type EntityRow } from '../store/index.ts'
import { LEAF_LIMITS, MOST_BYTES } from './context-limits.ts'

/** When a leaf was changed last (revision, 0 for earlier than is looked back) and how often since then. */
export interface Life {
  readonly changed: number
  readonly changes: number
}

/** Revisions looked back at, and versions of entries read for it. */
const REVISIONS = 64
const VERSIONS = 256

/** What the last revisions did to each entry: its versions, newest first. */
export type Lives = ReadonlyMap<string, readonly Version[]>

interface Version {
  readonly revision: number
  /** Texts of the leaves by their path inside the entry; undefined where this was not read: then all of it counts as changed. */
  readonly leaves: ReadonlyMap<string, string> | undefined
}

/**
 * Reads what the last 64 revisions up to one changed: at most 256 versions of entries, 4 MiB together, and nothing that has been
 * swept. Newest entries come first.
 */
export async function readLives(timeline: Timeline, row: EntityRow, to: number): Promise<Lives> {
  const lives = new Map<string, Version[]>()
  const query = { from: 1, to, limit: REVISIONS } as const
  const left = { versions: VERSIONS, bytes: MOST_BYTES }
  for await (const { revision, seq, keys } of timeline.history(row, query)) {
    for (const key of keys) {
      if (!key.startsWith('/')) continue
      const plain = left.versions > 0 && left.bytes > 0 ? await plainAt(timeline, row, key, seq) : undefined
      left.versions--
      left.bytes -= plain?.length ?? 0
      const known = lives.get(key)
      const version = { revision, leaves: plain && texts(plain) }
      if (known === undefined) lives.set(key, [version])
      else known.push(version)
    }
  }
  return lives
}

/** Undefined for what was not there, or has been swept. */
async function plainAt(timeline: Timeline, row: EntityRow, key: string, seq: number): Promise<Uint8Array | undefined> {
  try {
    return (await timeline.entry(row, key, seq))?.plain
  } catch (error) {
    if (HoldfastError.is(error, 'not_found')) return undefined
    throw error
  }
}

/** The life of a leaf, by the texts it had. A version beyond those that were read is not known, so the oldest counts as a change. */
export function lifeOf(versions: readonly Version[] | undefined, inner: Path): Life {
  const name = innerName(inner)
  let life: Life = { changed: 0, changes: 1 }
  for (const [i, { revision, leaves }] of (versions ?? []).entries()) {
    const before = versions?.[i + 1]
    const isSame = leaves !== undefined && before?.leaves !== undefined && leaves.get(name) === before.leaves.get(name)
    if (!isSame) life = { changed: Math.max(life.changed, revision), changes: life.changed === 0 ? 1 : life.changes + 1 }
  }
  return life
}

function texts(plain: Uint8Array): ReadonlyMap<string, string> {
  const node = decodeNode(plain)
  const leaves: Iterable<Leaf> = node.type === 'leaf' ? leavesOf(node.value, [], LEAF_LIMITS) : []
  return new Map(Array.from(leaves, ({ path, value }) => [innerName(path), textOf(value)]))
}

function innerName(path: Path): string {
  return JSON.stringify(path)
}
