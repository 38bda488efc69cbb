import type { ChatMessage } from 'holdfast/replay'
import { type AirlineEvent, eventsOf } from './events.ts'

/** Whoever follows a conversation: a machine inside a commit, or a pure fold. */
export interface Listener {
  /** True when the phase allows the tool. */
  allowsTool(name: string): boolean
  send(event: AirlineEvent): boolean
}

/** Gives a listener what a message is to it. A tool outside its phase is not kept from it: the recorded run did call it. */
export function hear(listener: Listener, message: ChatMessage, last: boolean): void {
  for (const event of eventsOf(message, last)) {
    if (event.type === 'tool.called') listener.send({ ...event, outside: !listener.allowsTool(event.tool) })
    else listener.send(event)
  }
}
