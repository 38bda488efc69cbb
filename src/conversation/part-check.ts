import { formatPath, HoldfastError, type Path } from '../core/index.ts'
import type { Part } from './part.ts'
import type { Role } from './turn.ts'

/** What a property of a part must be, and how to say so. */
interface Rule {
  readonly expected: string
  fits(value: unknown): boolean
}

const text: Rule = { expected: 'text', fits: (value) => typeof value === 'string' }
const name: Rule = { expected: 'text that is not empty', fits: (value) => typeof value === 'string' && value !== '' }
const flag: Rule = { expected: 'true or false', fits: (value) => typeof value === 'boolean' }
const anything: Rule = { expected: 'a value', fits: (value) => value !== undefined }
const file: Rule = {
  expected: 'base64 text, a URL, bytes, or an object that says where they are',
  fits: (value) => typeof value === 'string' || (typeof value === 'object' && value !== null),
}
const output: Rule = {
  expected: 'an output such as { type: "json", value: {} }',
  fits: (value) => typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string',
}

/** What each type of part must have. What it has beside that is kept as it is. */
const RULES: Readonly<Record<Part['type'], Readonly<Record<string, Rule>>>> = {
  text: { text },
  reasoning: { text },
  'reasoning-file': { data: file, mediaType: name },
  custom: { kind: name },
  image: { image: file },
  file: { data: file, mediaType: name },
  'tool-call': { toolCallId: name, toolName: name, input: anything },
  'tool-result': { toolCallId: name, toolName: name, output },
  'tool-approval-request': { approvalId: name, toolCallId: name },
  'tool-approval-response': { approvalId: name, approved: flag },
  data: { name, data: anything },
}

/** Which parts turns of a role are made of. */
const PARTS: Readonly<Record<Role, readonly Part['type'][]>> = {
  system: ['text'],
  user: ['text', 'image', 'file', 'data'],
  assistant: [
    'text',
    'reasoning',
    'reasoning-file',
    'custom',
    'file',
    'tool-call',
    'tool-result',
    'tool-approval-request',
    'data',
  ],
  tool: ['tool-result', 'tool-approval-response', 'data'],
}

/** True for what says who speaks. */
export function isRole(value: unknown): value is Role {
  return typeof value === 'string' && Object.hasOwn(PARTS, value)
}

/** A part without what is undefined, its bytes in the one form that is stored. @throws invalid */
export function checkedPart(part: unknown, role: Role, at: Path): Part {
  if (typeof part !== 'object' || part === null) throw unusable(at, 'a part such as { type: "text", text: "..." }', part)
  const { type } = part as { readonly type?: unknown }
  const types = PARTS[role]
  if (!types.some((known) => known === type))
    throw unusable([...at, 'type'], `a type that ${role} turns may have (${types.join(', ')})`, type)
  for (const [property, rule] of Object.entries(RULES[type as Part['type']])) {
    const value: unknown = Reflect.get(part, property)
    if (!rule.fits(value)) throw unusable([...at, property], rule.expected, value)
  }
  return storable(part) as Part
}

function storable(part: object): object {
  const kept = Object.entries(part).filter(([, value]) => value !== undefined)
  return Object.fromEntries(kept.map(([property, value]) => [property, isFile(property) ? bytesOf(value) : value]))
}

function isFile(property: string): boolean {
  return property === 'data' || property === 'image'
}

/** A Buffer and an ArrayBuffer are read as what can be stored: plain bytes. */
function bytesOf(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return new Uint8Array(value)
  if (Buffer.isBuffer(value)) return new Uint8Array(value)
  const { type, data } = (typeof value === 'object' && value !== null ? value : {}) as { type?: unknown; data?: unknown }
  return type === 'data' && data !== undefined ? { ...(value as object), data: bytesOf(data) } : value
}

/** Something of a turn is not what it must be. */
export function unusable(at: Path, expected: string, got: unknown): HoldfastError<'invalid'> {
  const path = formatPath(at)
  return new HoldfastError('invalid', `Expected ${expected} as ${path || 'a turn'}, got ${shown(got)}`, { path })
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
  return typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value)
}
