import type { ElkExtendedEdge, ElkNode, LayoutOptions } from 'elkjs/lib/elk-api.js'
import type { DiagramState, DiagramTransition, MachineDiagram } from '../../statechart/index.ts'
import { labelContent, reactions, stateContent } from './content.ts'

/** Above the machine itself, for transitions of the whole. */
export const PAPER = 'paper'

/** Options of ELK's layered algorithm (Sugiyama et al. 1981) for the whole; the seed makes it give the same twice. */
const whole: LayoutOptions = {
  'elk.randomSeed': '1',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.edgeCoords': 'ROOT',
  'elk.json.shapeCoords': 'ROOT',
  'elk.padding': '[top=16,left=16,bottom=16,right=16]',
}

/** Options of every state with others in it, which inherits none: top to bottom, in the order of the definition. */
const inside: LayoutOptions = {
  'elk.algorithm': 'layered',
  'elk.direction': 'DOWN',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.layered.nodePlacement.favorStraightEdges': 'true',
  'elk.layered.cycleBreaking.strategy': 'DEPTH_FIRST',
  'elk.layered.edgeLabels.centerLabelPlacementStrategy': 'TAIL_LAYER',
  'elk.spacing.nodeNode': '28',
  'elk.layered.spacing.nodeNodeBetweenLayers': '30',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '14',
  'elk.layered.spacing.edgeNodeBetweenLayers': '16',
  'elk.layered.spacing.edgeEdgeBetweenLayers': '12',
  'elk.spacing.edgeLabel': '4',
  'elk.spacing.nodeSelfLoop': '14',
}

/** Up to so many states care is taken: beyond, 500 states in a row would take half a minute. */
const MOST_FINE = 100

/** Straight lines and few crossings (network simplex; Gansner et al. 1993). */
const fine: LayoutOptions = { 'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX' }

/** In time (Brandes and Köpf 2002), with fewer attempts at crossings. */
const quick: LayoutOptions = { 'elk.layered.nodePlacement.strategy': 'BRANDES_KOEPF', 'elk.layered.thoroughness': '2' }

/** From its dot a state should begin at the top and straight on. */
const firstEdge: LayoutOptions = {
  'elk.layered.priority.direction': '10',
  'elk.layered.priority.straightness': '10',
  'elk.layered.priority.shortness': '10',
}

/** A diagram as ELK takes it: every box with its size, every edge where the innermost state around both its ends has it. */
export function graphOf(diagram: MachineDiagram): ElkNode {
  const parents = parentsOf(diagram.root)
  const reacts = reactions(diagram)
  const edges = Map.groupBy(diagram.transitions.flatMap(edgesOf), ({ sources: [from = ''], targets: [to = ''] }) =>
    around(from, to, parents),
  )
  const care = parents.size <= MOST_FINE ? fine : quick
  const node = (state: DiagramState): ElkNode => {
    const { width, height } = stateContent(state, reacts.get(state.id) ?? [])
    if (state.children.length === 0) return { id: state.id, width, height }
    const layoutOptions = {
      ...inside,
      ...care,
      'elk.padding': `[top=${height + 16},left=24,bottom=24,right=24]`,
      'elk.nodeSize.constraints': 'MINIMUM_SIZE',
      'elk.nodeSize.minimum': `(${width},${height + 20})`,
    }
    return { id: state.id, children: state.children.map(node), edges: edges.get(state.id) ?? [], layoutOptions }
  }
  return {
    id: PAPER,
    children: [node(diagram.root)],
    edges: edges.get(PAPER) ?? [],
    layoutOptions: { ...inside, ...care, ...whole },
  }
}

/** The ids of a transition's edges, one for each target. */
export function edgeId(transition: string, nth: number): string {
  return `${transition}/${nth}`
}

function edgesOf(transition: DiagramTransition): ElkExtendedEdge[] {
  const { id, source, targets } = transition
  const content = labelContent(transition)
  return targets.map((target, nth) => {
    const isInline = source !== target
    const layoutOptions = { 'elk.edgeLabels.placement': 'CENTER', 'elk.edgeLabels.inline': String(isInline) }
    const label = {
      id: `${edgeId(id, nth)}:label`,
      text: id,
      width: content?.width ?? 0,
      height: content?.height ?? 0,
      layoutOptions,
    }
    return {
      id: edgeId(id, nth),
      sources: [source],
      targets: [target],
      ...(content !== undefined && nth === 0 && { labels: [label] }),
      ...(source.endsWith(':initial') && { layoutOptions: firstEdge }),
    }
  })
}

function parentsOf(root: DiagramState): ReadonlyMap<string, string> {
  const parents = new Map([[root.id, PAPER]])
  const walk = ({ id, children }: DiagramState): void => {
    for (const child of children) {
      parents.set(child.id, id)
      walk(child)
    }
  }
  walk(root)
  return parents
}

/** The innermost state that holds both, and is neither. */
function around(from: string, to: string, parents: ReadonlyMap<string, string>): string {
  const outer = new Set(ancestors(from, parents))
  return ancestors(to, parents).find((id) => outer.has(id)) ?? PAPER
}

function ancestors(id: string, parents: ReadonlyMap<string, string>): string[] {
  const found: string[] = []
  for (let at = parents.get(id); at !== undefined; at = parents.get(at)) found.push(at)
  return found
}
