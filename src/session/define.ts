import type { StandardSchemaV1 } from '@standard-schema/spec'
import { checkName, HoldfastError, type Path, parsePath } from '../core/index.ts'
import { parseScoped } from './scope.ts'

/** Variables by name; what a session keeps when nothing more is said. */
export type Variables = Record<string, unknown>

/** Variables of other scopes, as a draft has them beside the session's own: `state['user:language']`. */
export type Scoped = {
  [name: `user:${string}` | `app:${string}` | `temp:${string}`]: unknown
}

/** A schema of the whole state, or one for each variable: then a write checks only the variables it changed. */
export type StateSchema = StandardSchemaV1 | Readonly<Record<string, StandardSchemaV1>>

/** The state a schema describes. */
export type StateOf<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema> & object
  : Schema extends Readonly<Record<string, StandardSchemaV1>>
    ? { [Name in keyof Schema]: StandardSchemaV1.InferOutput<Schema[Name]> }
    : Variables

/** What a session definition may say. */
export interface SessionOptions<Schema extends StateSchema | undefined> {
  /** Any Standard Schema (zod, valibot, arktype, ...), synchronous. */
  readonly schema?: Schema
  /** Paths that are never shown: not in lists, diffs, exports or what a model is told. */
  readonly secret?: readonly string[]
  /** Paths that come first in what a model is told (`context`), whatever it is about. */
  readonly pinned?: readonly string[]
  /** Terms to find sessions by: a name, and the path of the value. Strings, numbers, booleans, or arrays of them. */
  readonly terms?: Readonly<Record<string, string>>
  /** A session expires this many milliseconds after its last change. Default: never. */
  readonly ttl?: number
  /** A session counts as idle this many milliseconds after its last change. Default 30 minutes. */
  readonly idleAfter?: number
}

/** What sessions of one name hold. */
export interface SessionDefinition<State extends object = Variables> {
  readonly name: string
  readonly schema: StateSchema | undefined
  readonly secret: readonly string[]
  readonly pinned: readonly string[]
  readonly terms: ReadonlyMap<string, Path>
  readonly ttl: number | null
  readonly idleAfter: number
  /** Carries the type of the state; never set. */
  readonly state?: State
}

const ANY = 'session'

export const DEFAULT_IDLE_AFTER = 30 * 60 * 1000

/**
 * Defines what sessions of a name hold.
 * @throws invalid for an unusable name, path or duration.
 */
export function defineSession<const Schema extends StateSchema>(
  name: string,
  options: SessionOptions<Schema> & { readonly schema: Schema },
): SessionDefinition<StateOf<Schema>>
/** Without a schema the type of the state is what you say it is. */
export function defineSession<State extends object = Variables>(
  name: string,
  options?: SessionOptions<undefined>,
): SessionDefinition<State>
export function defineSession(name: string, options: SessionOptions<StateSchema | undefined> = {}): SessionDefinition {
  checkName(name, 'the name of a session definition', 128)
  const { secret = [], pinned = [], terms = {}, ttl = null, idleAfter = DEFAULT_IDLE_AFTER, schema } = options
  for (const path of secret) if (parsePath(path).length === 0) throw unusable(name, 'a secret path', path)
  for (const path of pinned) if (!isOwnPath(path)) throw unusable(name, 'the path of a variable of the session to pin', path)
  if (ttl !== null && !isDuration(ttl)) throw unusable(name, 'a ttl in milliseconds', ttl)
  if (!(idleAfter > 0)) throw unusable(name, 'idleAfter in milliseconds', idleAfter)
  if (name === ANY) throw unusable(name, `another name than ${ANY}, which stands for sessions without a definition`, name)
  const paths = Object.entries(terms).map(([term, path]) => [checkedTerm(name, term), parsePath(path)] as const)
  return { name, schema, secret, pinned, terms: new Map(paths), ttl, idleAfter }
}

/** Sessions without a definition: any variables, no schema. */
export const anySession: SessionDefinition = {
  name: ANY,
  schema: undefined,
  secret: [],
  pinned: [],
  terms: new Map(),
  ttl: null,
  idleAfter: DEFAULT_IDLE_AFTER,
}

/** True for milliseconds that can be added to a time: whole, and more than none. */
export function isDuration(ms: number): boolean {
  return Number.isSafeInteger(ms) && ms > 0
}

function isOwnPath(text: string): boolean {
  const { scope, path } = parseScoped(text)
  return scope === 'session' && path.length > 0
}

const RESERVED = new Set(['tag', 'user', 'status'])

function checkedTerm(definition: string, term: string): string {
  checkName(term, 'the name of a term', 64)
  if (RESERVED.has(term)) throw unusable(definition, `a term other than ${[...RESERVED].join(', ')}`, term)
  return term
}

function unusable(definition: string, expected: string, got: unknown): HoldfastError<'invalid'> {
  return new HoldfastError('invalid', `Session definition ${definition}: expected ${expected}, got ${JSON.stringify(got)}`, {
    path: definition,
  })
}
