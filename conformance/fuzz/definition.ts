import type { Memory } from './run.ts'
import type { Arc, Sketch } from './sketch.ts'

/** How one library spells what two have in common. */
export interface Dialect {
  assign(change: (args: { readonly context: Memory }) => Memory): unknown
  raise(event: { readonly type: string }): unknown
}

/** A sketch in XState's words, for XState and for Holdfast. */
export function definitionOf(root: Sketch, dialect: Dialect): object {
  return { ...stateOf(root, dialect, true), id: 'fuzz' }
}

function stateOf(sketch: Sketch, dialect: Dialect, isRoot: boolean): object {
  const { key, kind, children, arcs, fallback } = sketch
  const id = { id: key }
  if (kind === 'shallow' || kind === 'deep') {
    return { ...id, type: 'history', history: kind, ...(fallback !== undefined && { target: `#${fallback}` }) }
  }
  const marks = { entry: [mark(`+${key}`, dialect)], exit: [mark(`-${key}`, dialect)] }
  if (kind === 'final') return { ...id, type: 'final', ...marks }
  return {
    ...(isRoot ? {} : id),
    ...(kind === 'parallel' && { type: kind }),
    ...(kind === 'compound' && { initial: children[0]?.key }),
    ...(children.length > 0 && {
      states: Object.fromEntries(children.map((child) => [child.key, stateOf(child, dialect, false)])),
    }),
    ...marks,
    on: Object.fromEntries(events(arcs).map((arc) => [arc.event, transitionOf(arc, dialect)])),
    ...only(arcs, undefined, 'always', dialect),
    ...only(arcs, 'done', 'onDone', dialect),
  }
}

function events(arcs: readonly Arc[]): Arc[] {
  return arcs.filter(({ event }) => event !== undefined && event !== 'done')
}

function only(arcs: readonly Arc[], event: string | undefined, property: string, dialect: Dialect): object {
  const found = arcs.find((arc) => arc.event === event)
  return found === undefined ? {} : { [property]: transitionOf(found, dialect) }
}

function transitionOf(arc: Arc, dialect: Dialect): object {
  const { targets, raises, reenter } = arc
  return {
    ...(targets.length > 0 && { target: targets.map((key) => `#${key}`) }),
    ...(isGuarded(arc) && { guard: ({ context }: { context: Memory }) => holds(arc, context) }),
    ...(reenter && { reenter }),
    actions: [
      dialect.assign(({ context }) => taken(arc, context)),
      ...(raises === undefined ? [] : [dialect.raise({ type: raises })]),
    ],
  }
}

function mark(word: string, { assign }: Dialect): unknown {
  return assign(({ context }) => ({ ...context, log: [...context.log, word] }))
}

/** What the machine itself brings about costs fuel, so that nothing goes round for ever. */
export function isGuarded({ event, remainder }: Arc): boolean {
  return remainder !== undefined || event?.startsWith('e') !== true
}

export function holds(arc: Arc, { count, fuel }: Memory): boolean {
  const { event, remainder } = arc
  return (remainder === undefined || count % 3 === remainder) && (event?.startsWith('e') === true || fuel > 0)
}

export function taken({ event, mark: word }: Arc, { log, count, fuel }: Memory): Memory {
  return { log: [...log, word], count: count + 1, fuel: event?.startsWith('e') === true ? fuel : fuel - 1 }
}
