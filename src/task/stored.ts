import { decodeNode, type TreeSource } from '../store/index.ts'

/** The value that is stored under a key of a run; undefined when there is none. */
export function stored(tree: TreeSource, key: string): unknown {
  return leafOf(tree.read(key))
}

export function leafOf(bytes: Uint8Array | undefined): unknown {
  if (bytes === undefined) return undefined
  const node = decodeNode(bytes)
  return node.type === 'leaf' ? node.value : undefined
}

/** What keys with a prefix hold, by what follows it. */
export function leavesBelow(tree: TreeSource, prefix: string): (readonly [name: string, value: unknown])[] {
  return [...tree.below(prefix.slice(0, -1))].map(([key, bytes]) => [key.slice(prefix.length), leafOf(bytes)])
}
