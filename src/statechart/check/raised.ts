import type { Action, Block } from '../blueprint.ts'
import type { Chart } from '../chart.ts'
import type { Plan } from '../configuration.ts'
import type { ActionNote } from '../note.ts'
import { hasFunction } from './content.ts'

/** Stands for an event whose type is computed when the action runs. */
export const UNKNOWN = '?'

/** The types of events that a plan puts into the internal queue, in order. */
export function raisedBy(plan: Plan): string[] {
  const left = plan.exit.flatMap(({ blocks }) => fromBlocks(blocks))
  const come = plan.entry.flatMap(({ blocks, completes }) => {
    return [...fromBlocks(blocks), ...(completes?.ids.map((id) => `done.state.${id}`) ?? [])]
  })
  return [...left, ...fromBlocks(plan.content), ...come]
}

/** True when the plan may change the context, so that guards may answer differently afterwards. */
export function changesContext({ exit, content, entry }: Plan): boolean {
  const blocks = [...exit.flatMap((visit) => visit.blocks), ...content, ...entry.flatMap((visit) => visit.blocks)]
  return blocks.flat().some(({ note }) => note === undefined || note.kind === 'assign')
}

/** True when guards, actions or outputs of the machine run code, which may throw. */
export function mayFail({ table }: Chart): boolean {
  return table.all.some(({ entry, exit, transitions, output }) => {
    const blocks = [...entry, ...exit, ...transitions.flatMap((transition) => transition.blocks)]
    return output !== undefined || transitions.some(({ test }) => test !== undefined) || blocks.flat().some(runsCode)
  })
}

/** An assignment of values and an event written down do not throw. */
function runsCode({ note }: Action): boolean {
  return note === undefined || note.kind === 'perform' || hasFunction(note.written)
}

/** The type an action raises, at once or delayed; undefined when it raises nothing, UNKNOWN when it is computed. */
export function raisedType({ kind, written }: Pick<ActionNote, 'kind' | 'written'>): string | undefined {
  return kind === 'raise' ? literalType(written.event) : undefined
}

/** The type of an event that is written down; UNKNOWN when it is computed. */
export function literalType(event: unknown): string {
  if (typeof event !== 'object' || event === null || !('type' in event)) return UNKNOWN
  return typeof event.type === 'string' ? event.type : UNKNOWN
}

function fromBlocks(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => block.flatMap(fromAction))
}

function fromAction({ note }: Action): string[] {
  if (note === undefined) return [UNKNOWN]
  if (note.written.delay !== undefined) return []
  const type = raisedType(note)
  return type === undefined ? [] : [type]
}
