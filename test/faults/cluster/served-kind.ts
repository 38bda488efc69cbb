import type { Model } from '../../linearizability/history.ts'
import type { Chance } from '../../simulation/chance.ts'
import type { Answer, Question } from './client.ts'
import type { HttpRequest, Sent } from './http-request.ts'

/** What a client knows when it makes up a question. */
export interface Asker {
  readonly chance: Chance
  /** A value that nobody else has. */
  readonly fresh: () => number
  /** The revision of each object that this client was told last. */
  readonly seen: ReadonlyMap<string, number>
}

/** A kind of object that is asked over HTTP, and the model that tells its answers. */
export interface ServedKind {
  readonly model: Model<unknown, unknown, unknown>
  /** Something to ask of an object. */
  input(object: string, asker: Asker): { readonly do: string }
  /** Asks what it has come to. */
  readonly look: { readonly do: string }
  request(question: Question): Omit<HttpRequest, 'port'>
  /** An answer in the words of the model; undefined for one that it has no words for. */
  answer(question: Question, sent: Extract<Sent, { status: number }>): Answer | undefined
}

export function servedModel<State, Input, Output>(model: Model<State, Input, Output>): Model<unknown, unknown, unknown> {
  return model as unknown as Model<unknown, unknown, unknown>
}
