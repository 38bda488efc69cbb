import type { TransitionFacts } from '../blueprint.ts'
import { wordsOf } from '../words.ts'
import { isRecord, listOf, type RawState } from './raw.ts'
import { nameRef } from './surroundings.ts'

/** What stands for a function that nobody gave a name. */
const UNNAMED = 'function'

/** A transition in the words of its definition. */
export function transitionFacts({ guard, actions, description }: RawState): TransitionFacts {
  return {
    ...(guard !== undefined && { guard: guardWords(guard) }),
    ...(actions !== undefined && { actions: actionWords(actions) }),
    ...(typeof description === 'string' && { description }),
  }
}

/** Actions as they are called: by their name, or by what they do. */
export function actionWords(actions: unknown): string[] {
  return listOf(actions).map((action) => {
    if (typeof action === 'function') return 'kind' in action ? String(action.kind) : UNNAMED
    return refWords(action)
  })
}

function guardWords(guard: unknown): string {
  if (!isRecord(guard)) return refWords(guard)
  if (guard.type === '.not') return `not ${partWords(guard.guard)}`
  if (guard.type === '.stateIn') return `in ${placeWords(guard.value)}`
  if (guard.type === '.and' || guard.type === '.or')
    return listOf(guard.guards)
      .map(partWords)
      .join(` ${guard.type.slice(1)} `)
  return refWords(guard)
}

/** A combination inside another one stands in parentheses. */
function partWords(guard: unknown): string {
  const isCombined = isRecord(guard) && (guard.type === '.and' || guard.type === '.or')
  return isCombined ? `(${guardWords(guard)})` : guardWords(guard)
}

function refWords(ref: unknown): string {
  const known = nameRef(ref)
  if (known === undefined) return wordsOf(ref) ?? UNNAMED
  if (!isRecord(known.params)) return known.name
  const params = Object.entries(known.params).map(([name, value]) => `${name}: ${JSON.stringify(value) ?? UNNAMED}`)
  return `${known.name}(${params.join(', ')})`
}

function placeWords(value: unknown): string {
  if (!isRecord(value)) return String(value)
  return Object.entries(value)
    .map(([key, inner]) => `${key}.${placeWords(inner)}`)
    .join(' and ')
}
