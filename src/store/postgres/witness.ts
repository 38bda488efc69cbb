import pg from 'pg'

/** What a server says of itself: the timeline it writes on, which each promotion raises; 0 while it only follows another. */
export const TIMELINE = `select case when pg_is_in_recovery() then 0
  else ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int end as timeline`

/** A server that lives answers so simple a question within this time; it is asked twice. */
const ANSWER_MS = 500
/** One that was silent is asked again so often, and nobody waits for it until it has answered. */
const PAUSE_MS = 500

/**
 * Asks one server of a database whether it has become the primary while others still work with another: an old primary that was frozen and
 * goes on does not know. One connection, one question at a time for all who want to know.
 */
export class Witness {
  readonly #pool: pg.Pool
  #timeline = 0
  /** The question that was sent last. */
  #sent: Promise<void> | undefined
  /** The one after it. */
  #next: Promise<void> | undefined
  /** Set while it is silent. */
  #again: NodeJS.Timeout | undefined

  constructor(server: string) {
    this.#pool = new pg.Pool({
      connectionString: server,
      max: 1,
      connectionTimeoutMillis: ANSWER_MS,
      keepAlive: true,
      allowExitOnIdle: true,
    })
    this.#pool.on('error', () => {})
    this.#pool.on('connect', (client) => client.on('error', () => {}))
  }

  /** The newest timeline it has ever said to be writing on. */
  get timeline(): number {
    return this.#timeline
  }

  /** Resolves when it has answered a question that was sent after this call, or is not waited for because it is silent. */
  async ask(): Promise<void> {
    if (this.#again !== undefined) return
    this.#next ??= this.#askOnce()
    await this.#next
  }

  async close(): Promise<void> {
    clearTimeout(this.#again)
    await this.#pool.end()
  }

  async #askOnce(): Promise<void> {
    await this.#sent
    // At the end of the turn: one question for all who ask in it.
    await new Promise(setImmediate)
    this.#next = undefined
    this.#sent = this.#send()
    await this.#sent
  }

  async #send(): Promise<void> {
    const isHeard = (await this.#hears()) || (await this.#hears())
    this.#again = isHeard || this.#pool.ending ? undefined : setTimeout(() => this.#send(), PAUSE_MS).unref()
  }

  async #hears(): Promise<boolean> {
    try {
      const question: pg.QueryConfig & { query_timeout: number } = { text: TIMELINE, query_timeout: ANSWER_MS }
      const { rows } = await this.#pool.query<{ timeline: number }>(question)
      this.#timeline = Math.max(this.#timeline, rows[0]?.timeline ?? 0)
      return true
    } catch {
      return false
    }
  }
}
