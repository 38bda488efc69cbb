import { HoldfastError } from '../core/index.ts'
import type { Principal, Synchronous } from '../runtime/index.ts'
import { RUN_KIND } from './address.ts'
import type { Approval } from './context.ts'
import { Run, type RunServices } from './run.ts'
import { RunTx } from './run-tx.ts'

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
    const open = await Promise.all(rows.map(({ id }) => this.#of(id)))
    return open.flat().toSorted((a, b) => a.asked - b.asked)
  }

  /**
   * Decides, once; the run goes on. What was to be known may be changed by `data`.
   * @throws conflict when it has been decided, has expired or the run is over; not_found
   */
  async decide(id: string, { approved, reason, data }: ApprovalDecision): Promise<void> {
    const split = id.lastIndexOf(':')
    const [run, step] = [id.slice(0, split), id.slice(split + 1)]
    if (split === -1) throw new HoldfastError('not_found', `There is no approval ${id}`, { entity: id })
    if (typeof approved !== 'boolean') {
      throw new HoldfastError('invalid', `Expected { approved: true } or { approved: false }, got ${JSON.stringify(approved)}`, {
        path: 'approved',
      })
    }
    const { runtime } = this.#services
    const by = this.#principal.id
    await runtime.commit<void>(this.#principal, (tx) => {
      new RunTx(tx, run).decide(step, { approved, by, ...(reason !== undefined && { reason }) }, data)
      return undefined as unknown as Synchronous<void>
    })
  }

  async #of(id: string): Promise<OpenApproval[]> {
    const { session, steps } = await new Run(this.#services, this.#principal, id).inspect()
    return steps.flatMap(({ name, wait }) => {
      if (wait?.for !== 'approval') return []
      const { title, data, asked, until } = wait
      return [{ id: `${id}:${name}`, run: id, session, title, data, asked, expires: until }]
    })
  }
}
