import { HoldfastError } from '../core/index.ts'
import type { Filling, Hold } from './transfer.ts'

/** Why a store that is held is not changed, and what to do. `store` says which one, e.g. `file:./agent.db`. */
export function heldMessage(store: string, { to, stage }: Hold): string {
  if (stage === 'moved') return `${store} has moved to ${to}; open that one. Nothing was stored`
  const begun = stage === 'stopped' ? 'is stopped while it moves' : 'is being moved'
  return `${store} ${begun} to ${to}; nothing was changed. Try again later, finish with \`holdfast move ${store} ${to}\`, or give it up with \`holdfast move ${store} --abandon\``
}

/** The refusal of what would change a store that is held. */
export function held(store: string, hold: Hold): HoldfastError<'unavailable'> {
  return new HoldfastError('unavailable', heldMessage(store, hold), { reason: 'moved' })
}

/** The refusal to use a store that is not complete. */
export function unfilled(store: string, { from }: Filling): HoldfastError<'unavailable'> {
  const message = `${store} is being filled from ${from} and is not complete. Go on with \`holdfast move ${from} ${store}\`; to give it up, delete it and run \`holdfast move ${from} --abandon\``
  return new HoldfastError('unavailable', message, { reason: 'moved' })
}

/** The refusal to fill a store that has something in it. */
export function notEmpty(store: string): HoldfastError<'conflict'> {
  return new HoldfastError('conflict', `${store} is not empty: name a store that has never been written to`, {})
}
