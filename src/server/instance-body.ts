import { addressOf, type InstanceInspection, type InstanceSummary, MACHINE_KIND, partsOf, type Sent } from '../machine/index.ts'
import { json } from './answer.ts'
import { type Call, replayHeader } from './call.ts'
import { etag } from './conditions.ts'
import { type Disclosure, disclosureOf } from './disclosure.ts'

type Shown = Omit<InstanceInspection, 'nextEvents' | 'instructions' | 'tools'>

/** What hides the secrets of an instance. @throws not_found */
export async function disclosureOfInstance(call: Call, id: string): Promise<Disclosure> {
  return disclosureOf(call.hf, await call.hf.timeline.row(call.ref(MACHINE_KIND, id)))
}

/** What is known of an instance, without its secrets, as the contract shows it. */
export async function instanceBody(call: Call, found: Shown): Promise<object> {
  const disclosure = await disclosureOfInstance(call, found.id)
  const { revision, status, states, context, output, timers, children } = found
  return {
    ...identity(found),
    ...{ revision, status, states, timers, children },
    context: disclosure.state(context),
    output: output === undefined ? null : await disclosure.data(output),
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
  const body = { ...(await instanceBody(call, found)), next_events: nextEvents, instructions, tools }
  return json(status, body, { etag: etag(found.revision), ...headers })
}

/** Answers with where a start or an event has led. */
export async function answerSent(call: Call, sent: Sent, status: 200 | 201, headers: Readonly<Record<string, string>> = {}) {
  const { handled, replayed, revision } = sent
  const body = { ...(await instanceBody(call, sent)), handled }
  return json(status, body, { etag: etag(revision), ...headers, ...replayHeader(replayed) })
}
