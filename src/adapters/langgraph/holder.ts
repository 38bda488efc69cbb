import { isGrown, type Value } from './record.ts'
import type { Serial } from './serial.ts'

/** The checkpoint that holds the value of a channel; snapshots share it as long as the value does not change. */
export interface Holder {
  readonly code: string
  /** What it stores; undefined as long as nobody has read it. */
  stored: Value | undefined
  /** What that comes to; undefined as long as nobody has put it together. */
  value: Serial | undefined
  /** The last one before it whose number is a multiple of the base, if that is known: what the next of those is made of. */
  readonly milestone: Holder | undefined
}

/** A value is made of at most this many others for each digit of the number of its changes, to this base. */
export const BASE = 32

/** How often a value has changed since it was last stored whole. */
export function numberOf(value: Value | undefined): number {
  return value !== undefined && isGrown(value) ? value[0] : 0
}

/** The holder of a new value. @param before that of the value it takes the place of */
export function nextHolder(code: string, stored: Value | undefined, value?: Serial, before?: Holder): Holder {
  const isMilestone = numberOf(stored) % BASE === 0
  const milestone = isMilestone || before === undefined ? undefined : milestoneOf(before)
  return { code, stored, value: stored === undefined || isGrown(stored) ? value : stored, milestone }
}

function milestoneOf(holder: Holder): Holder | undefined {
  return holder.stored !== undefined && numberOf(holder.stored) % BASE === 0 ? holder : holder.milestone
}
