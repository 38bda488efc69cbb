import type { ASTNode } from '@marcbachmann/cel-js'
import { refusal } from './fault.ts'

/** How the cost of an expression grows with what it is given. */
export interface Weight {
  /** Operators, calls, names and literals. */
  readonly nodes: number
  /** Loops inside loops: 0 for none. */
  readonly loops: number
  /** True when a loop may repeat a text that is not its own item's. */
  readonly repeatsText: boolean
  /** True when texts become lists. */
  readonly splits: boolean
}

const LOOPS = new Set(['all', 'exists', 'exists_one', 'map', 'filter'])
/**
 * Every function there is. Left out: `matches` (the host's regular expressions have no bound), `cel.bind` (doubles in each step),
 * and all that gives something other than JSON.
 */
const FUNCTIONS = new Set([
  ...LOOPS,
  ...['has', 'size', 'string', 'int', 'double', 'bool', 'dyn', 'join', 'split', 'trim', 'substring', 'indexOf', 'lastIndexOf'],
  ...['startsWith', 'endsWith', 'contains', 'lowerAscii', 'upperAscii', 'or', 'orValue', 'hasValue', 'value'],
])

const NOTHING: Weight = { nodes: 0, loops: 0, repeatsText: false, splits: false }

/** Weighs an expression. @throws invalid for functions it may not call */
export function weigh(node: ASTNode): Weight {
  if (node.op === 'call' || node.op === 'rcall') return weighCall(node)
  if (node.op === 'map') for (const [key] of node.args) checkKey(key)
  const inner = sum(childrenOf(node).map(weigh))
  // `in` walks a list.
  const loops = inner.loops + (node.op === 'in' ? 1 : 0)
  return { ...inner, loops, nodes: inner.nodes + 1 }
}

function weighCall(node: ASTNode & { op: 'call' | 'rcall' }): Weight {
  const [name] = node.args
  if (!FUNCTIONS.has(name)) throw refusal(`There is no function ${name}`, node.input, node.start)
  const receiver = node.op === 'rcall' ? weigh(node.args[1]) : NOTHING
  const given = node.op === 'rcall' ? node.args[2] : node.args[1]
  const inner = sum(given.map(weigh))
  const isLoop = LOOPS.has(name)
  return {
    nodes: receiver.nodes + inner.nodes + 1,
    loops: Math.max(receiver.loops, inner.loops + (isLoop ? 1 : 0)),
    repeatsText: receiver.repeatsText || inner.repeatsText || (name === 'map' && namesOf(given.slice(1)).size > 1),
    splits: receiver.splits || inner.splits || name === 'split',
  }
}

/** The language would make such an object lose its key, or take it for a prototype. */
function checkKey(key: ASTNode): void {
  if (key.op === 'value' && key.args === '__proto__') throw refusal('There may be no key __proto__', key.input, key.start)
}

function namesOf(nodes: readonly ASTNode[], into = new Set<string>()): Set<string> {
  for (const node of nodes) {
    if (node.op === 'id') into.add(node.args)
    else namesOf(childrenOf(node), into)
  }
  return into
}

function childrenOf({ args }: ASTNode): ASTNode[] {
  if (!Array.isArray(args)) return isNode(args) ? [args] : []
  return (args as unknown[]).flat(2).filter(isNode)
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value
}

function sum(weights: readonly Weight[]): Weight {
  return weights.reduce(
    (all, one) => ({
      nodes: all.nodes + one.nodes,
      loops: Math.max(all.loops, one.loops),
      repeatsText: all.repeatsText || one.repeatsText,
      splits: all.splits || one.splits,
    }),
    NOTHING,
  )
}
