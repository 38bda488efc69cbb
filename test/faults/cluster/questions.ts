import type { Model } from '../../linearizability/history.ts'
import { type VersionedInput, versioned } from '../../linearizability/models.ts'
import type { Chance } from '../../simulation/chance.ts'
import { objectKindOf } from '../../simulation/objects.ts'
import type { Question } from './client.ts'

/** What a client knows when it makes up a question. */
export interface Asker {
  readonly chance: Chance
  readonly fresh: () => number
  /** The revision of a register that this client has seen last. */
  readonly seen: ReadonlyMap<string, number>
}

/** True for objects that are asked over HTTP. */
export function isServed(object: string): boolean {
  return object.endsWith('/register')
}

/** The model that tells an object's answers. */
export function modelOf(object: string): Model<unknown, unknown, unknown> {
  const model = isServed(object) ? (versioned as unknown as Model<unknown, unknown, unknown>) : objectKindOf(object)?.model
  if (model === undefined) throw new Error(`${object} is of no kind that is known`)
  return model
}

/** Something to ask of an object. */
export function questionOf(object: string, asker: Asker): Question & { readonly reads: boolean } {
  if (!isServed(object)) {
    const { chance, fresh } = asker
    const asked = objectKindOf(object)?.ask(object, { chance, now: Date.now(), fresh })
    return { object, input: asked?.about?.input, reads: asked?.reads ?? false }
  }
  const input = versionedInput(object, asker)
  return { object, input, reads: input.do === 'read' }
}

function versionedInput(object: string, { chance, fresh, seen }: Asker): VersionedInput {
  const revision = seen.get(object)
  if (revision === undefined) return { do: 'create', value: fresh() }
  const what = chance.weighted({ read: 5, write: 3, swap: 4 })
  if (what === 'read') return { do: 'read' }
  if (what === 'write') return { do: 'write', value: fresh() }
  return { do: 'swap', from: Math.max(1, revision - (chance.happens(0.2) ? 1 : 0)), value: fresh() }
}

/** Asks what an object has come to, when everything has come to rest. */
export function lookAt(object: string): Question {
  if (isServed(object)) return { object, input: { do: 'read' } satisfies VersionedInput }
  return { object, input: objectKindOf(object)?.look(object, Date.now()).about?.input }
}
