import type { Answer, Question } from './client.ts'
import type { HttpRequest, Sent } from './http-request.ts'
import { registerKind } from './register-http.ts'
import type { ServedKind } from './served-kind.ts'
import { tallyKind } from './tally-http.ts'

const kinds: Readonly<Record<string, ServedKind>> = { register: registerKind, tally: tallyKind }

/** The kind of an object that is asked over HTTP; undefined for others. */
export function servedKindOf(object: string): ServedKind | undefined {
  return kinds[object.slice(object.lastIndexOf('/') + 1)]
}

/** What a question is over HTTP. */
export function requestOf(question: Question): Omit<HttpRequest, 'port'> {
  const kind = servedKindOf(question.object)
  if (kind === undefined) throw new Error(`${question.object} is not asked over HTTP`)
  return kind.request(question)
}

/** What an answer over HTTP is in the words of the object's model. */
export function answerOf(question: Question, sent: Sent): Answer {
  if (!('status' in sent)) return sent
  const { status, body } = sent
  const known = servedKindOf(question.object)?.answer(question, sent)
  if (known !== undefined) return known
  const shown = `${status} ${JSON.stringify(body)}`
  return status > 500 ? { unknown: shown } : { failed: shown }
}
