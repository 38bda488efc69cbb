import type { Json, Path } from '../core/index.ts'
import { type ActionSurroundings, compileActions } from './action.ts'
import { compileGuard } from './guard.ts'
import { isObject } from './template.ts'

/** A transition has one target for each region it leads into. */
const MOST_TARGETS = 256

/** Reads what stands under one event: null, a target, a transition, or a list of them. What is none is left to the definition to refuse. */
export function readTransitions(config: Json, path: Path, around: ActionSurroundings): unknown {
  if (!Array.isArray(config)) return readOne(config, path, around)
  return config.map((one: Json, i) => readOne(one, [...path, i], around))
}

function readOne(config: Json, path: Path, around: ActionSurroundings): unknown {
  const { reading } = around
  reading.count('transitions', path)
  if (!isObject(config)) return config
  const { guard, actions, target, reenter, description } = config
  if (Array.isArray(target) && target.length > MOST_TARGETS) {
    reading.report.add([...path, 'target'], `expected at most ${MOST_TARGETS} targets, got ${target.length}`)
    return undefined
  }
  if (reenter !== undefined && typeof reenter !== 'boolean') reading.report.add([...path, 'reenter'], 'expected true or false')
  if (description !== undefined && typeof description !== 'string')
    reading.report.add([...path, 'description'], 'expected a text')
  return {
    ...config,
    ...(guard !== undefined && { guard: compileGuard(guard, [...path, 'guard'], reading) }),
    ...(actions !== undefined && { actions: compileActions(actions, [...path, 'actions'], around) }),
  }
}
