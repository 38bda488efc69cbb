import { toTagged } from '../core/index.ts'
import type { Effect } from '../statechart/index.ts'

/**
 * Looks at what an effect would have stored.
 * @throws invalid with the path of what cannot be
 */
export function checkStorable(effect: Effect): void {
  switch (effect.type) {
    case 'perform':
      toTagged(effect.payload, [effect.name])
      break
    case 'start':
      toTagged(effect.input, [effect.src, 'input'])
      break
    case 'send':
    case 'schedule':
      toTagged(effect.event, [effect.event.type])
      break
    // What is emitted and logged is bounded, and stops, cancels have nothing to store.
    case 'emit':
    case 'log':
    case 'stop':
    case 'cancel':
      break
  }
}
