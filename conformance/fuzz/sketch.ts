import type { Chance } from './random.ts'

/** A chart in words that every interpreter's own can be made of. Keys are unique in the whole. */
export interface Sketch {
  readonly key: string
  readonly kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'shallow' | 'deep'
  readonly children: Sketch[]
  readonly arcs: Arc[]
  /** Of a history: where it leads when nothing is remembered. */
  fallback: string | undefined
}

/** A transition. */
export interface Arc {
  /** None: eventless. `done`: the state's own done event. */
  readonly event: string | undefined
  readonly targets: readonly string[]
  /** Holds when the counter leaves this remainder by 3. */
  readonly remainder: number | undefined
  readonly raises: string | undefined
  readonly reenter: boolean
  /** What it writes into the log. */
  readonly mark: string
}

/** What an oracle cannot be asked, because it knowingly does otherwise. */
export interface Limits {
  /** Transitions that lead from one region of a parallel state to another. */
  readonly acrossRegions: boolean
  /** Transitions to their own source that do not leave it: SCXML has no words for them. */
  readonly ownSourceStays: boolean
  /** Transitions of one event both on a state and in regions below it. */
  readonly outerAndInner: boolean
  /** Transitions to a history from its parent, or from within it. */
  readonly historyFromWithin: boolean
  /** Eventless transitions in regions of parallel states, of which two may be enabled at once. */
  readonly eventlessInRegions: boolean
  /** Whether what runs in one step runs in the same order, and not only as often. */
  readonly ordered: boolean
  /** Final states other than those of the whole. */
  readonly nestedFinals: boolean
}

export const EVENTS = ['e1', 'e2', 'e3'] as const
const RAISED = ['r1', 'r2'] as const

/** A chart of up to some 20 states. */
export function randomSketch(chance: Chance, limits: Limits): Sketch {
  const names = { count: 0 }
  const root = grow(chance, names, 0, limits)
  const all = walk(root, [])
  for (const place of all) addArcs(chance, place, all, limits)
  if (!limits.outerAndInner) dropShadowing(root)
  return root
}

/** A state with the way that leads to it, the root first. */
export interface Place {
  readonly sketch: Sketch
  readonly above: readonly Sketch[]
}

export function walk(sketch: Sketch, above: readonly Sketch[]): Place[] {
  return [{ sketch, above }, ...sketch.children.flatMap((child) => walk(child, [...above, sketch]))]
}

function grow(chance: Chance, names: { count: number }, depth: number, limits: Limits): Sketch {
  const key = `s${names.count++}`
  const isLeaf = depth > 0 && (depth > 3 || names.count > 16 || chance.is(0.45))
  if (isLeaf) return { key, kind: 'atomic', children: [], arcs: [], fallback: undefined }
  const kind = depth > 0 && chance.is(0.35) ? 'parallel' : 'compound'
  const children = Array.from({ length: 2 + chance.below(2) }, () => grow(chance, names, depth + 1, limits))
  if (kind === 'compound' && (depth === 0 || limits.nestedFinals) && chance.is(0.4)) children.push(leaf(names, 'final'))
  const [first] = children
  if (depth > 0 && chance.is(0.4)) {
    children.push({ ...leaf(names, chance.is(0.5) ? 'deep' : 'shallow'), fallback: kind === 'compound' ? first?.key : undefined })
  }
  return { key, kind, children, arcs: [], fallback: undefined }
}

function leaf(names: { count: number }, kind: Sketch['kind']): Sketch {
  return { key: `s${names.count++}`, kind, children: [], arcs: [], fallback: undefined }
}

function addArcs(chance: Chance, place: Place, all: readonly Place[], limits: Limits): void {
  const { sketch } = place
  if (sketch.kind === 'final' || sketch.kind === 'shallow' || sketch.kind === 'deep' || place.above.length === 0) return
  const triggers = [...EVENTS, ...RAISED, ...(sketch.kind === 'atomic' ? [] : ['done']), undefined]
  for (const event of triggers) {
    if (!chance.is(event === undefined ? 0.12 : 0.3)) continue
    if (event === undefined && !limits.eventlessInRegions && place.above.some(({ kind }) => kind === 'parallel')) continue
    const target = chance.is(0.15) && event !== undefined ? undefined : all[1 + chance.below(all.length - 1)]
    if (target !== undefined && !isAsked(place, target, limits)) continue
    sketch.arcs.push({
      event,
      targets: target === undefined ? [] : [target.sketch.key],
      // Without a remainder an eventless transition would go on for ever.
      remainder: event === undefined || chance.is(0.3) ? chance.below(3) : undefined,
      raises: event !== undefined && !event.startsWith('r') && chance.is(0.3) ? chance.pick(RAISED) : undefined,
      reenter: reenters(chance, place, target, limits),
      mark: `${sketch.key}:${event ?? 'always'}`,
    })
  }
}

/** Takes away, from a state and below, what would be tried for one region because another one has no answer. */
function dropShadowing(sketch: Sketch): Set<string> {
  const below = new Set(sketch.children.flatMap((child) => [...dropShadowing(child)]))
  const hasRegions = walk(sketch, []).some((place) => place.sketch.kind === 'parallel')
  const kept = sketch.arcs.filter(({ event }) => !hasRegions || event === undefined || event === 'done' || !below.has(event))
  sketch.arcs.splice(0, sketch.arcs.length, ...kept)
  return new Set([...below, ...kept.flatMap(({ event }) => event ?? [])])
}

function reenters(chance: Chance, { sketch }: Place, target: Place | undefined, { ownSourceStays }: Limits): boolean {
  const isProper = sketch.kind === 'compound' && target?.above.includes(sketch) === true
  return (ownSourceStays || isProper) && chance.is(0.6)
    ? false
    : target?.sketch === sketch || target?.above.includes(sketch) === true
}

function isAsked(source: Place, target: Place, { acrossRegions, historyFromWithin }: Limits): boolean {
  const { kind } = target.sketch
  const parent = target.above.at(-1)
  const isWithin = parent !== undefined && (source.sketch === parent || source.above.includes(parent))
  if (!historyFromWithin && (kind === 'shallow' || kind === 'deep') && isWithin) return false
  return acrossRegions || !isAcross(source, target)
}

/** The innermost state around both is a parallel one. */
function isAcross(source: Place, target: Place): boolean {
  const from = [...source.above, source.sketch]
  const to = [...target.above, target.sketch]
  const shared = from.filter((sketch) => to.includes(sketch) && sketch !== source.sketch && sketch !== target.sketch)
  return shared.at(-1)?.kind === 'parallel'
}
