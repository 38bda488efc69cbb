import {
  Candidates,
  lineOf,
  type Parts,
  type Prepared,
  pack,
  type Ranked,
  rank,
  reasonOf,
  type Verdict,
} from '../context/index.ts'
import { copyRich, HoldfastError, type Path } from '../core/index.ts'
import { loadWordVectors } from '../language/index.ts'
import type { Moment, Timeline } from '../runtime/index.ts'
import type { EntityRef, EntityRow } from '../store/index.ts'
import type { ContextMemory } from './context-memory.ts'
import { initialVariables, readVariables, type Standing } from './context-source.ts'
import type { SessionDefinition } from './define.ts'
import { newest } from './fork.ts'
import { decodeMeta, META_KEY, type SessionMeta } from './meta.ts'
import { checkMoment } from './past.ts'
import { parseScoped } from './scope.ts'
import { startsWith } from './secret.ts'
import { initialState } from './validate.ts'

/** What a model is to be told about, and how much. */
export interface ContextOptions {
  /** What it is about, e.g. the last message of the user. Empty: the newest and most used variables. */
  readonly query: string
  /** Tokens the variables may take, each as a line `path: text`. */
  readonly tokens: number
  /** The state as it was at a revision or time. Default: now. */
  readonly at?: Moment
  /** Paths that come first whatever the query, besides those the definition pins. */
  readonly pin?: readonly string[]
  /** What `tomorrow` in the query is counted from. Default: the time of the revision. */
  readonly now?: Date
  /** Also give the whole ranking, with what each score is made of. */
  readonly explain?: boolean
}

/** A variable that is in the context. */
export interface ContextVariable {
  readonly path: string
  readonly value: unknown
  /** What a model is told: `path: text`. */
  readonly line: string
  /** Tokens of the line, estimated. */
  readonly tokens: number
  /** What it is worth among the others: 0 and up. */
  readonly score: number
  /** What brought it in, in words. */
  readonly reason: string
}

/** A variable in the ranking, in the context or not. */
export interface ContextCandidate {
  readonly path: string
  readonly tokens: number
  readonly score: number
  readonly parts: Parts
  readonly changed: number
  readonly changes: number
  readonly verdict: Verdict
}

/** The variables of a session that are worth a model's while. */
export interface SessionContext {
  /** 0 for a session that was never written to. */
  readonly revision: number
  /** Tokens asked for, and taken. */
  readonly budget: number
  readonly tokens: number
  /** Pinned first, then the best. */
  readonly variables: readonly ContextVariable[]
  /** Variables that were looked at. */
  readonly candidates: number
  /** With `explain`: all of them, in the order they were taken or passed over. */
  readonly ranking?: readonly ContextCandidate[]
}

/** What a context is made from. */
export interface ContextSource {
  readonly timeline: Timeline
  readonly memory: ContextMemory
  readonly ref: EntityRef
  readonly definition: SessionDefinition<object>
}

/** Chooses the variables of a session for a query. Writes nothing. @throws not_found for a moment that was not; invalid */
export async function contextOf(source: ContextSource, options: ContextOptions): Promise<SessionContext> {
  const budget = checkTokens(options.tokens)
  const { candidates, revision, now, pinned } = await candidatesOf(source, options.at)
  const uses = source.memory.uses(source.ref)
  const ranked = rank(candidates, {
    query: checkQuery(options.query),
    revision,
    pin: pinOf(pinned, options.pin),
    uses: ({ path }) => uses.get(path) ?? 0,
    now: options.now?.getTime() ?? now,
    vectors: await loadWordVectors(),
  })
  const verdicts = pack(ranked, budget)
  const variables = ranked.filter((_, i) => verdicts[i] === 'pinned' || verdicts[i] === 'chosen').map(toVariable)
  return {
    revision,
    budget,
    tokens: variables.reduce((sum, one) => sum + one.tokens, 0),
    variables,
    candidates: ranked.length,
    ...(options.explain && { ranking: ranked.map((one, i) => toCandidate(one, verdicts[i] ?? 'no room')) }),
  }
}

interface Found {
  readonly candidates: Candidates
  readonly revision: number
  readonly now: number
  readonly pinned: readonly string[]
}

async function candidatesOf(source: ContextSource, at: Moment | undefined): Promise<Found> {
  const { timeline, memory, definition, ref } = source
  const row = await timeline.row(ref).catch(unlessMissing)
  if (row === undefined || (row.deleted && at === undefined)) {
    if (at !== undefined) await timeline.row(ref)
    const variables = initialVariables(initialState(definition.schema), definition.secret)
    return { candidates: new Candidates(variables), revision: 0, now: 0, pinned: definition.pinned }
  }
  const moment = at === undefined ? { ...newest(row), at: row.updated } : await timeline.revision(row, checkMoment(at))
  const metas = await metasOf(timeline, row, moment)
  const secret = [...new Set([...definition.secret, ...metas.flatMap((meta) => meta.secret)])]
  const name = JSON.stringify([row.num, moment.seq, secret])
  const candidates = await memory.recall(
    row.num,
    name,
    async (before) => new Candidates(await readVariables(timeline, row, moment, secret), before),
  )
  const pinned = [...new Set([...definition.pinned, ...(metas[0]?.pinned ?? [])])]
  return { candidates, revision: moment.revision, now: moment.at, pinned }
}

/** What is known of the session now and at the moment: what is secret today was not meant to be told then either. */
async function metasOf(timeline: Timeline, row: EntityRow, moment: Standing): Promise<SessionMeta[]> {
  const seqs = [...new Set([row.seq, moment.seq])]
  const metas = await Promise.all(seqs.map(async (seq) => decodeMeta((await timeline.entry(row, META_KEY, seq))?.plain)))
  return metas.filter((meta) => meta !== undefined)
}

function unlessMissing(error: unknown): undefined {
  if (!HoldfastError.is(error, 'not_found')) throw error
}

function pinOf(pinned: readonly string[], asked: readonly string[] = []): (one: Prepared) => number | undefined {
  const paths = [...pinned, ...asked].map(checkPin)
  return ({ variable }) => {
    const place = paths.findIndex((path) => startsWith(variable.path, path))
    return place === -1 ? undefined : place
  }
}

function toVariable(one: Ranked): ContextVariable {
  const { path, variable, text, tokens, score } = one
  return { path, value: copyRich(variable.value), line: lineOf(variable.path, text), tokens, score, reason: reasonOf(one) }
}

function toCandidate({ path, tokens, score, parts, variable }: Ranked, verdict: Verdict): ContextCandidate {
  return { path, tokens, score, parts, changed: variable.changed, changes: variable.changes, verdict }
}

function checkTokens(tokens: number): number {
  if (Number.isSafeInteger(tokens) && tokens >= 0) return tokens
  throw new HoldfastError('invalid', `Expected tokens to be a whole number from 0, got ${String(tokens)}`, { path: 'tokens' })
}

function checkQuery(query: string): string {
  if (typeof query === 'string') return query
  throw new HoldfastError('invalid', `Expected query to be text, got ${typeof query}`, { path: 'query' })
}

function checkPin(text: string): Path {
  const { scope, path } = parseScoped(text)
  if (scope === 'session' && path.length > 0) return path
  const message = `Expected the path of a variable of the session to pin, got ${JSON.stringify(text)}`
  throw new HoldfastError('invalid', message, { path: text })
}
