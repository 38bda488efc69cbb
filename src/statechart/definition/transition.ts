import type { Descriptor, TransitionBlueprint } from '../blueprint.ts'
import { compileActions } from './action.ts'
import { compileGuard } from './guard.ts'
import type { Place } from './place.ts'
import { isRecord, listOf, type RawState } from './raw.ts'
import type { Surroundings } from './surroundings.ts'
import { transitionFacts } from './wording.ts'

const known = new Set(['target', 'guard', 'actions', 'reenter', 'description'])

/** Compiles what stands under one event: a target, a transition, or a list of them tried in order. */
export function compileTransitions(
  config: unknown,
  on: readonly Descriptor[],
  from: Place,
  path: string,
  around: Surroundings,
): TransitionBlueprint[] {
  const each = Array.isArray(config) ? config : [config ?? {}]
  return each.map((one: unknown, i) => compileOne(one, on, from, Array.isArray(config) ? `${path}.${i}` : path, around))
}

function compileOne(
  config: unknown,
  on: readonly Descriptor[],
  from: Place,
  path: string,
  around: Surroundings,
): TransitionBlueprint {
  const raw = typeof config === 'string' ? { target: config } : config
  if (!isRecord(raw)) {
    around.findings.add(path, 'expected a target, a transition, or a list of transitions')
    return { on, targets: [], internal: false, blocks: [], path }
  }
  for (const key of Object.keys(raw)) if (!known.has(key)) around.findings.unknown(`${path}.${key}`, 'property', key, known)
  const targets = targetsOf(raw, from, path, around)
  const isWithin = targets.every((target) => target === from || isBelow(target, from))
  const test = raw.guard === undefined ? {} : { test: compileGuard(raw.guard, `${path}.guard`, around) }
  const blocks = [compileActions(raw.actions, `${path}.actions`, around)]
  const ids = targets.map(({ id }) => id)
  return { on, ...test, targets: ids, internal: isWithin && raw.reenter !== true, blocks, path, facts: transitionFacts(raw) }
}

function targetsOf(raw: RawState, from: Place, path: string, around: Surroundings): Place[] {
  const at = `${path}.target`
  const targets = listOf(raw.target).flatMap((text) => around.places.target(text, from, at) ?? [])
  for (const [i, one] of targets.entries()) {
    for (const other of targets.slice(i + 1)) {
      if (isTogether(one, other)) continue
      around.findings.add(
        at,
        `${one.id} and ${other.id} cannot be active together: they are not in different regions of a parallel state`,
      )
    }
  }
  return targets
}

/** SCXML 1.0, 3.13: targets must be part of one legal configuration. */
function isTogether(one: Place, other: Place): boolean {
  if (one === other || isBelow(one, other) || isBelow(other, one)) return true
  let shared = one.parent
  while (shared !== undefined && !isBelow(other, shared)) shared = shared.parent
  return shared?.kind === 'parallel'
}

/** True when `place` lies below `ancestor`. */
export function isBelow(place: Place, ancestor: Place): boolean {
  for (let at = place.parent; at !== undefined; at = at.parent) if (at === ancestor) return true
  return false
}

/** How an event is written in `on`: a type as it is, `order.*` for all that begin so, `*` for all. */
export function readDescriptor(text: string): Descriptor {
  if (text === '*') return { name: '', prefix: true }
  return text.endsWith('.*') ? { name: text.slice(0, -2), prefix: true } : { name: text, prefix: false }
}
