import { createHash } from 'node:crypto'
import { canonical, compareUtf8 } from '../core/index.ts'
import type { EntityRow } from './engine.ts'
import { everyEntity } from './every-entity.ts'
import type { CurrentVersion } from './reader.ts'
import type { Store } from './store.ts'
import { decodeNode, isBranch, readRoot } from './tree/index.ts'

/** Which entities to look at; without anything, all of the store. */
export interface StateSelection {
  readonly tenant?: string | undefined
  /** The session of this id and everything in its tree. */
  readonly root?: string | undefined
}

/** What an entity is, whatever engine keeps it: its value, and entries beside it by key. */
export interface LogicalState {
  readonly row: EntityRow
  readonly value: Readonly<Record<string, unknown>>
  readonly entries: Readonly<Record<string, unknown>>
}

/**
 * SHA-256, in hexadecimal, over what all living entities hold now. Stores with equal states have equal hashes: how values
 * are split into entries, when and in how many revisions they came about, and the engine make no difference.
 */
export async function stateHash(store: Store, selection: StateSelection = {}): Promise<string> {
  const hash = createHash('sha256')
  for await (const { row, value, entries } of logicalStates(store, selection))
    hash.update(`${canonical([row.tenant, row.kind, row.id, value, entries])}\n`)
  return hash.digest('hex')
}

/** The state of every living entity, ordered by tenant, kind and id (UTF-8 bytes), one in memory at a time. */
export async function* logicalStates(store: Store, selection: StateSelection = {}): AsyncGenerator<LogicalState> {
  for (const num of await sortedNums(store, selection)) {
    const row = await store.engine.entityByNum(num)
    if (row !== undefined && !row.deleted) yield { row, ...(await readState(store, row)) }
  }
}

async function sortedNums(store: Store, { tenant, root }: StateSelection): Promise<number[]> {
  const found: EntityRow[] = []
  for await (const row of everyEntity(store.engine)) {
    if (row.deleted || (tenant !== undefined && row.tenant !== tenant)) continue
    if (root === undefined || row.root === root || (row.kind === 'session' && row.id === root)) found.push(row)
  }
  const compare = (a: EntityRow, b: EntityRow) =>
    compareUtf8(a.tenant, b.tenant) || compareUtf8(a.kind, b.kind) || compareUtf8(a.id, b.id)
  return found.sort(compare).map((row) => row.num)
}

async function readState(store: Store, row: EntityRow): Promise<Pick<LogicalState, 'value' | 'entries'>> {
  const versions = await store.reader.currentBelow(row, '')
  const kept = new Map([...versions].filter(([, version]) => version.row?.class !== 'derived'))
  const inTree = new Map([...kept].filter(([key]) => belongsToTree(kept, key)))
  const value = readRoot({
    read: (key) => inTree.get(key)?.plain,
    *below(parent) {
      for (const [key, { plain }] of inTree) if (key.startsWith(`${parent}/`)) yield [key, plain] as const
    },
  })
  const beside = [...kept].filter(([key]) => !inTree.has(key)).map(([key, { plain }]) => [key, plainValue(plain)] as const)
  return { value, entries: Object.fromEntries(beside) }
}

/** True for keys that a value is assembled from: below the root, and under branches all the way. */
function belongsToTree(versions: ReadonlyMap<string, CurrentVersion>, key: string): boolean {
  if (!key.startsWith('/')) return false
  const end = key.lastIndexOf('/')
  if (end === 0) return true
  const parent = versions.get(key.slice(0, end))
  return parent !== undefined && isBranch(parent.plain) && belongsToTree(versions, key.slice(0, end))
}

function plainValue(plain: Uint8Array): unknown {
  const node = decodeNode(plain)
  return node.type === 'leaf' ? node.value : node.of
}
