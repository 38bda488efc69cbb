import type { Model } from '../../linearizability/history.ts'
import { objectKindOf } from '../../simulation/objects.ts'
import type { Question } from './client.ts'
import { servedKindOf } from './served.ts'
import type { Asker } from './served-kind.ts'

/** True for objects that are asked over HTTP. */
export function isServed(object: string): boolean {
  return servedKindOf(object) !== undefined
}

/** The model that tells an object's answers. */
export function modelOf(object: string): Model<unknown, unknown, unknown> {
  const model = (servedKindOf(object) ?? objectKindOf(object))?.model
  if (model === undefined) throw new Error(`${object} is of no kind that is known`)
  return model
}

/** Something to ask of an object. */
export function questionOf(object: string, asker: Asker): Question & { readonly reads: boolean } {
  const served = servedKindOf(object)
  if (served !== undefined) {
    const input = served.input(object, asker)
    return { object, input, reads: input.do === 'read' }
  }
  const { chance, fresh } = asker
  const asked = objectKindOf(object)?.ask(object, { chance, now: Date.now(), fresh })
  return { object, input: asked?.about?.input, reads: asked?.reads ?? false }
}

/** Asks what an object has come to, when everything has come to rest. */
export function lookAt(object: string): Question {
  const served = servedKindOf(object)
  if (served !== undefined) return { object, input: served.look }
  return { object, input: objectKindOf(object)?.look(object, Date.now()).about?.input }
}
