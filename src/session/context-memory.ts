import type { Candidates } from '../context/index.ts'
import { type EntityRef, refKey } from '../store/index.ts'

/** Sessions whose reads are counted, and paths of one session. The oldest are forgotten first. */
const SESSIONS = 1024
const PATHS = 512

/** Variables kept ready for the next question, of all sessions together. */
const READY = 50_000

/**
 * What a process keeps in memory for the sake of contexts: how often variables were read, and variables made ready to be
 * ranked. Nothing of it is stored; decision 0007 says why.
 */
export class ContextMemory {
  readonly #uses = new Map<string, Map<string, number>>()
  readonly #ready = new Map<string, Candidates>()
  /** The name of what was made ready of a session last. */
  readonly #newest = new Map<number, string>()
  #size = 0

  /** Counts a read of a path. */
  used(session: EntityRef, path: string): void {
    const key = refKey(session)
    const counts = this.#uses.get(key) ?? new Map<string, number>()
    if (!this.#uses.has(key)) insert(this.#uses, key, counts, SESSIONS)
    const before = counts.get(path)
    if (before === undefined) insert(counts, path, 1, PATHS)
    else counts.set(path, before + 1)
  }

  /** Reads of each path. */
  uses(session: EntityRef): ReadonlyMap<string, number> {
    return this.#uses.get(refKey(session)) ?? new Map()
  }

  /** What was made ready of a session as of a revision, or is now; `before` is what was made of the session last. */
  async recall(session: number, name: string, make: (before?: Candidates) => Promise<Candidates>): Promise<Candidates> {
    const known = this.#ready.get(name)
    if (known !== undefined) return this.#keep(session, name, known)
    const before = this.#ready.get(this.#newest.get(session) ?? '')
    return this.#keep(session, name, await make(before))
  }

  /** Puts it last among those to be forgotten. */
  #keep(session: number, name: string, candidates: Candidates): Candidates {
    this.#size -= this.#ready.get(name)?.list.length ?? 0
    this.#ready.delete(name)
    this.#ready.set(name, candidates)
    this.#size += candidates.list.length
    this.#newest.delete(session)
    insert(this.#newest, session, name, SESSIONS)
    for (const [oldest, { list }] of this.#ready) {
      if (this.#size <= READY && this.#ready.size <= SESSIONS) break
      this.#ready.delete(oldest)
      this.#size -= list.length
    }
    return candidates
  }
}

function insert<Key, Value>(into: Map<Key, Value>, key: Key, value: Value, most: number): void {
  const [oldest] = into.size < most ? [] : into.keys()
  if (oldest !== undefined) into.delete(oldest)
  into.set(key, value)
}
