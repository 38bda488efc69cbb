import { type TallyInput, tally } from '../../linearizability/models.ts'
import type { Answer, Question } from './client.ts'
import type { HttpRequest, Sent } from './http-request.ts'
import { type Asker, type ServedKind, servedModel } from './served-kind.ts'

/** The machine that counts, as it is defined over HTTP. */
export const TALLY = {
  id: 'tally',
  initial: 'on',
  context: { n: 0 },
  states: { on: { on: { ADD: { actions: [{ assign: { n: 'context.n + event.by' } }] } } } },
}

/** An instance of a statechart as a counter: started with PUT, each event is one commit. */
export const tallyKind: ServedKind = { model: servedModel(tally), request, answer, input, look: { do: 'read' } }

function input(object: string, { chance, seen }: Asker): TallyInput {
  if (!seen.has(object)) return { do: 'start' }
  return chance.happens(0.3) ? { do: 'read' } : { do: 'add', by: 1 + chance.below(3) }
}

function request({ object, input: question, key }: Question): Omit<HttpRequest, 'port'> {
  const asked = question as TallyInput
  const path = `/v1/instances/${encodeURIComponent(object)}`
  const headers = key === undefined ? {} : { 'idempotency-key': key }
  if (asked.do === 'read') return { method: 'GET', path }
  if (asked.do === 'start') return { method: 'PUT', path, headers, body: { machine: TALLY.id } }
  return { method: 'POST', path: `${path}/events`, headers, body: { type: 'ADD', by: asked.by } }
}

function answer(_question: Question, { status, body }: Extract<Sent, { status: number }>): Answer | undefined {
  const { context, revision, current } = (body ?? {}) as { context?: { n: number }; revision?: number; current?: number }
  if (status === 404) return { output: null }
  if (status === 409) return { output: { current } }
  return status === 200 || status === 201 ? { output: { n: context?.n, revision } } : undefined
}
