import { fromJSONSchema, registry } from 'zod'
import { formatPath, type Issue, type Json, type Path } from '../core/index.ts'
import type { Report } from './report.ts'
import { isObject, type JsonObject } from './template.ts'

/** What does not fit a schema, with paths below `at`; nothing when all does. */
export type Check = (value: unknown, at: string) => readonly Issue[]

const ANNOTATIONS = [
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
  '$schema',
  '$comment',
  'format',
]

/** Which keywords may stand beside which `type`. Only what is checked exactly as JSON Schema 2020-12 says is let in. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  object: ['properties', 'required', 'additionalProperties', 'minProperties', 'maxProperties'],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
  string: ['minLength', 'maxLength'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: [],
  null: [],
}
const COUNTS = ['minProperties', 'maxProperties', 'minItems', 'maxItems', 'minLength', 'maxLength']
const NUMBERS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']
const COMBINATIONS = ['anyOf', 'oneOf', 'allOf']

type Entry = readonly [keyword: string, value: Json]

/** Any value there is: the library takes `true` for a property that may also be missing. */
const ANYTHING: Json = { anyOf: ['object', 'array', 'string', 'number', 'boolean', 'null'].map((type) => ({ type })) }

/**
 * Reads a schema: JSON Schema 2020-12 without references, regular expressions and conditions, so that a check always ends soon.
 * What it cannot check exactly is a finding by name.
 */
export function compileSchema(schema: Json, path: Path, report: Report): Check {
  if (schema === true) return () => []
  const stripped = readSchema(schema, path, report)
  if (stripped === undefined) return () => []
  // A registry of its own: the library's keeps what it is told for ever.
  const checker = fromJSONSchema(stripped as Parameters<typeof fromJSONSchema>[0], { registry: registry() })
  return (value, at) => {
    const found = checker.safeParse(value)
    if (found.success) return []
    return found.error.issues.map(({ path: below, message }) => {
      const inner = formatPath(below.map((part) => (typeof part === 'number' ? part : String(part))))
      return { path: inner === '' || inner.startsWith('[') ? at + inner : `${at}.${inner}`, message }
    })
  }
}

/** The schema without annotations, which the library would act on; undefined, and a finding, when it is none. */
function readSchema(schema: Json, path: Path, report: Report): Json | undefined {
  if (typeof schema === 'boolean') return schema && ANYTHING
  if (!isObject(schema)) return refused(path, 'expected a JSON Schema: an object, true or false', report)
  const entries = Object.entries(schema).filter(([key]) => !ANNOTATIONS.includes(key))
  const combination = entries.find(([key]) => COMBINATIONS.includes(key))
  if (combination !== undefined) return readCombination(entries, combination, path, report)
  if (entries.length === 0) return ANYTHING
  if ('const' in schema || 'enum' in schema) return readValues(Object.fromEntries(entries), path, report)
  const { type } = schema
  if (Array.isArray(type) && type.length > 0) return readUnion(schema, type, path, report)
  const known = typeof type === 'string' && Object.hasOwn(KEYWORDS, type) ? KEYWORDS[type] : undefined
  if (known !== undefined) return readTyped(entries, known, path, report)
  const [first = 'type'] = entries.map(([key]) => key)
  const types = Object.keys(KEYWORDS).join(', ')
  if (type === undefined)
    return refused([...path, first], `the keyword ${first} is not supported without a type: ${types}`, report)
  return refused([...path, 'type'], `expected one of ${types}, got ${JSON.stringify(type)}`, report)
}

function readTyped(entries: readonly Entry[], known: readonly string[], path: Path, report: Report): Json | undefined {
  const read = entries.map(
    ([key, value]) => [key, key === 'type' ? value : readKeyword(key, value, known, path, report)] as const,
  )
  if (read.some(([, value]) => value === undefined)) return undefined
  const schema = Object.fromEntries(read) as JsonObject
  if (schema.type === 'array') return { items: true, ...schema }
  return schema.type === 'object' ? withRequired(schema) : schema
}

/** The library only looks at required properties that have a schema. */
function withRequired(schema: JsonObject): JsonObject {
  const { required = [], properties = {}, additionalProperties = ANYTHING } = schema
  const missing = (required as readonly string[]).filter((name) => !Object.hasOwn(properties as JsonObject, name))
  const added = Object.fromEntries(missing.map((name) => [name, additionalProperties]))
  return { ...schema, properties: { ...(properties as JsonObject), ...added } }
}

/** `type: ['string', 'null']`: one of several, each with the keywords that are its own. */
function readUnion(schema: JsonObject, types: readonly Json[], path: Path, report: Report): Json | undefined {
  const known = new Set(types.flatMap((type) => (typeof type === 'string' && KEYWORDS[type]) || []))
  const stray = Object.keys(schema).find((key) => key !== 'type' && !known.has(key) && !ANNOTATIONS.includes(key))
  if (stray !== undefined) return refused([...path, stray], `the keyword ${stray} is not supported here`, report)
  const parts = types.map((type) => {
    const own = (typeof type === 'string' && KEYWORDS[type]) || []
    return readSchema({ ...pick(schema, own), type }, path, report)
  })
  return parts.every((part) => part !== undefined) ? { anyOf: parts } : undefined
}

function pick(schema: JsonObject, keys: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => keys.includes(key)))
}

/** `anyOf`, `oneOf` or `allOf`, alone: what stands beside it goes into an `allOf`. */
function readCombination(entries: readonly Entry[], [name, parts]: Entry, path: Path, report: Report): Json | undefined {
  const beside = entries.find(([key]) => key !== name)
  if (beside !== undefined) return refused([...path, beside[0]], `must not stand beside ${name}: put both into allOf`, report)
  if (!Array.isArray(parts) || parts.length === 0) return refused([...path, name], 'expected a list of schemas', report)
  const read = parts.map((part: Json, i) => readSchema(part, [...path, name, i], report))
  return read.every((part) => part !== undefined) ? { [name]: read } : undefined
}

function readValues(schema: JsonObject, path: Path, report: Report): Json | undefined {
  const { const: only, enum: several = [only ?? null], type: _, ...others } = schema
  const [stray] = Object.keys(others)
  if (stray !== undefined) return refused([...path, stray], `the keyword ${stray} is not supported beside const or enum`, report)
  if (Array.isArray(several) && several.length > 0 && several.every((value) => typeof value !== 'object' || value === null)) {
    return { enum: several }
  }
  return refused(path, 'const and enum may hold texts, numbers, true, false and null', report)
}

function readKeyword(key: string, value: Json, known: readonly string[], path: Path, report: Report): Json | undefined {
  const at = [...path, key]
  if (!known.includes(key)) return refused(at, `the keyword ${key} is not supported here; there are ${known.join(', ')}`, report)
  if (COUNTS.includes(key) && !(Number.isInteger(value) && Number(value) >= 0)) return refused(at, 'expected a count', report)
  if (NUMBERS.includes(key) && typeof value !== 'number') return refused(at, 'expected a number', report)
  if (key === 'multipleOf' && Number(value) <= 0) return refused(at, 'expected a number above 0', report)
  if (key === 'uniqueItems' && typeof value !== 'boolean') return refused(at, 'expected true or false', report)
  if (key === 'items' || key === 'additionalProperties') return readSchema(value, at, report)
  if (key === 'properties') return readProperties(value, at, report)
  if (key === 'required' && !(Array.isArray(value) && value.every((name) => typeof name === 'string'))) {
    return refused(at, 'expected a list of names', report)
  }
  return value
}

function readProperties(value: Json, path: Path, report: Report): Json | undefined {
  if (!isObject(value)) return refused(path, 'expected an object of schemas', report)
  const read = Object.entries(value).map(([key, part]) => [key, readSchema(part, [...path, key], report)] as const)
  return read.every(([, part]) => part !== undefined) ? (Object.fromEntries(read) as JsonObject) : undefined
}

function refused(path: Path, message: string, report: Report): undefined {
  report.add(path, message)
  return undefined
}
