import { held, notEmpty, unfilled } from '../custody.ts'
import type { Filling } from '../engine.ts'
import type { Data } from './data.ts'

/** How a memory engine is called in what it says. */
export const NAME = 'memory:'

/** @throws unavailable where nothing may be changed */
export function refuseStopped({ custody: { hold, filling } }: Data): void {
  if (filling !== undefined) throw unfilled(NAME, filling)
  if (hold !== undefined && hold.stage !== 'copying') throw held(NAME, hold)
}

/** @throws unavailable where nothing may be forgotten */
export function refuseHeld(data: Data): void {
  refuseStopped(data)
  if (data.custody.hold !== undefined) throw held(NAME, data.custody.hold)
}

/** See `Transfer.begin`. */
export function beginFilling(data: Data, filling: Filling): void {
  const isUsed = data.custody.filling !== undefined || data.names.size > 0 || data.idempotency.size > 0
  if (isUsed) throw notEmpty(NAME)
  data.custody.filling = filling
}
