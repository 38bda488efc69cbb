import type { Json } from '../core/index.ts'
import type { DialogueTurn, FrameChange } from './dialogue.ts'
import type { Tracker } from './tracker.ts'

/** What is known of one service in a dialogue. */
export interface ServiceState {
  intent: string | null
  slots: Record<string, Json>
}

/** Follows the annotated dialogue state: one variable for each service, of which only what a turn changed is written. */
export const dialogueTracker: Tracker<Record<string, unknown>, DialogueTurn> = {
  name: 'dialogue',
  format: 'dialogue',
  track(state, turn, { index }) {
    state.turn = index
    for (const [service, change] of Object.entries(turn.changes)) {
      const name = serviceVariable(service)
      state[name] ??= { intent: null, slots: {} } satisfies ServiceState
      apply(state[name] as ServiceState, change)
    }
  },
}

/** The variable that holds a service's state: its name, unless that means something else. */
export function serviceVariable(service: string): string {
  const text = service.toWellFormed().replaceAll('\0', '\ufffd')
  return text === '' || text === 'turn' || /^(user|app|temp):/.test(text) ? `service ${text}` : text
}

function apply(state: ServiceState, change: FrameChange): void {
  if (change.intent !== undefined) state.intent = change.intent
  for (const slot of change.unset ?? []) delete state.slots[slot]
  for (const [slot, value] of Object.entries(change.set ?? {}))
    Object.defineProperty(state.slots, slot, { value, writable: true, enumerable: true, configurable: true })
}
