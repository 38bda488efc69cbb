import type { ChangeQuery, ChangeRow } from '../engine.ts'
import { OPS } from '../words.ts'
import { type ChainNode, type ReadNode, seekNewest, seekNumber, seekOldest, walkBack } from './chain.ts'
import type { Connection } from './connection.ts'
import { checkedKey, type StoredVersion } from './rows.ts'

/** Keys looked at at a time. */
const KEYS = 256

interface Chained {
  readonly key: string
  readonly past: number
}

/** See `Transfer.changes`. Superseded versions hang from the rows of their keys, so it goes from key to key. */
export function readChanges(c: Connection, query: ChangeQuery): ChangeRow[] {
  const { num, after, limit } = query
  const found: ChangeRow[] = []
  if (after !== undefined) found.push(...ofKey(c, query, after.key, limit))
  for (let from = after?.key ?? ''; found.length < limit; ) {
    const rows = c.all<Chained>(
      `select key, past from entry where num = ? and key > ? and past is not null order by key limit ${KEYS}`,
      num,
      from,
    )
    for (const { key } of rows) {
      if (found.length >= limit) break
      found.push(...ofKey(c, query, checkedKey(key), limit - found.length))
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < KEYS) break
    from = last.key
  }
  return found
}

type Version = StoredVersion & ChainNode

/** The oldest versions of a key that are wanted, at most `limit`. */
function ofKey(c: Connection, { num, after, since }: ChangeQuery, key: string, limit: number): ChangeRow[] {
  const row = c.get<Chained>('select key, past from entry where num = ? and key = ? and past is not null', num, key)
  const read = (id: number) =>
    c.get<Version>('select n, prev, jump, seq, until, op, subject, segment from change where id = ?', id)
  const newest = row && read(row.past)
  const behind = after?.key === key ? after.seq : -1
  const isKnown = (node: Version): boolean => node.until <= since || node.seq <= behind
  const versions = pageBehind(newest, isKnown, limit, read)
  return versions.map(({ seq, until, op, subject, segment }) => ({ key, seq, until, op: OPS[op] ?? 'image', subject, segment }))
}

/** Oldest first. `isKnown` holds for every version older than one it holds for. */
function pageBehind(
  newest: Version | undefined,
  isKnown: (node: Version) => boolean,
  limit: number,
  read: ReadNode<Version>,
): Version[] {
  const known = seekNewest(newest, isKnown, read)
  const oldest = known === undefined ? seekOldest(newest, read) : undefined
  const first = known === undefined ? (oldest?.n ?? 0) : known.n + 1
  const page: Version[] = []
  for (const node of walkBack(seekNumber(newest, first + limit - 1, read), read)) {
    if (node.n < first) break
    page.push(node)
  }
  return page.reverse()
}
