import { HoldfastError } from '../core/index.ts'
import type { Args, EventObject } from '../statechart/index.ts'
import type { Values } from './reading.ts'

/** What expressions see of a step. Errors of the host are shown by code and message alone. */
export function valuesOf({ context, event, now }: Args): Values {
  return { context, event: viewOf(event), now }
}

function viewOf(event: EventObject): EventObject {
  const { error } = event as EventObject & { readonly error?: unknown }
  if (!(error instanceof Error)) return event
  const code = error instanceof HoldfastError ? { code: error.code } : {}
  return { ...event, error: { ...code, message: error.message } } as EventObject
}
