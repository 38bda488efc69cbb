import { canonical } from '../../core/index.ts'
import type { Action, Block } from '../blueprint.ts'
import { writeDescriptor } from '../descriptor.ts'
import type { ActionNote, GuardNote } from '../note.ts'
import type { ChartTransition, StateTable } from '../state-table.ts'
import { wordsOf } from '../words.ts'

/** Stands for code that has no name. */
const CODE = '(code)'

/** A transition in words: `PAY [enough] / pay, mail`. */
export function labelOf(transition: ChartTransition, table: StateTable): string {
  const { on, test, blocks, source } = transition
  const event =
    on.length === 0 ? 'always' : on.map((descriptor) => eventLabel(writeDescriptor(descriptor), table.at(source).id)).join(' or ')
  const guard = test === undefined ? '' : ` [${guardLabel(test.note)}]`
  const actions = actionLabels(blocks).join(', ')
  return `${event}${guard}${actions === '' ? '' : ` / ${actions}`}`
}

/** What actions do, one text each; timers of `after` are told by their transitions. */
export function actionLabels(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => block.flatMap(actionLabel))
}

function eventLabel(type: string, source: string): string {
  const [platform, ...rest] = type.split('.')
  const own = (prefix: string): string => type.slice(prefix.length)
  if (platform === 'after' && type.endsWith(`.${source}`)) return `after ${own('after.').slice(0, -source.length - 1)}`
  if (type.startsWith('done.state.')) return own('done.state.') === source ? 'done' : `${own('done.state.')} done`
  if (type.startsWith('done.invoke.')) return `${own('done.invoke.')} done`
  if (type.startsWith('error.invoke.')) return `${own('error.invoke.')} failed`
  return [platform, ...rest].join('.')
}

function guardLabel(note: GuardNote | undefined): string {
  if (note === undefined) return CODE
  if (note.kind === 'function') return wordsOf(note.value) ?? CODE
  if (note.kind === 'name') return note.params === undefined ? note.name : `${note.name} ${shown(note.params)}`
  if (note.kind === 'not') return `not ${grouped(note.part)}`
  if (note.kind === 'in') return `in ${note.states.at(-1) ?? ''}`
  return note.parts.map(grouped).join(` ${note.kind} `)
}

function grouped(note: GuardNote | undefined): string {
  const label = guardLabel(note)
  return note?.kind === 'and' || note?.kind === 'or' ? `(${label})` : label
}

function actionLabel({ note }: Action): string[] {
  if (note === undefined) return [CODE]
  if (note.kind === 'after' || isTimerStop(note)) return []
  if (note.name !== undefined) return [note.params === undefined ? note.name : `${note.name} ${shown(note.params)}`]
  return [builtIn(note)]
}

function builtIn({ kind, written }: ActionNote): string {
  const { event, target, id, label, assigner, delay } = written
  const later = delay === undefined ? '' : ` after ${typeof delay === 'function' ? CODE : delay}`
  if (kind === 'assign')
    return `assign ${typeof assigner === 'function' ? (wordsOf(assigner) ?? CODE) : Object.keys(Object(assigner)).join(', ')}`
  if (kind === 'raise' || kind === 'emit') return `${kind} ${typeName(event)}${later}`
  if (kind === 'sendTo')
    return `send ${typeName(event)} to ${typeof target === 'string' ? target : (wordsOf(target) ?? CODE)}${later}`
  if (kind === 'cancel') return `cancel ${typeof id === 'string' ? id : (wordsOf(id) ?? CODE)}`
  return typeof label === 'string' ? `log ${label}` : 'log'
}

/** The exit of a state with an `after` stops its timer. */
function isTimerStop({ kind, path, written }: ActionNote): boolean {
  return kind === 'cancel' && path.includes('.after.') && String(written.id).startsWith('after.')
}

function typeName(event: unknown): string {
  return typeof event === 'object' && event !== null && 'type' in event ? String(event.type) : (wordsOf(event) ?? CODE)
}

/** A value in one line. */
export function shown(value: unknown): string {
  try {
    return canonical(value)
  } catch {
    return CODE
  }
}
