import type { Adopted } from '../engine.ts'
import { refuseHeld } from './custody.ts'
import { type Data, type Entity, entityByNum, replaceRow } from './data.ts'

/** See `Engine.adopt`. */
export function adoptEntries(data: Data, num: number, entries: readonly Adopted[], last: boolean): void {
  refuseHeld(data)
  const fork = entityByNum(data, num)
  if (fork === undefined) return
  for (const entry of entries) adoptEntry(fork, entry)
  if (last) forgetOrigin(data, fork)
}

/** Without an origin there is nothing left for a tombstone to hide. */
function forgetOrigin(data: Data, fork: Entity): void {
  replaceRow(data, fork, { ...fork.row, origin: null })
  const tombstones = [...fork.entries].filter(({ segment }) => segment === null)
  for (const entry of tombstones) fork.entries.delete(entry)
}

function adoptEntry(fork: Entity, { key, subject, segment }: Adopted): void {
  const { born, floor, origin } = fork.row
  const own = Math.min(firstOwn(fork, key), origin?.until ?? Number.POSITIVE_INFINITY)
  if (own <= floor) return
  if (own === Number.POSITIVE_INFINITY) fork.entries.set({ key, seq: born, class: 'state', run: 0, subject, segment })
  else fork.changes.set({ key, seq: born, until: own, op: 'image', subject, segment })
}

function firstOwn(fork: Entity, key: string): number {
  const change = fork.changes.from({ key, seq: 0 }).next().value
  const first = change?.key === key ? change.seq : Number.POSITIVE_INFINITY
  return Math.min(first, fork.entries.get({ key })?.seq ?? first)
}
