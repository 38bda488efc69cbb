import { HoldfastError } from '../core/index.ts'
import type { Principal } from '../runtime/index.ts'
import { RUN_KIND } from './address.ts'
import type { RunStatus } from './record.ts'
import { Run, type RunInspection, type RunServices } from './run.ts'

/** Which runs to list; everything given must fit. */
export interface RunQuery {
  readonly status?: RunStatus
  readonly task?: string
  readonly session?: string
  /** Default 50, at most 1,000. */
  readonly limit?: number
}

/** Rows looked at for one answer at most. */
const MOST_LOOKED_AT = 5000

/** Lists runs: `failed` ones are those that nobody tries any more. */
export class Runs {
  readonly #services: RunServices
  readonly #principal: Principal

  constructor(services: RunServices, principal: Principal) {
    this.#services = services
    this.#principal = principal
  }

  /** Those that fit, of the first 5,000 with that status, task or session. @throws invalid for an unusable limit */
  async list({ status, task, session, limit = 50 }: RunQuery = {}): Promise<readonly RunInspection[]> {
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new HoldfastError('invalid', `Expected a limit from 1 to 1000, got ${limit}`, { path: 'limit' })
    this.#services.runtime.ports.gate.check({ principal: this.#principal, action: 'list', kind: RUN_KIND })
    const found: RunInspection[] = []
    for (const id of await this.#ids({ status, task, session })) {
      const run = await new Run(this.#services, this.#principal, id).find()
      // Deleted since it was looked for.
      if (run === undefined) continue
      const fits = (status ?? run.status) === run.status && (task ?? run.task) === run.task
      if (fits && (session ?? run.session) === run.session) found.push(run)
      if (found.length === limit) break
    }
    return found
  }

  async #ids(query: Record<'status' | 'task' | 'session', string | undefined>): Promise<readonly string[]> {
    const { engine } = this.#services.runtime.ports.store
    const { tenant } = this.#principal
    const { session, status, task } = query
    const name = status === undefined ? 'task' : 'status'
    const value = status ?? task
    const kind = RUN_KIND
    const rows =
      session !== undefined || value === undefined
        ? await engine.entities({ tenant, kind, root: session, order: 'id', deleted: false, limit: MOST_LOOKED_AT })
        : await engine.find({ tenant, kind, name, value, limit: MOST_LOOKED_AT })
    return rows.map(({ id }) => id)
  }
}
