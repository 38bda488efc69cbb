import type { TimerHandlers } from '../runtime/index.ts'
import { CONVERSATION_KIND } from './address.ts'
import { turnOfTimer } from './keys.ts'
import { StreamTx } from './stream-tx.ts'

/** What the dispatcher is to do when it is time to look whether a turn is still being written. */
export const conversationTimers: TimerHandlers = {
  [CONVERSATION_KIND]: (tx, entity, { name }) => new StreamTx(tx, entity.ref.id).look(turnOfTimer(name)),
}
