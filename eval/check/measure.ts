import { z } from 'zod'
import { checkDefinition, defineMachine, type Finding } from '../../src/statechart/index.ts'
import type { Draft } from './definition.ts'
import { type Planted, plants } from './faults.ts'
import { type Chance, soundDraft } from './sound.ts'

/** What the context of all generated machines has to be like. */
const schema = z.object({ count: z.number(), note: z.string() })

/** What came of looking at a machine with one fault in it. */
export interface Trial {
  readonly fault: string
  readonly planted: Planted
  readonly found: boolean
  readonly findings: readonly Finding[]
}

/** One machine for each number, faults taken in turn. */
export function tryFaults(chance: Chance, count: number): Trial[] {
  const entries = Object.entries(plants)
  return Array.from({ length: count }, (_, i) => {
    const [fault, plant] = entries[i % entries.length] as (typeof entries)[number]
    const draft = soundDraft(chance, `machine${i}`)
    const before = structuredShape(draft)
    const planted = plant(draft, chance)
    const findings = findingsOf(draft, fault === 'state that was renamed' ? before : undefined)
    const found = findings.some(({ kind, path }) => kind === planted.kind && path.startsWith(planted.path))
    return { fault, planted, found, findings }
  })
}

/** What is said about machines in which nothing is wrong. */
export function trySound(chance: Chance, count: number): (readonly Finding[])[] {
  return Array.from({ length: count }, (_, i) => {
    const draft = soundDraft(chance, `machine${i}`)
    return findingsOf(draft, structuredShape(draft))
  })
}

function findingsOf({ definition, events }: Draft, before: object | undefined): readonly Finding[] {
  const previous = before && defineMachine(before as Parameters<typeof defineMachine>[0])
  return checkDefinition(definition, { events: [...events], schema, ...(previous && { previous }) })
}

/** The definition as it is now: what is planted later replaces objects in it. */
function structuredShape({ definition }: Draft): object {
  return copy({ ...definition, version: '0' }) as object
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copy(inner)]))
}
