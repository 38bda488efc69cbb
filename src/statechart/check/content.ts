import type { Block } from '../blueprint.ts'
import type { Chart } from '../chart.ts'
import { transitionsOf } from '../location.ts'
import type { ActionNote, GuardNote, InvokeNote } from '../note.ts'

/** What a state's own content does: entering, leaving, and its transitions. */
export interface Content {
  readonly state: number
  readonly notes: readonly ActionNote[]
}

/** What is known of all actions, state by state. */
export function contents({ table }: Chart): Content[] {
  return table.all.map(({ index, entry, exit, initial, transitions }) => {
    const inner = [...(initial?.blocks ?? []), ...transitions.flatMap(({ blocks }) => blocks)]
    return { state: index, notes: notesOf([...entry, ...exit, ...inner]) }
  })
}

/** What is known of all guards, with the path of their transitions; parts of combined guards are listed after the whole. */
export function guards(chart: Chart): { readonly path: string; readonly note: GuardNote }[] {
  return transitionsOf(chart).flatMap(({ test, path = '' }) =>
    partsOf(test?.note).map((note) => ({ path: `${path}.guard`, note })),
  )
}

/** What is known of all children, with the state that starts them. */
export function invokes({ table }: Chart): { readonly state: number; readonly note: InvokeNote }[] {
  return table.all.flatMap(({ index, invokes: list }) =>
    list.flatMap(({ note }) => (note === undefined ? [] : [{ state: index, note }])),
  )
}

/** True for a function, and for an object or list that holds one. */
export function hasFunction(value: unknown, counts: (found: unknown) => boolean = () => true, depth = 4): boolean {
  if (typeof value === 'function') return counts(value)
  return (
    typeof value === 'object' &&
    value !== null &&
    depth > 0 &&
    Object.values(value).some((each) => hasFunction(each, counts, depth - 1))
  )
}

function notesOf(blocks: readonly Block[]): ActionNote[] {
  return blocks.flatMap((block) => block.flatMap(({ note }) => note ?? []))
}

function partsOf(note: GuardNote | undefined): GuardNote[] {
  if (note === undefined) return []
  if (note.kind === 'and' || note.kind === 'or') return [note, ...note.parts.flatMap(partsOf)]
  return note.kind === 'not' ? [note, ...partsOf(note.part)] : [note]
}
