import { holds, isGuarded, taken } from './definition.ts'
import { BLANK, type Memory, type Run } from './run.ts'
import { type Arc, type Limits, type Sketch, walk } from './sketch.ts'

/** What SCION does otherwise: src/statechart/SPEC.md, where SCION differs. */
export const SCION_LIMITS: Limits = {
  acrossRegions: false,
  ownSourceStays: false,
  outerAndInner: false,
  historyFromWithin: false,
  eventlessInRegions: true,
  ordered: false,
  nestedFinals: false,
}

/** The parts of SCION's core that are used; declared here because it is installed on first use only. */
interface Scion {
  readonly Statechart: new (model: () => object, options?: object) => Interpreter
}

interface Interpreter {
  start(): unknown
  gen(event: { readonly name: string }): unknown
  getConfiguration(): string[]
  isFinal(): boolean
}

interface Scripting {
  raise(event: { readonly name: string }): void
}

/** Makes runs in SCION. */
export async function scion(): Promise<(sketch: Sketch) => Run> {
  const name: string = '@scion-scxml/core'
  const loaded = (await import(name)) as { readonly default: Scion }
  return (sketch) => {
    const cell = { memory: BLANK }
    const chart = new loaded.default.Statechart(() => ({ ...stateOf(sketch, cell), id: 'root' }), { console: { log() {} } })
    chart.start()
    return {
      states: () => [...chart.getConfiguration()].sort(),
      log: () => cell.memory.log,
      isDone: () => chart.isFinal(),
      send: (event) => void chart.gen({ name: event }),
    }
  }
}

interface Cell {
  memory: Memory
}

function stateOf(sketch: Sketch, cell: Cell, siblings: readonly Sketch[] = []): object {
  const { key, kind, children, arcs, fallback } = sketch
  if (kind === 'shallow' || kind === 'deep') {
    return { id: key, $type: 'history', isDeep: kind === 'deep', transitions: [{ target: fallback ?? regions(siblings) }] }
  }
  return {
    id: key,
    ...(kind === 'parallel' || kind === 'final' ? { $type: kind } : {}),
    ...(children.length > 0 && { states: children.map((child) => stateOf(child, cell, children)) }),
    ...(kind === 'compound' && { initial: children[0]?.key }),
    onEntry: () => write(cell, `+${key}`),
    onExit: () => write(cell, `-${key}`),
    transitions: arcs.map((arc) => transitionOf(arc, sketch, cell)),
  }
}

/** Without a target of its own, a history of a parallel state leads to all its regions. */
function regions(siblings: readonly Sketch[]): string[] {
  return siblings.filter(({ kind }) => kind !== 'shallow' && kind !== 'deep').map(({ key }) => key)
}

function transitionOf(arc: Arc, { key, kind, children }: Sketch, cell: Cell): object {
  const below = children.flatMap((child) => walk(child, [])).map((place) => place.sketch.key)
  const { event, targets, raises, reenter } = arc
  return {
    ...(event !== undefined && { event: event === 'done' ? `done.state.${key}` : event }),
    ...(targets.length > 0 && { target: targets }),
    ...(isGuarded(arc) && { cond: () => holds(arc, cell.memory) }),
    type: !reenter && kind === 'compound' && targets.every((target) => below.includes(target)) ? 'internal' : 'external',
    onTransition(this: Scripting) {
      cell.memory = taken(arc, cell.memory)
      if (raises !== undefined) this.raise({ name: raises })
    },
  }
}

function write(cell: Cell, word: string): void {
  cell.memory = { ...cell.memory, log: [...cell.memory.log, word] }
}
