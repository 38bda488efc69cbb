import { HoldfastError } from '../core/index.ts'
import type { EventObject } from '../statechart/index.ts'

/** Events that only the platform raises: whoever could send them could end a child, or ring a timer, that has not. */
const RESERVED = /^(?:after\.|done\.(?:state|invoke)\.|error\.(?:invoke\.|execution$|communication$))/

/** True for events that only the platform raises. */
export function isReserved(type: string): boolean {
  return RESERVED.test(type)
}

/**
 * The event, if somebody outside may send it.
 * @throws invalid
 */
export function checkEvent<E extends EventObject>(event: E): E {
  const type: unknown = Object(event).type
  if (typeof type !== 'string' || type === '')
    throw new HoldfastError('invalid', `Expected an event, an object with a type, got ${JSON.stringify(event) ?? 'nothing'}`, {
      path: 'event',
    })
  if (!isReserved(type) && !Object.hasOwn(event, 'invokeId')) return event
  const message = `Event ${type} is the platform's own: after.*, done.*, error.* and what carries an invokeId cannot be sent`
  throw new HoldfastError('invalid', message, { path: 'event.type' })
}
