import { checkName, HoldfastError } from '../core/index.ts'
import { WITHIN } from './group.ts'

/** A step is known by its name and how often that name has come before: `pay`, `pay#2`. */
export function stepName(name: string, occurrence: number): string {
  return occurrence === 1 ? name : `${name}#${occurrence}`
}

/** @throws invalid */
export function checkStepName(name: string): void {
  checkName(name, 'the name of a step', 200)
  const expected = /#\d+$/.test(name)
    ? `that does not end like ${name}: so is the next step of a name called`
    : name.includes(WITHIN) && `without ${WITHIN}, which stands between the name of a group and those of its steps`
  if (expected) throw new HoldfastError('invalid', `Expected the name of a step ${expected}, got ${name}`, { path: 'name' })
}
