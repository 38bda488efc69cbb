import { type Leaf, leavesOf, textOf, type Variable } from '../context/index.ts'
import { formatPath, type Path, parsePath } from '../core/index.ts'
import type { Timeline } from '../runtime/index.ts'
import { type Container, decodeNode, type EntityRow, nameOf, positionOf } from '../store/index.ts'
import { LEAF_LIMITS, MOST_BYTES, MOST_CANDIDATES } from './context-limits.ts'
import { type Lives, lifeOf, readLives } from './context-lives.ts'
import { isSecret, startsWith } from './secret.ts'

/** A position in a session's history. */
export interface Standing {
  readonly revision: number
  readonly seq: number
}

/** Reads the variables of a session as they were at a revision, none of them secret, within the limits. */
export async function readVariables(
  timeline: Timeline,
  row: EntityRow,
  { revision, seq }: Standing,
  secret: readonly string[],
): Promise<Variable[]> {
  const entries = await timeline.entries(row, '/', seq)
  const lives = await readLives(timeline, row, revision)
  const leaves: Found[] = []
  let bytes = 0
  for (const key of newestFirst(entries.keys(), lives)) {
    const plain = entries.get(key)?.plain
    const path = plain && pathOf(key, entries)
    if (plain === undefined || path === undefined) continue
    bytes += plain.length
    if (bytes > MOST_BYTES && leaves.length > 0) break
    const node = decodeNode(plain)
    if (node.type === 'leaf')
      for (const leaf of leavesOf(node.value, path, LEAF_LIMITS))
        leaves.push({ ...leaf, key, inner: leaf.path.slice(path.length) })
    if (leaves.length >= MOST_CANDIDATES) break
  }
  const shown = withoutSecrets(leaves, secret).slice(0, MOST_CANDIDATES)
  return shown.map(({ path, value, key, inner }) => ({ path, value, ...lifeOf(lives.get(key), inner) }))
}

/** The variables of a session that has no history: what its schema gives. */
export function initialVariables(state: object, secret: readonly string[]): Variable[] {
  const leaves = withoutSecrets([...leavesOf(state, [], LEAF_LIMITS)], secret)
  return leaves.map(({ path, value }) => ({ path, value, changed: 0, changes: 1 }))
}

interface Found extends Leaf {
  /** Key of the entry it lies in, and where inside. */
  readonly key: string
  readonly inner: Path
}

/** Keys that the last revisions changed, newest first, then all others as they stand. */
function newestFirst(keys: Iterable<string>, lives: Lives): Set<string> {
  const all = new Set(keys)
  const newest = [...lives.keys()].filter((key) => all.has(key))
  return new Set([...newest, ...all])
}

/** The path of an entry's value; undefined where a container on the way is gone. */
function pathOf(key: string, entries: ReadonlyMap<string, { readonly plain: Uint8Array }>): Path | undefined {
  const end = key.lastIndexOf('/')
  if (end === 0) return [nameOf(key)]
  const parent = key.slice(0, end)
  const above = pathOf(parent, entries)
  const container = containerOf(entries.get(parent)?.plain)
  if (above === undefined || container === undefined) return undefined
  return [...above, container.kind === 'array' ? positionOf(key) - container.first : nameOf(key)]
}

function containerOf(plain: Uint8Array | undefined): Container | undefined {
  const node = plain && decodeNode(plain)
  return node?.type === 'branch' ? node.of : undefined
}

/** Texts shorter than this are found everywhere: where one stands elsewhere, it tells nothing of a secret. */
const LEAST_TEXT = 4

/**
 * Takes out what is secret, what holds something secret further in, and what repeats the text of a secret in its value or
 * path. It happens before anything is counted, so that no statistic knows of it either.
 */
function withoutSecrets<One extends Leaf>(leaves: readonly One[], secret: readonly string[]): One[] {
  if (secret.length === 0) return [...leaves]
  const paths = secret.map(parsePath)
  const isHidden = ({ path }: Leaf): boolean => isSecret(path, secret) || paths.some((one) => startsWith(one, path))
  const hidden = leaves.filter(isHidden)
  const texts = [...new Set(hidden.map(({ value }) => textOf(value)).filter((text) => text.length >= LEAST_TEXT))]
  const escaped = texts.map((text) => JSON.stringify(text).slice(1, -1))
  const repeats = ({ path, value }: Leaf): boolean => {
    const said = `${formatPath(path)}\n${textOf(value)}`
    return texts.some((text) => said.includes(text)) || escaped.some((text) => said.includes(text))
  }
  return leaves.filter((leaf) => !isHidden(leaf) && !repeats(leaf))
}
