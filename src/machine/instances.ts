import { HoldfastError } from '../core/index.ts'
import type { Principal, Runtime, Timeline } from '../runtime/index.ts'
import type { Machine } from '../statechart/index.ts'
import type { EntityRow } from '../store/index.ts'
import { MACHINE_KIND } from './address.ts'
import { coverageOf, type InstanceCoverage } from './coverage.ts'
import { type InstanceStatus, keptOf, statusOf } from './instance-view.ts'
import { SNAPSHOT_KEY, WORK_KEY } from './keys.ts'
import type { Machines } from './machines.ts'

/** Which instances to list; everything given must fit. */
export interface InstanceQuery {
  /** Id of a machine. */
  readonly machine?: string | undefined
  /** An active state, an outer one included. */
  readonly state?: string | undefined
  /** A tag of an active state. */
  readonly tag?: string | undefined
  readonly status?: InstanceStatus | undefined
  readonly session?: string | undefined
  /** Default 50, at most 1,000. */
  readonly limit?: number | undefined
  /** Cursor of the page before. */
  readonly after?: string | undefined
}

/** An instance as lists show it: without its context. */
export interface InstanceSummary {
  readonly id: string
  /** `id@version#hash` of the definition it was stored by. */
  readonly machine: string
  readonly status: InstanceStatus
  /** The innermost active states. */
  readonly states: readonly string[]
  readonly revision: number
  /** Milliseconds since the epoch. */
  readonly created: number
  readonly updated: number
}

/** One page of a list. */
export interface InstancePage {
  readonly instances: readonly InstanceSummary[]
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string
}

const PAGE = 100
/** Rows looked at for one page at most: a filter that nearly nothing passes answers with what it has and a cursor. */
const MOST_LOOKED_AT = 5000

/** What the lists stand on. */
export interface InstancesServices {
  readonly runtime: Runtime
  readonly timeline: Timeline
  readonly machines: Machines
}

/** Lists and finds instances, by id where no term leads. */
export class Instances {
  readonly #services: InstancesServices
  readonly #principal: Principal

  constructor(services: InstancesServices, principal: Principal) {
    this.#services = services
    this.#principal = principal
  }

  /** One page of the instances that fit. @throws invalid for an unusable limit or cursor */
  async list(query: InstanceQuery = {}): Promise<InstancePage> {
    this.#allow()
    const { limit = 50 } = query
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new HoldfastError('invalid', `Expected a limit from 1 to 1000, got ${limit}`, { path: 'limit' })
    const instances: InstanceSummary[] = []
    let after = query.after
    for (let seen = 0; seen < MOST_LOOKED_AT; seen += PAGE) {
      const rows = await this.#rows(query, after)
      for (const row of rows) {
        const summary = await this.#summary(row, query)
        if (summary !== undefined) instances.push(summary)
        after = formatCursor(row)
        if (instances.length === limit) return { instances, next: after }
      }
      if (after === undefined || rows.length < PAGE) return { instances }
    }
    return { instances, ...(after !== undefined && { next: after }) }
  }

  /** How often the states and transitions of a machine were visited, told by the histories of its instances. */
  async coverage(machine: Machine): Promise<InstanceCoverage> {
    this.#allow()
    return coverageOf(this.#services, this.#principal, machine)
  }

  #allow(): void {
    this.#services.runtime.ports.gate.check({ principal: this.#principal, action: 'list', kind: MACHINE_KIND })
  }

  /** What narrows most leads: a state, then a tag, then the machine; the rest filters. */
  async #rows({ state, tag, machine, session }: InstanceQuery, after: string | undefined): Promise<readonly EntityRow[]> {
    const { engine } = this.#services.runtime.ports.store
    const { tenant } = this.#principal
    const place = after === undefined ? undefined : parseCursor(after)
    const lead = Object.entries({ state, tag, machine }).find(([, value]) => value !== undefined)
    if (lead === undefined || lead[1] === undefined) {
      const page = place && { kind: MACHINE_KIND, id: place.id, updated: 0, num: place.num }
      const which = { tenant, kind: MACHINE_KIND, root: session, order: 'id', deleted: false } as const
      return engine.entities({ ...which, after: page, limit: PAGE })
    }
    const [name, value] = lead
    return engine.find({ tenant, kind: MACHINE_KIND, name, value, after: place && { value, num: place.num }, limit: PAGE })
  }

  async #hasTerms(num: number, { state, tag }: InstanceQuery): Promise<boolean> {
    if (state === undefined && tag === undefined) return true
    const terms = await this.#services.runtime.ports.store.engine.terms(num)
    const has = (name: string, value: string | undefined): boolean =>
      value === undefined || terms.some((term) => term.name === name && term.value === value)
    return has('state', state) && has('tag', tag)
  }

  /** Undefined when it does not fit, or has been destroyed since it was found. */
  async #summary(listed: EntityRow, query: InstanceQuery): Promise<InstanceSummary | undefined> {
    const { store } = this.#services.runtime.ports
    if (query.session !== undefined && listed.root !== query.session) return undefined
    const seen = await store.glance(listed, SNAPSHOT_KEY)
    const work = await store.glance(listed, WORK_KEY)
    const kept = seen && keptOf(seen.row.revision, seen.plain, work?.plain)
    if (seen === undefined || kept === undefined) return undefined
    const { id, num, revision, created, updated, schema } = seen.row
    if (query.machine !== undefined && schema !== query.machine) return undefined
    if (!(await this.#hasTerms(num, query))) return undefined
    const durable = await this.#services.machines.find(this.#principal.tenant, kept.stored[0])
    const status = statusOf(id, kept.stored, kept.work, durable)
    if (query.status !== undefined && status !== query.status) return undefined
    return { id, machine: kept.stored[0], status, states: [kept.stored[1]].flat(), revision, created, updated }
  }
}

function formatCursor({ id, num }: EntityRow): string {
  return Buffer.from(JSON.stringify([id, num])).toString('base64url')
}

function parseCursor(cursor: string): { readonly id: string; readonly num: number } {
  try {
    const [id, num] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    if (typeof id === 'string' && typeof num === 'number') return { id, num }
  } catch {
    // Said below.
  }
  throw new HoldfastError('invalid', `Expected a cursor that a page of instances came with, got ${JSON.stringify(cursor)}`, {
    path: 'after',
  })
}
