import { formatPath, type Path, type Segment } from '../core/index.ts'
import type { Revision, Timeline } from '../runtime/index.ts'
import { type Container, decodeNode, type EntityRow, nameOf, positionOf } from '../store/index.ts'

/**
 * The variables behind the keys a revision changed, as paths. What lies inside a split container is named by its place in
 * it; where the container itself is gone, or is no longer split, its own path stands for all that was in it.
 */
export async function pathsOf(timeline: Timeline, row: EntityRow, revision: Revision): Promise<string[]> {
  const containers = new Map<string, Promise<Container | undefined>>()
  const containerAt = (key: string): Promise<Container | undefined> => {
    const known = containers.get(key) ?? containerOf(timeline, row, key, revision.seq)
    containers.set(key, known)
    return known
  }
  const paths = new Set<string>()
  for (const key of revision.keys) if (key.startsWith('/')) paths.add(formatPath(await pathOf(key, containerAt)))
  return [...paths]
}

async function containerOf(timeline: Timeline, row: EntityRow, key: string, seq: number): Promise<Container | undefined> {
  const version = await timeline.entry(row, key, seq)
  const node = version && decodeNode(version.plain)
  return node?.type === 'branch' ? node.of : undefined
}

async function pathOf(key: string, containerAt: (key: string) => Promise<Container | undefined>): Promise<Path> {
  const path: Segment[] = []
  for (let end = key.indexOf('/', 1); ; end = key.indexOf('/', end + 1)) {
    const at = end === -1 ? key : key.slice(0, end)
    const parent = at.slice(0, at.lastIndexOf('/'))
    const container: Container | undefined = parent === '' ? { kind: 'object' } : await containerAt(parent)
    const segment = container && segmentIn(container, at)
    if (segment === undefined) return path
    path.push(segment)
    if (end === -1) return path
  }
}

/** Undefined for items that lie outside an array by now. */
function segmentIn(container: Container, key: string): Segment | undefined {
  if (container.kind !== 'array') return nameOf(key)
  const index = positionOf(key) - container.first
  return index >= 0 && index < container.length ? index : undefined
}
