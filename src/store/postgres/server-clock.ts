import { type Clock, systemClock } from '../../core/index.ts'
import type { Queryable } from './database.ts'

const REFRESH_MS = 10_000
const SAMPLES = 3

/**
 * The time of the database server, which all nodes share however wrong their own clocks are: asked for every few seconds, and counted on
 * with a clock that nobody sets. The answer is taken to have been right half-way between question and answer (D. L. Mills, RFC 5905).
 */
export class ServerClock implements Clock {
  readonly after = systemClock.after
  readonly #db: Queryable
  /** Server's time less this process's monotonic time, in milliseconds. */
  #offset = performance.timeOrigin
  #timer: NodeJS.Timeout | undefined

  private constructor(db: Queryable) {
    this.#db = db
  }

  static async start(db: Queryable): Promise<ServerClock> {
    const clock = new ServerClock(db)
    await clock.#ask()
    clock.#timer = setInterval(() => void clock.#ask().catch(() => {}), REFRESH_MS)
    clock.#timer.unref()
    return clock
  }

  now(): number {
    return Math.round(performance.now() + this.#offset)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** Of a few answers the quickest tells the time best. */
  async #ask(): Promise<void> {
    let quickest = Number.POSITIVE_INFINITY
    for (let i = 0; i < SAMPLES; i++) {
      const asked = performance.now()
      const [row] = await this.#db.query<{ now: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as now')
      const answered = performance.now()
      if (row === undefined || answered - asked >= quickest) continue
      quickest = answered - asked
      this.#offset = row.now - (asked + answered) / 2
    }
  }
}
