import { equalRich, HoldfastError } from '../../core/index.ts'

/** What the fields of an item must be: values, or conditions by operator. */
export type Filter = Readonly<Record<string, unknown>>

/** True when a value fits every condition. @throws invalid for an operator that does not exist */
export function fitsFilter(value: Readonly<Record<string, unknown>>, filter: Filter): boolean {
  return Object.entries(filter).every(([field, wanted]) => fits(value[field], wanted, field))
}

function fits(value: unknown, wanted: unknown, field: string): boolean {
  if (!isConditions(wanted)) return equalRich(value, wanted)
  return Object.entries(wanted).every(([name, operand]) => {
    const holds = OPERATORS.get(name)
    if (holds !== undefined) return holds(value, operand)
    const message = `Expected an operator of a filter, got ${name} for ${field}; there are ${[...OPERATORS.keys()].join(', ')}`
    throw new HoldfastError('invalid', message, { path: `filter.${field}` })
  })
}

function isConditions(wanted: unknown): wanted is Filter {
  if (typeof wanted !== 'object' || wanted === null) return false
  const names = Object.keys(wanted)
  return names.length > 0 && names.every((name) => name.startsWith('$'))
}

/** They compare as those of LangGraph's InMemoryStore do: what is greater or less is a number, or what JavaScript makes one. */
const OPERATORS: ReadonlyMap<string, (value: unknown, operand: unknown) => boolean> = new Map([
  ['$eq', equalRich],
  ['$ne', (value, operand) => !equalRich(value, operand)],
  ['$gt', (value, operand) => Number(value) > Number(operand)],
  ['$gte', (value, operand) => Number(value) >= Number(operand)],
  ['$lt', (value, operand) => Number(value) < Number(operand)],
  ['$lte', (value, operand) => Number(value) <= Number(operand)],
  ['$in', (value, operand) => Array.isArray(operand) && operand.some((each) => equalRich(value, each))],
  ['$nin', (value, operand) => !Array.isArray(operand) || !operand.some((each) => equalRich(value, each))],
])
