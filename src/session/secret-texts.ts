import { parsePath } from '../core/index.ts'
import type { Revision, Timeline } from '../runtime/index.ts'
import { type EntityRow, nameOf, type Store } from '../store/index.ts'
import { readPathAt, unlessSwept } from './past.ts'
import { textsIn } from './secret.ts'

/** Where the secrets of entities of a kind are found. */
export interface SecretSource {
  /** True when a revision may have brought a new one. */
  isNew(revision: Revision, secret: readonly string[]): boolean
  /** What stands at the secret paths, and what the revision says there. */
  read(
    timeline: Timeline,
    row: EntityRow,
    revision: Pick<Revision, 'seq' | 'event'>,
    secret: readonly string[],
  ): AsyncIterable<unknown>
}

/** Those of a session are variables. */
const variables: SecretSource = {
  isNew({ keys }, secret) {
    const names = new Set(secret.map((path) => String(parsePath(path)[0])))
    return keys.some((key) => names.has(rootOf(key)))
  },
  async *read(timeline, row, { seq }, secret) {
    for (const path of secret) yield await readPathAt(timeline, row, seq, parsePath(path))
  },
}

/** What is known of one entity up to a revision; the set only grows. */
interface Found {
  readonly revision: number
  readonly texts: Set<string>
}

interface Kept {
  /** The secret paths it was found for. */
  readonly paths: string
  readonly found: Promise<Found>
}

/** Sessions that are remembered. */
const MOST_SESSIONS = 256
/** A session whose secrets are longer than this, in characters, is not remembered: with the above this bounds memory. */
const MOST_CHARACTERS = 65_536
/** Revisions looked at before others get their turn: a long history is read in the event loop that serves everybody. */
const SLICE = 256

/**
 * Every text that ever stood at the secret paths of a session (or another entity that has such), or of those it was forked from, as far back as history goes. An
 * event may repeat a secret long after it was changed. A session's history is read once; then only what is new of it.
 */
export class SecretTexts {
  readonly #timeline: Timeline
  readonly #store: Store
  readonly #sources: Readonly<Record<string, SecretSource>>
  readonly #kept = new Map<number, Kept>()

  /** @param sources of entities that are no sessions, by kind */
  constructor(timeline: Timeline, store: Store, sources: Readonly<Record<string, SecretSource>> = {}) {
    this.#timeline = timeline
    this.#store = store
    this.#sources = sources
  }

  async of(row: EntityRow, secret: readonly string[]): Promise<ReadonlySet<string>> {
    const paths = JSON.stringify(secret)
    const known = this.#kept.get(row.num)
    const before = known?.paths === paths ? known.found : this.#inherited(row, secret)
    const found = before.then((until) => (until.revision >= row.revision ? until : this.#extended(until, row, secret)))
    this.#keep(row.num, { paths, found })
    return (await found).texts
  }

  #keep(num: number, kept: Kept): void {
    const forget = (): void => void (this.#kept.get(num) === kept && this.#kept.delete(num))
    this.#kept.delete(num)
    this.#kept.set(num, kept)
    if (this.#kept.size > MOST_SESSIONS) this.#kept.delete(this.#kept.keys().next().value ?? num)
    kept.found.then(({ texts }) => {
      if ([...texts].reduce((sum, text) => sum + text.length, 0) > MOST_CHARACTERS) forget()
    }, forget)
  }

  /** A fork goes on with what its origin knew, and may say it. */
  async #inherited({ origin }: EntityRow, secret: readonly string[]): Promise<Found> {
    const from = origin === null ? undefined : await this.#store.engine.entityByNum(origin.num)
    return { revision: 0, texts: new Set(from && (await this.of(from, secret))) }
  }

  async #extended(until: Found, row: EntityRow, secret: readonly string[]): Promise<Found> {
    const source = this.#sources[row.kind] ?? variables
    const { texts } = until
    let { revision } = until
    let looked = 0
    for await (const one of this.#timeline.history(row, { from: revision + 1, order: 'oldest' })) {
      if (revision === 0 || source.isNew(one, secret)) await this.#collect(source, row, one, secret, texts)
      revision = one.revision
      if (++looked % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // Where even the newest record has been swept, the state is there.
    if (revision === 0) await this.#collect(source, row, { seq: row.seq, event: null }, secret, texts)
    return { revision, texts }
  }

  async #collect(
    source: SecretSource,
    row: EntityRow,
    revision: Pick<Revision, 'seq' | 'event'>,
    secret: readonly string[],
    into: Set<string>,
  ): Promise<void> {
    try {
      for await (const value of source.read(this.#timeline, row, revision, secret)) textsIn(value, into)
    } catch (error) {
      unlessSwept(error)
    }
  }
}

/** The variable that a key of the tree belongs to. */
function rootOf(key: string): string {
  const end = key.indexOf('/', 1)
  return nameOf(end === -1 ? key : key.slice(0, end))
}
