import { HoldfastError } from '../core/index.ts'
import type { Principal, Runtime } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { RUN_KIND } from './address.ts'
import type { RunStatus } from './record.ts'
import { type RunSummary, summaryOf } from './summary.ts'

/** Which runs to list; everything given must fit. */
export interface RunQuery {
  readonly status?: RunStatus | undefined
  readonly task?: string | undefined
  readonly session?: string | undefined
  /** Default 50, at most 1,000. */
  readonly limit?: number | undefined
}

/** Rows looked at for one answer at most. */
const MOST_LOOKED_AT = 5000

/** Lists runs: `failed` ones are those that nobody tries any more. */
export class Runs {
  readonly #runtime: Runtime
  readonly #principal: Principal

  constructor({ runtime }: { readonly runtime: Runtime }, principal: Principal) {
    this.#runtime = runtime
    this.#principal = principal
  }

  /**
   * Those that fit, newest change first, of 5,000 with that session, status or task at most. Their steps are not read.
   * @throws invalid for an unusable limit
   */
  async list(query: RunQuery = {}): Promise<readonly RunSummary[]> {
    const { status, task, session, limit = 50 } = query
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new HoldfastError('invalid', `Expected a limit from 1 to 1000, got ${limit}`, { path: 'limit' })
    this.#runtime.ports.gate.check({ principal: this.#principal, action: 'list', kind: RUN_KIND })
    const found: RunSummary[] = []
    const rows = await this.#rows(query)
    for await (const run of this.#summaries(
      rows.filter(({ schema, root }) => (task ?? schema) === schema && (session ?? root) === root),
    )) {
      // Changed since it was looked for.
      if ((status ?? run.status) !== run.status) continue
      found.push(run)
      if (found.length === limit) break
    }
    return found
  }

  /** Of the runs of a session that are at work or wait, the one that changed last; undefined when there is none. */
  async active(session: string): Promise<RunSummary | undefined> {
    this.#runtime.ports.gate.check({ principal: this.#principal, action: 'list', kind: RUN_KIND })
    const rows = await this.#rows({ session, limit: MOST_LOOKED_AT })
    for await (const run of this.#summaries(rows)) if (run.status === 'running' || run.status === 'waiting') return run
    return undefined
  }

  /** Without those that were deleted since they were looked for. */
  async *#summaries(rows: readonly EntityRow[]): AsyncGenerator<RunSummary> {
    for (const row of rows) {
      const run = await summaryOf(this.#runtime, row)
      if (run !== undefined) yield run
    }
  }

  async #rows({ session, status, task, limit = 50 }: RunQuery): Promise<readonly EntityRow[]> {
    const { engine } = this.#runtime.ports.store
    const which = { tenant: this.#principal.tenant, kind: RUN_KIND, limit: MOST_LOOKED_AT }
    const value = status ?? task
    const rows =
      session === undefined && value !== undefined
        ? await engine.find({ ...which, name: status === undefined ? 'task' : 'status', value })
        : await engine.entities({
            ...which,
            ...{ root: session, order: 'updated', deleted: false },
            // Nothing is left out of these.
            ...(value === undefined && { limit }),
          })
    return rows.toSorted((a, b) => b.updated - a.updated || b.num - a.num)
  }
}
