import { toTagged } from '../core/index.ts'
import { addressOf, type InstanceInspection, type InstanceSummary, partsOf } from '../machine/index.ts'
import { json } from './answer.ts'
import type { Call } from './call.ts'
import { etag } from './conditions.ts'

/** What is known of an instance, as the contract shows it. */
export function instanceBody(found: Omit<InstanceInspection, 'nextEvents' | 'instructions' | 'tools'>): object {
  const { revision, status, states, context, output, timers, children } = found
  return {
    ...identity(found),
    ...{ revision, status, states, timers, children },
    context: toTagged(context).json,
    output: output === undefined ? null : toTagged(output).json,
  }
}

/** The same of one in a list. */
export function summaryBody(found: InstanceSummary): object {
  const { status, states, revision, created, updated } = found
  return { ...identity(found), status, states, revision, created, updated }
}

function identity({ id, machine: tag }: Pick<InstanceSummary, 'id' | 'machine'>): object {
  const { id: machine, version } = partsOf(tag)
  return { id, ...addressOf(id), machine, version, tag }
}

/** Answers with the instance as it stands now. */
export async function answerInstance(call: Call, id: string, status: 200 | 201 = 200, headers: Record<string, string> = {}) {
  const found = await call.bot.instance(id).inspect()
  const { nextEvents, instructions, tools = null } = found
  const body = { ...instanceBody(found), next_events: nextEvents, instructions, tools }
  return json(status, body, { etag: etag(found.revision), ...headers })
}
