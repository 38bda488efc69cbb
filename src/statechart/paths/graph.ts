import type { EventObject } from '../event.ts'
import type { Machine } from '../machine.ts'
import { type AnswerSamples, type EventSamples, occurrences } from '../sample.ts'
import type { MachineTypes, Snapshot } from '../snapshot.ts'
import { initial, type Step, step } from '../step.ts'
import { encode } from '../stored.ts'
import type { MachinePath, PathStep } from './path.ts'

/** What paths are looked for with. */
export interface PathSurroundings<T extends MachineTypes = MachineTypes> {
  /** Events to try, by type. */
  readonly events?: EventSamples<T>
  /** What children may answer, by their id. */
  readonly answers?: AnswerSamples
  readonly input?: T['input']
  /** The moment everything happens at, in milliseconds since the Unix epoch; 0 unless said. */
  readonly now?: number
}

/** A moment that events lead to: states, context, histories and children together. */
export interface GraphNode {
  readonly step: Step
  /** The first way to it, and so a shortest. */
  readonly via: Edge | undefined
  edges: readonly Edge[]
}

/** One event that changes something. */
export interface Edge {
  readonly from: GraphNode
  readonly to: GraphNode
  readonly step: PathStep
}

/** What a machine comes to by the events given, breadth first; real steps with real contexts. */
export class Graph {
  readonly nodes: GraphNode[] = []
  /** False when there are more moments than `most`. */
  complete = true
  readonly #surroundings: PathSurroundings
  readonly #most: number
  readonly #byKey = new Map<string, GraphNode>()

  constructor(machine: Machine, surroundings: PathSurroundings, most: number) {
    this.#surroundings = surroundings
    this.#most = most
    this.#node(initial(machine, surroundings.now ?? 0, surroundings.input), () => undefined)
    for (let i = 0; i < this.nodes.length; i++) this.#follow(this.nodes[i] as GraphNode)
  }

  get start(): GraphNode {
    return this.nodes[0] as GraphNode
  }

  #follow(from: GraphNode): void {
    const { events = {}, answers = {} } = this.#surroundings
    from.edges = occurrences(from.step.snapshot, events, answers).flatMap((event) => this.#edge(from, event) ?? [])
  }

  #edge(from: GraphNode, event: EventObject): Edge | undefined {
    const { snapshot } = from.step
    const taken: PathStep = { event, ...step(snapshot, event, this.#surroundings.now ?? 0) }
    if (taken.snapshot === snapshot) return undefined
    const known = this.#byKey.get(keyOf(taken.snapshot))
    if (known !== undefined) return { from, to: known, step: taken }
    if (this.nodes.length < this.#most) return this.#node(taken, (to) => ({ from, to, step: taken })).via
    this.complete = false
    return undefined
  }

  #node(taken: Step, via: (to: GraphNode) => Edge | undefined): GraphNode {
    const node: { -readonly [K in keyof GraphNode]: GraphNode[K] } = { step: taken, via: undefined, edges: [] }
    node.via = via(node)
    this.nodes.push(node)
    this.#byKey.set(keyOf(taken.snapshot), node)
    return node
  }
}

/** The first way to a node. */
export function pathTo(node: GraphNode): MachinePath {
  const steps: PathStep[] = []
  let at = node
  for (; at.via !== undefined; at = at.via.from) steps.push(at.via.step)
  return { start: at.step, steps: steps.reverse() }
}

function keyOf(snapshot: Snapshot): string {
  return JSON.stringify(encode(snapshot))
}
