import { matches, type StateValue } from '../look.ts'
import type { Machine } from '../machine.ts'
import { transitionsIn } from '../planning.ts'
import type { MachineTypes } from '../snapshot.ts'
import type { ChartTransition } from '../state-table.ts'
import { type Edge, Graph, type GraphNode, type PathSurroundings, pathTo } from './graph.ts'
import type { MachinePath } from './path.ts'

/** Which paths are wanted. */
export interface PathOptions<T extends MachineTypes = MachineTypes> extends PathSurroundings<T> {
  /**
   * `shortest`: to every set of states, one with the fewest events. `simple`: all that come to no moment twice; without `to` only those
   * that cannot go on. `transitions`: as many as it takes that every transition that can be taken is taken, each the shortest.
   */
  readonly kind: 'shortest' | 'simple' | 'transitions'
  /** Only paths that end where these states are active. */
  readonly to?: StateValue
  /** How many moments, and how many paths, at most; 1,000 unless said. */
  readonly most?: number
}

/** Paths through a machine. */
export interface Paths<T extends MachineTypes = MachineTypes> {
  readonly paths: readonly MachinePath<T>[]
  /** False when there is more than `most`: contexts that count have no end. */
  readonly complete: boolean
}

const MOST = 1000

/**
 * Ways through a machine, found by real steps with the events and answers given: guards and contexts have their say. Timers may go
 * off in any order. Pure.
 * @throws invalid when a guard or an action throws and nothing takes `error.execution`, or a context cannot be stored
 */
export function paths<T extends MachineTypes>(machine: Machine<T>, options: PathOptions<T>): Paths<T>
export function paths(machine: Machine, options: PathOptions): Paths {
  const { kind, to, most = MOST } = options
  const graph = new Graph(machine, options, most)
  const isWanted = ({ step }: GraphNode): boolean => to === undefined || matches(step.snapshot, to)
  if (kind === 'shortest') return { paths: shortest(graph, isWanted), complete: graph.complete }
  if (kind === 'transitions') return { paths: throughTransitions(graph, isWanted), complete: graph.complete }
  const found = simple(graph, to === undefined ? undefined : isWanted, most)
  return { paths: found, complete: graph.complete && found.length < most }
}

function shortest({ nodes }: Graph, isWanted: (node: GraphNode) => boolean): MachinePath[] {
  const seen = new Set<string>()
  return nodes.filter(isWanted).flatMap((node) => {
    const states = node.step.snapshot.states.join(' ')
    if (seen.has(states)) return []
    seen.add(states)
    return [pathTo(node)]
  })
}

/** Depth first; without a destination, where no event leads to a moment that is new to the path. */
function simple(graph: Graph, isWanted: ((node: GraphNode) => boolean) | undefined, most: number): MachinePath[] {
  const found: MachinePath[] = []
  const follow = (node: GraphNode, way: readonly Edge[], seen: ReadonlySet<GraphNode>): void => {
    if (found.length >= most) return
    const next = node.edges.filter(({ to }) => !seen.has(to))
    const isEnd = isWanted === undefined ? next.length === 0 : isWanted(node)
    if (isEnd) found.push({ start: graph.start.step, steps: way.map(({ step }) => step) })
    for (const edge of next) follow(edge.to, [...way, edge], new Set([...seen, edge.to]))
  }
  follow(graph.start, [], new Set([graph.start]))
  return found
}

/** The first way to each transition; those that another one begins with are left out. */
function throughTransitions({ nodes }: Graph, isWanted: (node: GraphNode) => boolean): MachinePath[] {
  const taken = new Set<ChartTransition>(nodes[0]?.step.trace.flatMap(transitionsIn))
  const found: Edge[][] = []
  for (const edge of nodes.flatMap(({ edges }) => edges)) {
    const fresh = edge.step.trace.flatMap(transitionsIn).filter((transition) => !taken.has(transition))
    if (fresh.length === 0 || !isWanted(edge.to)) continue
    for (const transition of fresh) taken.add(transition)
    found.push([...edgesTo(edge.from), edge])
  }
  const isBeginning = (way: readonly Edge[]): boolean => {
    return found.some((other) => other.length > way.length && way.every((edge, i) => edge.step === other[i]?.step))
  }
  return found
    .filter((way) => !isBeginning(way))
    .map((way) => ({ ...pathTo((way[0] as Edge).from), steps: way.map(({ step }) => step) }))
}

function edgesTo(node: GraphNode): Edge[] {
  return node.via === undefined ? [] : [...edgesTo(node.via.from), node.via]
}
