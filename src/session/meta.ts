import { formatPath, HoldfastError } from '../core/index.ts'
import type { EntityTx } from '../runtime/index.ts'
import { decodeNode } from '../store/index.ts'
import type { SessionDefinition } from './define.ts'

/** The entry that keeps what is known of a session besides its variables. */
export const META_KEY = '.session'

/** What is known of a session besides its variables. Durations in milliseconds. */
export interface SessionMeta {
  readonly user: string | null
  readonly tags: readonly string[]
  readonly closed: boolean
  readonly ttl: number | null
  readonly idleAfter: number
  /** As its definition said when it was last written to, so that whoever opens it without a definition keeps to it. */
  readonly secret: readonly string[]
  /** Likewise; absent where nothing is pinned. */
  readonly pinned?: readonly string[]
  /** Paths of the terms, by name. */
  readonly terms: Readonly<Record<string, string>>
  /** Where it was forked from. */
  readonly origin: { readonly session: string; readonly revision: number } | null
}

/** `idle` and `expired` follow from the time of the last change; `closed` was said. Closed and expired sessions take no writes. */
export type SessionStatus = 'open' | 'idle' | 'closed' | 'expired'

export function statusOf(
  meta: Pick<SessionMeta, 'closed' | 'idleAfter'>,
  updated: number,
  expires: number | null,
  now: number,
): SessionStatus {
  if (expires !== null && expires <= now) return 'expired'
  if (meta.closed) return 'closed'
  return updated + meta.idleAfter <= now ? 'idle' : 'open'
}

/** @throws conflict for a session that takes no writes */
export function checkWritable(id: string, status: SessionStatus): void {
  if (status !== 'closed' && status !== 'expired') return
  throw new HoldfastError('conflict', `Session ${id} is ${status} and takes no writes; reopen it first`, { entity: id })
}

export function readMeta(entity: EntityTx): SessionMeta | undefined {
  return entity.get(META_KEY) as SessionMeta | undefined
}

/** The meta that an entry's plain bytes hold. */
export function decodeMeta(plain: Uint8Array | undefined): SessionMeta | undefined {
  if (plain === undefined) return undefined
  const node = decodeNode(plain)
  return node.type === 'leaf' ? (node.value as SessionMeta) : undefined
}

/** What a session of this definition starts with. */
export function newMeta(definition: SessionDefinition<object>, user: string | null): SessionMeta {
  const { ttl, idleAfter } = definition
  return { user, tags: [], closed: false, ttl, idleAfter, origin: null, ...definedMeta(definition) }
}

/** The part of the meta that follows the definition, also when that changes. */
export function definedMeta(definition: SessionDefinition<object>): Pick<SessionMeta, 'secret' | 'pinned' | 'terms'> {
  const terms = [...definition.terms].map(([term, path]) => [term, formatPath(path)])
  const { secret, pinned } = definition
  return { secret, ...(pinned.length > 0 && { pinned }), terms: Object.fromEntries(terms) }
}

/** Stores the meta and the terms that follow from it. */
export function writeMeta(entity: EntityTx, meta: SessionMeta): void {
  entity.set(META_KEY, meta, { subject: meta.user })
  entity.term('tag', meta.tags)
  entity.term('user', meta.user === null ? [] : [meta.user], meta.user)
  entity.term('status', [meta.closed ? 'closed' : 'open'])
}
