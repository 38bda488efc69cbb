import { HoldfastError } from '../core/index.ts'
import { type CommitOptions, entityRequest, type Principal, type Synchronous, type Tx, view } from '../runtime/index.ts'
import type { EntityRow } from '../store/index.ts'
import { approvalId, approvalOf, RUN_KIND, sessionOfRun } from './address.ts'
import type { Approval } from './context.ts'
import { STEPS, type StepRecord } from './record.ts'
import type { RunServices } from './run.ts'
import { RunControl } from './run-control.ts'
import { RunLife } from './run-life.ts'
import { WAITS } from './run-wait.ts'
import { leavesBelow, stored } from './stored.ts'

/** Something a person is asked to allow. */
export interface OpenApproval {
  /** `<run>:<step>` */
  readonly id: string
  readonly run: string
  readonly session: string
  readonly title: string
  readonly data: unknown
  /** Milliseconds since the epoch. */
  readonly asked: number
  readonly expires: number | null
}

/** What somebody decides. */
export type ApprovalDecision = Pick<Approval, 'approved' | 'reason' | 'data'>

const MOST = 1000

/** What waits for a person's decision. */
export class Approvals {
  readonly #services: RunServices
  readonly #principal: Principal

  constructor(services: RunServices, principal: Principal) {
    this.#services = services
    this.#principal = principal
  }

  /** What is open, the longest asked first; of at most 1,000 runs. */
  async list(): Promise<readonly OpenApproval[]> {
    const { runtime } = this.#services
    const { tenant } = this.#principal
    runtime.ports.gate.check({ principal: this.#principal, action: 'list', kind: RUN_KIND })
    const query = { tenant, kind: RUN_KIND, name: 'asks', value: 'approval', limit: MOST }
    const rows = await runtime.ports.store.engine.find(query)
    const open = await Promise.all(rows.map((row) => this.#of(row)))
    return open.flat().toSorted((a, b) => a.asked - b.asked)
  }

  /**
   * Decides, once; the run goes on. What was to be known may be changed by `data`. True when an earlier request with the same key has done it.
   * @throws conflict when it has been decided, has expired or the run is over; not_found
   */
  async decide(id: string, { approved, reason, data }: ApprovalDecision, options: CommitOptions = {}): Promise<boolean> {
    const { run, step } = approvalOf(id)
    if (typeof approved !== 'boolean') {
      throw new HoldfastError('invalid', `Expected { approved: true } or { approved: false }, got ${JSON.stringify(approved)}`, {
        path: 'approved',
      })
    }
    const { runtime } = this.#services
    const by = this.#principal.id
    const decide = (tx: Tx): Synchronous<null> => {
      new RunControl(new RunLife(tx, run)).decide(step, { approved, by, ...(reason !== undefined && { reason }) }, data)
      return null
    }
    return (await runtime.commit<null>(this.#principal, decide, options)).replayed
  }

  async #of(row: EntityRow): Promise<OpenApproval[]> {
    const { runtime } = this.#services
    runtime.ports.gate.check(entityRequest(this.#principal, 'read', row))
    return view(runtime, row, ({ row: now, tree }) => {
      if (now === undefined) return []
      return leavesBelow(tree, WAITS).flatMap(([step]) => {
        const record = stored(tree, STEPS + step) as StepRecord
        if (!('wait' in record) || record.wait.for !== 'approval') return []
        const { title, data, asked, until } = record.wait
        return [{ id: approvalId(row.id, step), run: row.id, session: sessionOfRun(row.id), title, data, asked, expires: until }]
      })
    })
  }
}
