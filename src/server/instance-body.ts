import { toTagged } from '../core/index.ts'
import { addressOf, type InstanceInspection } from '../machine/index.ts'
import { json } from './answer.ts'
import type { Call } from './call.ts'
import { etag } from './conditions.ts'

/** What is known of an instance, as the contract shows it. */
export function instanceBody(found: Omit<InstanceInspection, 'nextEvents' | 'instructions' | 'tools'>): object {
  const { id, machine, revision, status, states, context, output, timers, children } = found
  const { session, name } = addressOf(id)
  return {
    ...{ id, session, name, machine, revision, status, states, timers, children },
    context: toTagged(context).json,
    output: output === undefined ? null : toTagged(output).json,
  }
}

/** Answers with the instance as it stands now. */
export async function answerInstance(call: Call, id: string, status: 200 | 201 = 200, headers: Record<string, string> = {}) {
  const found = await call.bot.instance(id).inspect()
  const { nextEvents, instructions, tools = null } = found
  const body = { ...instanceBody(found), next_events: nextEvents, instructions, tools }
  return json(status, body, { etag: etag(found.revision), ...headers })
}
