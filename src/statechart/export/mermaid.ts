import type { Chart } from '../chart.ts'
import type { Machine } from '../machine.ts'
import { type ChartState, type ChartTransition, isHistory } from '../state-table.ts'
import { compiled } from '../step.ts'
import { actionLabels, labelOf, shown } from './label.ts'

/** Words that mean something else where a state is named. */
const reserved = new Set(
  'state note end direction default class classDef style click as fork join choice root accTitle accDescr title'.split(' '),
)

/**
 * A machine as a Mermaid `stateDiagram-v2`. What the notation has no arrow for, transitions within a state and those without a target,
 * stands in notes, with entry and exit actions, children, instructions and tools: nothing is left out.
 */
export function toMermaid(machine: Machine): string {
  return new Diagram(compiled(machine)).text()
}

class Diagram {
  readonly #chart: Chart
  readonly #names: readonly string[]
  readonly #lines: string[] = ['stateDiagram-v2']
  readonly #noted = new Map<number, string[]>()
  readonly #arrows = new Map<number, string[]>()

  constructor(chart: Chart) {
    this.#chart = chart
    this.#names = uniqueNames(chart)
    for (const { index } of chart.table.all) this.#describe(index)
  }

  text(): string {
    const { all } = this.#chart.table
    const [root] = all
    // A machine with transitions or notes of its own, or with regions, needs a box to have them.
    if (root !== undefined && (root.kind !== 'compound' || this.#noted.has(0))) this.#state(0, '  ')
    else this.#inside(0, '  ')
    for (const arrow of this.#arrows.get(-1) ?? []) this.#lines.push(`  ${arrow}`)
    for (const [state, lines] of this.#noted) this.#note(state, lines)
    return `${this.#lines.join('\n')}\n`
  }

  #state(index: number, indent: string): void {
    const { id, children, histories, kind } = this.#chart.table.at(index)
    const key = index === 0 ? this.#chart.blueprint.id : (id.split('.').at(-1) ?? id)
    const shown = isHistory(kind) ? `H${kind === 'deep' ? '*' : ''} ${key}` : key
    const box = children.length + histories.length > 0
    this.#lines.push(`${indent}state "${escaped(shown)}" as ${this.#names[index]}${box ? ' {' : ''}`)
    if (!box) return
    this.#inside(index, `${indent}  `)
    this.#lines.push(`${indent}}`)
  }

  #inside(index: number, indent: string): void {
    const { kind, children, histories, initial } = this.#chart.table.at(index)
    const push = (line: string): number => this.#lines.push(indent + line)
    for (const [i, child] of [...children, ...histories].entries()) {
      if (kind === 'parallel' && i > 0) push('--')
      this.#state(child, indent)
      if (this.#chart.table.at(child).kind === 'final') push(`${this.#names[child]} --> [*]`)
    }
    const actions = actionLabels(initial?.blocks ?? []).join(', ')
    for (const target of initial?.targets ?? [])
      push(`[*] --> ${this.#names[target]}${actions === '' ? '' : ` : ${escaped(`/ ${actions}`)}`}`)
    for (const arrow of this.#arrows.get(index) ?? []) push(arrow)
  }

  /** Arrows and notes of one state, put where they belong. */
  #describe(index: number): void {
    const state = this.#chart.table.at(index)
    const notes = factsOf(state)
    for (const transition of [...state.transitions, ...(isHistory(state.kind) && state.initial ? [state.initial] : [])]) {
      const label = isHistory(state.kind) ? 'default' : labelOf(transition, this.#chart.table)
      if (transition.targets.length === 0) notes.push(`${label}${hasActions(transition) ? '' : ' / nothing'}`)
      for (const target of transition.targets) {
        if (this.#canDraw(index, target, transition)) this.#arrow(index, target, label)
        else notes.push(`${label} --> ${this.#chart.table.at(target).id}`)
      }
    }
    if (notes.length > 0) this.#noted.set(index, notes)
  }

  /** An arrow between a box and what lies in it, or from a box to itself, cannot be drawn; nor one that only looks like leaving. */
  #canDraw(source: number, target: number, { internal }: ChartTransition): boolean {
    const { table } = this.#chart
    const isBox = table.at(source).children.length > 0
    return !table.isBelow(target, source) && !table.isBelow(source, target) && !(source === target && (isBox || internal))
  }

  #arrow(source: number, target: number, label: string): void {
    const place = this.#placeOf(source, target)
    const arrows = this.#arrows.get(place) ?? []
    this.#arrows.set(place, arrows)
    arrows.push(`${this.#names[source]} --> ${this.#names[target]} : ${escaped(label)}`)
  }

  /** The box both lie in side by side. Else outside of all boxes: naming a state in a box that is not its own would move it there. */
  #placeOf(source: number, target: number): number {
    const { parent } = this.#chart.table.at(source)
    return parent === this.#chart.table.at(target).parent && this.#chart.table.at(parent).kind === 'compound' ? parent : -1
  }

  #note(state: number, lines: readonly string[]): void {
    this.#lines.push(`  note right of ${this.#names[state]}`)
    for (const line of lines.flatMap((each) => each.split('\n'))) this.#lines.push(`    ${escaped(line)}`)
    this.#lines.push('  end note')
  }
}

/** What a state says and does beside its transitions. */
function factsOf({ facts, entry, exit, invokes }: ChartState): string[] {
  const listed = (name: string, labels: readonly string[]): string[] =>
    labels.length === 0 ? [] : [`${name} / ${labels.join(', ')}`]
  const children = invokes.map(({ note }) => (note === undefined ? '(code)' : `${note.src} as ${note.id}`))
  return [
    ...(facts.description === undefined ? [] : [facts.description]),
    ...(facts.instructions === undefined ? [] : [`instructions / ${facts.instructions}`]),
    ...listed('tools', facts.tools ?? []),
    ...listed('tags', facts.tags ?? []),
    ...listed('entry', actionLabels(entry)),
    ...listed('exit', actionLabels(exit)),
    ...listed('invoke', children),
    ...(facts.meta === undefined ? [] : [`meta / ${shown(facts.meta)}`]),
  ]
}

function hasActions({ blocks }: ChartTransition): boolean {
  return blocks.some((block) => block.length > 0)
}

/** Ids that Mermaid reads as one word, the same each time. */
function uniqueNames({ table, blueprint }: Chart): string[] {
  const taken = new Set<string>()
  return table.all.map(({ index, id }) => {
    const word = (index === 0 ? blueprint.id : id).replace(/\W/g, '_')
    let name = reserved.has(word) ? `${word}_` : word
    while (taken.has(name)) name += '_'
    taken.add(name)
    return name
  })
}

/** Signs that Mermaid would read as its own, as numbered entities. */
function escaped(text: string): string {
  return text.replace(/[^\p{L}\p{N} .,/()[\]_*|&!=+'?-]|-(?=-)/gu, (sign) => (/\s/.test(sign) ? ' ' : `#${sign.codePointAt(0)};`))
}
