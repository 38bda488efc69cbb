import { Worker } from 'node:worker_threads'
import type { ElkExtendedEdge, ElkNode } from 'elkjs/lib/elk-api.js'
import { HoldfastError } from '../../core/index.ts'
import type { DiagramState, DiagramTransition, MachineDiagram } from '../../statechart/index.ts'
import { labelContent, reactions, rectangleOf, rounded, stateContent } from './content.ts'
import type { Drawing, DrawnState, DrawnTransition, Point } from './drawing.ts'
import { edgeId, graphOf } from './graph.ts'

/**
 * Lays a diagram out, on a thread of its own. The same diagram is always laid out the same.
 * @throws timeout after `ms`; cancelled when the signal says so; unavailable when ELK gives up
 */
export async function layOut(diagram: MachineDiagram, ms: number, signal: AbortSignal): Promise<Drawing> {
  return readDrawing(diagram, await placed(graphOf(diagram), ms, signal))
}

function placed(graph: ElkNode, ms: number, signal: AbortSignal): Promise<ElkNode> {
  const source = import.meta.url.endsWith('.ts') ? './layout-worker.ts' : './layout-worker.js'
  const worker = new Worker(new URL(source, import.meta.url), { workerData: graph })
  return new Promise<ElkNode>((resolve, reject) => {
    const late = () => reject(new HoldfastError('timeout', `The diagram took longer than ${ms} ms to lay out`, { after: ms }))
    const timer = setTimeout(late, ms)
    const stop = () => reject(new HoldfastError('cancelled', 'The server closes', {}))
    signal.addEventListener('abort', stop, { once: true })
    worker.once('message', resolve)
    worker.once('error', (cause) => reject(failed(cause)))
    worker.once('exit', () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      stop()
    })
    if (signal.aborted) stop()
  }).finally(() => worker.terminate())
}

function failed(cause: unknown): HoldfastError<'unavailable'> {
  const message = 'The diagram could not be laid out; the tree of its states shows the same'
  return new HoldfastError('unavailable', message, { reason: 'engine' }, { cause })
}

/** What ELK has placed, with the texts that go there. */
function readDrawing(diagram: MachineDiagram, paper: ElkNode): Drawing {
  const reacts = reactions(diagram)
  const nodes = new Map<string, ElkNode>()
  const edges = new Map<string, ElkExtendedEdge>()
  const collect = (node: ElkNode): void => {
    nodes.set(node.id, node)
    for (const edge of node.edges ?? []) edges.set(edge.id, edge)
    node.children?.forEach(collect)
  }
  collect(paper)
  const drawn = (state: DiagramState): DrawnState[] => {
    const { label, label_width, rows } = stateContent(state, reacts.get(state.id) ?? [])
    return [
      { id: state.id, label, label_width, rows, ...rectangleOf(nodes.get(state.id) ?? {}) },
      ...state.children.flatMap(drawn),
    ]
  }
  return {
    width: rounded(paper.width ?? 0),
    height: rounded(paper.height ?? 0),
    states: drawn(diagram.root),
    transitions: diagram.transitions.filter(({ targets }) => targets.length > 0).map((one) => drawnTransition(one, edges)),
  }
}

function drawnTransition(transition: DiagramTransition, edges: ReadonlyMap<string, ElkExtendedEdge>): DrawnTransition {
  const { id, targets } = transition
  const own = targets.map((_, nth) => edges.get(edgeId(id, nth)))
  const content = labelContent(transition)
  const place = own[0]?.labels?.[0]
  return {
    id,
    routes: own.map(routeOf),
    ...(content !== undefined && place !== undefined && { label: { ...content, ...rectangleOf(place) } }),
  }
}

function routeOf(edge: ElkExtendedEdge | undefined): Point[] {
  return (edge?.sections ?? [])
    .flatMap(({ startPoint, bendPoints = [], endPoint }) => [startPoint, ...bendPoints, endPoint])
    .map(({ x, y }) => ({ x: rounded(x), y: rounded(y) }))
}
