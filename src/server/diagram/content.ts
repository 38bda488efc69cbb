import type { DiagramState, DiagramTransition, MachineDiagram } from '../../statechart/index.ts'
import type { DrawnLabel, DrawnRow, DrawnState, Rectangle } from './drawing.ts'
import { codeWidth, nameWidth } from './text-width.ts'

/** Longer texts are cut where they are drawn; the tree beside the diagram has them whole. */
const MOST_CHARACTERS = 44

/** What the console draws with; `console/src/diagram` has the same numbers. */
const NAME = 13
const ROW_TEXT = 11
const LABEL_TEXT = 11
const ACTIONS_TEXT = 10
const ROW = 20
const HEAD = 38
const GROUP_HEAD = 40

/** What is written in a state's box, and how large the box must be for it. */
export interface StateContent extends Pick<DrawnState, 'label' | 'label_width' | 'rows'> {
  readonly width: number
  readonly height: number
}

/** Transitions without targets leave nothing: they are lines of their state, as UML's internal transitions are. */
export function reactions({ transitions }: MachineDiagram): ReadonlyMap<string, readonly DiagramTransition[]> {
  return Map.groupBy(
    transitions.filter(({ targets }) => targets.length === 0),
    ({ source }) => source,
  )
}

export function stateContent(state: DiagramState, reacts: readonly DiagramTransition[]): StateContent {
  if (state.kind === 'initial') return round('', 10)
  if (state.kind === 'shallow') return round('H', 34)
  if (state.kind === 'deep') return round('H*', 34)
  const label = cut(state.label)
  const rows = rowsOf(state, reacts)
  const isGroup = state.children.length > 0
  const labelWidth = nameWidth(label, NAME)
  const name = labelWidth + (isGroup ? 32 : 46) + (state.kind === 'parallel' ? 76 : state.kind === 'final' ? 22 : 0)
  const lines = rows.map(({ word, text }) => codeWidth(word, ACTIONS_TEXT) + 6 + codeWidth(text, ROW_TEXT) + 24)
  const height = (isGroup ? GROUP_HEAD : HEAD) + rows.length * ROW + (rows.length > 0 ? 6 : 0)
  return { label, label_width: labelWidth, rows, width: Math.max(isGroup ? 120 : 84, name, ...lines), height }
}

/** Pseudo states are round. */
function round(label: string, size: number): StateContent {
  return { label, label_width: nameWidth(label, NAME), rows: [], width: size, height: size }
}

/** Undefined where there is nothing to say. */
export function labelContent(transition: DiagramTransition): Omit<DrawnLabel, 'x' | 'y'> | undefined {
  const trigger = cut(transition.trigger)
  const guard = transition.guard === undefined ? undefined : cut(transition.guard)
  const actions = transition.actions.length === 0 ? undefined : cut(transition.actions.join(', '))
  if (trigger === '' && guard === undefined && actions === undefined) return undefined
  const first = [trigger, ...(guard === undefined ? [] : [`[${guard}]`])].filter((part) => part !== '').join(' ')
  const hasBoth = first !== '' && actions !== undefined
  return {
    ...{ trigger, width: Math.max(codeWidth(first, LABEL_TEXT), codeWidth(actions ?? '', ACTIONS_TEXT)) + 16 },
    height: hasBoth ? 34 : 20,
    ...(guard !== undefined && { guard }),
    ...(actions !== undefined && { actions }),
  }
}

/** Of a rectangle what is written down: whole pixels stay short. */
export function rectangleOf({ x = 0, y = 0, width = 0, height = 0 }: Partial<Rectangle>): Rectangle {
  return { x: rounded(x), y: rounded(y), width: rounded(width), height: rounded(height) }
}

export function rounded(pixels: number): number {
  return Math.round(pixels * 10) / 10
}

function rowsOf(state: DiagramState, reacts: readonly DiagramTransition[]): DrawnRow[] {
  const row =
    (word: DrawnRow['word']) =>
    (text: string): DrawnRow => ({ word, text: cut(text) })
  return [
    ...state.invokes.map(({ src }) => src).map(row('invoke')),
    ...state.entry.map(row('entry')),
    ...state.exit.map(row('exit')),
    ...reacts.map(reactionText).map(row('on')),
  ]
}

function reactionText({ trigger, guard, actions }: DiagramTransition): string {
  const parts = [trigger, guard === undefined ? '' : `[${guard}]`, actions.length === 0 ? '' : `/ ${actions.join(', ')}`]
  return parts.filter((part) => part !== '').join(' ')
}

function cut(text: string): string {
  const letters = [...text]
  return letters.length <= MOST_CHARACTERS ? text : `${letters.slice(0, MOST_CHARACTERS - 1).join('')}…`
}
