import { type VersionedInput, versioned } from '../../linearizability/models.ts'
import type { Answer, Question } from './client.ts'
import type { HttpRequest, Sent } from './http-request.ts'
import { type Asker, type ServedKind, servedModel } from './served-kind.ts'

/** A variable of a session as a versioned register: GET, PUT, `If-Match` and `If-None-Match`. */
export const registerKind: ServedKind = { model: servedModel(versioned), request, answer, input, look: { do: 'read' } }

function input(object: string, { chance, fresh, seen }: Asker): VersionedInput {
  const revision = seen.get(object)
  if (revision === undefined) return { do: 'create', value: fresh() }
  const what = chance.weighted({ read: 5, write: 3, swap: 4 })
  if (what === 'read') return { do: 'read' }
  if (what === 'write') return { do: 'write', value: fresh() }
  return { do: 'swap', from: Math.max(1, revision - (chance.happens(0.2) ? 1 : 0)), value: fresh() }
}

function request({ object, input, key }: Question): Omit<HttpRequest, 'port'> {
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

function answer({ input: asked }: Question, sent: Extract<Sent, { status: number }>): Answer | undefined {
  const { status } = sent
  const { value, revision, current } = (sent.body ?? {}) as { value?: unknown; revision?: number; current?: number }
  if (status === 404) return { output: null }
  if (status === 412) return { output: { current } }
  // The answer shows the session as it stands by now.
  if (status === 201) return { output: { made: true } }
  if (status === 200) return { output: (asked as VersionedInput).do === 'read' ? { value, revision } : { revision } }
  return undefined
}
