import { HoldfastError, type Json } from '../core/index.ts'
import type { JsonMachineTypes } from '../machine-json/index.ts'
import type { Action, CommitOptions, Principal, Runtime } from '../runtime/index.ts'
import { diagramOf, type Machine } from '../statechart/index.ts'
import { summaryOf } from './machine-summary.ts'
import type { Machines } from './machines.ts'
import { STATECHART_KIND, type StoredVersion, VERSIONS_KEY, versionKey } from './stored-machines.ts'

/** What the handle stands on. */
export interface StatechartServices {
  readonly runtime: Runtime
  readonly machines: Machines
}

/** What came of a definition. */
export interface Defined {
  /** To start instances with. */
  readonly machine: Machine<JsonMachineTypes>
  /** False when it was there already, exactly so. */
  readonly isNew: boolean
  /** True when an earlier request with the same key had done it. */
  readonly replayed: boolean
}

/** One page of the definitions that are kept in the store, all versions. */
export interface StatechartPage {
  readonly statecharts: readonly StoredVersion[]
  /** Pass as `after` for the next page; absent on the last. */
  readonly next?: string
}

/** Definitions of one id: more are refused, so that the list of them stays short. */
const MOST_VERSIONS = 500

/** Machines that are plain JSON and live in the store: defined while the program runs, known to whoever opens the store next. */
export class Statecharts {
  readonly #services: StatechartServices
  readonly #principal: Principal

  constructor(services: StatechartServices, principal: Principal) {
    this.#services = services
    this.#principal = principal
  }

  /**
   * Stores a machine in the form of `holdfast/machine-json`, for this tenant and for good: a version never changes. Instances of it go on
   * after a restart and in other processes. Its actors and effects are those of `open({ statecharts })`; what nobody implements waits.
   * @throws invalid with all findings at once, each with its path; too_large; conflict when another definition has this id and
   * version, or the program has a machine of this id; forbidden; unavailable
   */
  async define(json: unknown, options: CommitOptions = {}): Promise<Defined> {
    this.#allow('create', idIn(json))
    const { machines, runtime } = this.#services
    const machine = await machines.stored.compile(json)
    if (machines.current(machine.id) !== undefined) throw ofTheProgram(machine.id)
    const { toJson } = await import('../machine-json/index.ts')
    const source = toJson(machine)
    const { value: isNew, replayed } = await runtime.commit(
      this.#principal,
      (tx) => {
        const entity = tx.entity(STATECHART_KIND, machine.id)
        const before = entity.get(versionKey(machine.version))
        if (before !== undefined && JSON.stringify(before) === JSON.stringify(source)) return false
        const versions = (entity.get(VERSIONS_KEY) as readonly StoredVersion[] | undefined) ?? []
        if (before !== undefined) throw defined(machine, entity.revision)
        if (versions.length >= MOST_VERSIONS) throw tooMany(machine.id)
        entity.set(versionKey(machine.version), source)
        entity.set(VERSIONS_KEY, [...versions, { ...summaryOf(diagramOf(machine)), created: tx.now }])
        entity.event('define', { version: machine.version, tag: machine.tag })
        return true
      },
      options,
    )
    machines.stored.keep(this.#principal.tenant, machine, source)
    return { machine, isNew, replayed }
  }

  /** A machine of the program, or one that was defined: the version asked for, otherwise the last one. @throws not_found; forbidden */
  async get(id: string, version?: string): Promise<Machine> {
    this.#allow('read', id)
    const { machines } = this.#services
    const listed = machines.current(id)
    const found = listed ? machines.current(id, version) : await machines.stored.get(this.#principal.tenant, id, version)
    if (found !== undefined) return found.machine
    const name = version === undefined ? id : `${id}, version ${version}`
    throw new HoldfastError('not_found', `There is no machine ${name}`, { entity: id })
  }

  /** The definition as it came. @throws not_found; invalid for a machine of the program, which has functions; forbidden */
  async json(id: string, version?: string): Promise<Json> {
    const machine = await this.get(id, version)
    const { toJson } = await import('../machine-json/index.ts')
    return toJson(machine)
  }

  /** One page of the definitions kept in the store, by id. @throws invalid for an unusable limit or cursor; forbidden */
  async list({ limit = 50, after }: { readonly limit?: number | undefined; readonly after?: string | undefined } = {}) {
    this.#allow('list')
    if (!Number.isInteger(limit) || limit < 1 || limit > 1000)
      throw new HoldfastError('invalid', `Expected a limit from 1 to 1000, got ${limit}`, { path: 'limit' })
    const { runtime, machines } = this.#services
    const { tenant } = this.#principal
    const place = after === undefined ? undefined : { kind: STATECHART_KIND, id: readCursor(after), updated: 0, num: 0 }
    const query = { tenant, kind: STATECHART_KIND, order: 'id', deleted: false, after: place, limit: limit + 1 } as const
    const rows = await runtime.ports.store.engine.entities(query)
    const statecharts: StoredVersion[] = []
    for (const { id } of rows.slice(0, limit)) statecharts.push(...(await machines.stored.versions(tenant, id)))
    const last = rows.length > limit ? rows[limit - 1] : undefined
    const page: StatechartPage = {
      statecharts,
      ...(last && { next: Buffer.from(JSON.stringify(last.id)).toString('base64url') }),
    }
    return page
  }

  #allow(action: Action, id?: string): void {
    this.#services.runtime.ports.gate.check({ principal: this.#principal, action, kind: STATECHART_KIND, id })
  }
}

/** Whoever may define only some machines is asked about this one before anything is worked out. */
function idIn(json: unknown): string | undefined {
  const id: unknown = typeof json === 'object' && json !== null && 'id' in json ? json.id : undefined
  return typeof id === 'string' ? id : undefined
}

function readCursor(cursor: string): string {
  try {
    const id: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (typeof id === 'string') return id
  } catch {
    // Said below.
  }
  throw new HoldfastError('invalid', `Expected a cursor that a page of statecharts came with, got ${JSON.stringify(cursor)}`, {
    path: 'after',
  })
}

function defined({ id, version }: Machine, current: number): HoldfastError<'conflict'> {
  const message = `Machine ${id} of version ${version} is another definition already; a version never changes: give this one a version of its own`
  return new HoldfastError('conflict', message, { entity: id, current })
}

function ofTheProgram(id: string): HoldfastError<'conflict'> {
  const message = `Machine ${id} is one that the program has; define this one under another id`
  return new HoldfastError('conflict', message, { entity: id })
}

function tooMany(id: string): HoldfastError<'too_large'> {
  const message = `Machine ${id} has ${MOST_VERSIONS} versions, and cannot have more; define it under another id`
  return new HoldfastError('too_large', message, { path: id, limit: MOST_VERSIONS, actual: MOST_VERSIONS + 1, unit: 'versions' })
}
