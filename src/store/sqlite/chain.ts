import { HoldfastError } from '../../core/index.ts'

/**
 * A chain is a list that only grows: node n points at node n - 1 and jumps to an older one, chosen so that any node is
 * reached from the newest in at most about 2 log2 n steps, and so that the row to jump to is found in at most two reads when
 * a node is appended (E. W. Myers, "An applicative random-access stack", Information Processing Letters 17, 1983).
 */
export interface ChainNode {
  readonly n: number
  /** Row of node n - 1; null or 0 for the first. */
  readonly prev: number | null
  /** Row of the node that `jumpTarget(n)` names; null or 0 for none. */
  readonly jump: number | null
}

/** Reads the node in a row; undefined when it has been swept. */
export type ReadNode<Node extends ChainNode> = (row: number) => Node | undefined

/**
 * The number of the node that node n jumps to; 0 for none. Write n as a sum of weights 2^k - 1, greatest first (its
 * skew-binary form): the jump leaves out the last one.
 */
export function jumpTarget(n: number): number {
  if (!(n >= 0 && n < 2 ** 31)) throw astray(`there is no version ${n}`)
  let rest = n
  for (;;) {
    const weight = 2 ** (31 - Math.clz32(rest + 1)) - 1
    if (weight >= rest) return n - rest
    rest -= weight
  }
}

/** The row that a new node n jumps to, given the row of node n - 1. */
export function jumpRow(
  n: number,
  prev: number | null,
  read: (row: number) => Pick<ChainNode, 'jump'> | undefined,
): number | null {
  const target = jumpTarget(n)
  let row = prev
  for (let at = n - 1; at > target && row !== null; at = jumpTarget(at)) row = read(row)?.jump ?? null
  return target === 0 ? null : row
}

/** The node numbered `n` (or the newest below it), starting from any newer one. */
export function seekNumber<Node extends ChainNode>(start: Node | undefined, n: number, read: ReadNode<Node>): Node | undefined {
  let node = start
  while (node !== undefined && node.n > n) node = follow(node, jumpTarget(node.n) >= n ? node.jump : node.prev, read)
  return node
}

/** The newest node for which `holds` is true, where it holds for every older one too. */
export function seekNewest<Node extends ChainNode>(
  start: Node | undefined,
  holds: (node: Node) => boolean,
  read: ReadNode<Node>,
): Node | undefined {
  let node = start
  while (node !== undefined && !holds(node)) {
    const far = follow(node, node.jump, read)
    node = far !== undefined && !holds(far) ? far : follow(node, node.prev, read)
  }
  return node
}

/** The oldest node that is left. */
export function seekOldest<Node extends ChainNode>(start: Node | undefined, read: ReadNode<Node>): Node | undefined {
  let node = start
  for (let older = node; older !== undefined; ) {
    node = older
    older = follow(node, node.jump, read) ?? follow(node, node.prev, read)
  }
  return node
}

/** The nodes from `start` towards the oldest. */
export function* walkBack<Node extends ChainNode>(start: Node | undefined, read: ReadNode<Node>): Generator<Node> {
  for (let node = start; node !== undefined; node = follow(node, node.prev, read)) yield node
}

/** Every step leads to a smaller number; a damaged file must not lead round in a circle. */
function follow<Node extends ChainNode>(from: Node, row: number | null, read: ReadNode<Node>): Node | undefined {
  const node = row === null || row === 0 ? undefined : read(row)
  if (node === undefined || node.n < from.n) return node
  throw astray(`version ${from.n} leads to ${node.n}`)
}

function astray(why: string): HoldfastError<'corrupt'> {
  return new HoldfastError(
    'corrupt',
    `The way to the past is damaged: ${why}. Keep a copy, run \`holdfast doctor\`, and restore a backup`,
    {},
  )
}
