import type { Json, Path, Segment } from '../core/index.ts'
import { isObject } from './template.ts'

/**
 * Where a finding of the definition lies in the JSON. A definition's paths are keys joined by dots that leave `states` out; keys of
 * events have dots of their own, so the way is looked for in the JSON itself.
 */
export function toJsonPath(path: string, machine: Json, id: string): Path {
  if (path === 'id' || path === 'version' || path === id) return path === id ? [] : [path]
  const rest = path.startsWith(`${id}.`) ? path.slice(id.length + 1) : path
  return resolve(machine, rest) ?? [rest]
}

function resolve(value: Json | undefined, rest: string): Segment[] | undefined {
  if (rest === '') return []
  if (Array.isArray(value)) return within(value, rest, (key) => Number(key))
  // A transition may be its target alone, an action its name alone, without a list around it.
  if (typeof value === 'string' && /^(?:target|\d+)$/.test(rest)) return []
  if (!isObject(value)) return undefined
  const { states } = value
  const below = isObject(states) ? within(states, rest, (key) => key) : undefined
  if (below !== undefined) return ['states', ...below]
  // One invoke, or one action, may stand where a list could.
  return (
    within(value, rest, (key) => key) ?? (/^\d+(?:\.|$)/.test(rest) ? resolve(value, rest.replace(/^\d+\.?/, '')) : missing(rest))
  )
}

function within(value: object, rest: string, segment: (key: string) => Segment): Segment[] | undefined {
  for (const [key, inner] of Object.entries(value)) {
    if (rest !== key && !rest.startsWith(`${key}.`)) continue
    const found = resolve(inner as Json, rest.slice(key.length + 1))
    if (found !== undefined) return [segment(key), ...found]
  }
  return undefined
}

/** A property that is not there, such as a beginning that was not said. */
function missing(rest: string): Segment[] | undefined {
  return rest.includes('.') ? undefined : [rest]
}
