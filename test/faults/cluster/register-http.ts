import type { VersionedInput } from '../../linearizability/models.ts'
import type { Answer, Question } from './client.ts'
import type { HttpRequest, Sent } from './http-request.ts'

/** A variable of a session as a versioned register: what a question of the model is over HTTP. */
export function requestOf({ object, input, key }: Question): Omit<HttpRequest, 'port'> {
  const asked = input as VersionedInput
  const session = `/v1/sessions/${encodeURIComponent(object)}`
  const path = `${session}/variables/value`
  const keyed = key === undefined ? {} : { 'idempotency-key': key }
  if (asked.do === 'read') return { method: 'GET', path }
  const { value } = asked
  if (asked.do === 'create')
    return { method: 'PUT', path: session, headers: { ...keyed, 'if-none-match': '*' }, body: { state: { value } } }
  const match = asked.do === 'write' ? '*' : `"${asked.from}"`
  return { method: 'PUT', path, headers: { ...keyed, 'if-match': match }, body: { value } }
}

/** What an answer over HTTP is in the words of the model. */
export function answerOf({ input }: Question, sent: Sent): Answer {
  if (!('status' in sent)) return sent
  const { status } = sent
  const { value, revision, current } = (sent.body ?? {}) as { value?: unknown; revision?: number; current?: number }
  if (status === 404) return { output: null }
  if (status === 412) return { output: { current } }
  // The answer shows the session as it stands by now.
  if (status === 201) return { output: { made: true } }
  if (status === 200) return { output: (input as VersionedInput).do === 'read' ? { value, revision } : { revision } }
  if (status >= 500 && status !== 500) return { unknown: `${status} ${JSON.stringify(sent.body)}` }
  return { failed: `${status} ${JSON.stringify(sent.body)}` }
}
