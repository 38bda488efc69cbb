import type { Holdfast } from '../holdfast.ts'
import type { Moment, Revision } from '../runtime/index.ts'
import { pathsOf, stateOf } from '../session/index.ts'
import type { EntityRow } from '../store/index.ts'
import type { Disclosure } from './disclosure.ts'
import { invalid } from './refusal.ts'

/** Reads a revision or a time in ISO 8601. @throws invalid */
export function toMoment(text: string, path: string): Moment {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text)
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : undefined
  if (time !== undefined && !Number.isNaN(time.getTime())) return time
  throw invalid(`Expected a revision or a time such as 2026-01-31T12:00:00Z, got ${JSON.stringify(text)}`, path)
}

/** A revision as the contract shows it. */
export async function revisionBody(hf: Holdfast, row: EntityRow, one: Revision, disclosure: Disclosure): Promise<object> {
  const { revision, seq, at, actor, cause, source, op, commit } = one
  const paths = await pathsOf(hf.timeline, row, one)
  return { revision, seq, at, actor, cause, source, op, commit, event: await disclosure.event(one), paths }
}

/** Every variable of an entity at a moment, and entries of its own beside them by key; nothing where it was deleted. */
export async function stateAt(hf: Holdfast, row: EntityRow, moment: Moment) {
  const { revision, at, seq } = await hf.timeline.revision(row, moment)
  return { revision, at, state: stateOf(await hf.timeline.entries(row, '/', seq)) }
}
