import { HoldfastError } from '../core/index.ts'
import { type MachineSummary, summaryOf } from '../machine/index.ts'
import { diagramOf, type Machine } from '../statechart/index.ts'

/** The machines a server shows, by id and version. */
export class Machines {
  readonly #machines: readonly Machine[]

  /** @throws invalid when two are of one id and version. */
  constructor(machines: readonly Machine[]) {
    this.#machines = machines
    for (const [at, { id, version }] of machines.entries()) {
      if (machines.findIndex((other) => other.id === id && other.version === version) === at) continue
      throw new HoldfastError('invalid', `Two machines are ${id}, version ${version}; give one of them another version`, {
        path: 'machines',
      })
    }
  }

  /** In the order they were given. */
  list(): MachineSummary[] {
    return this.#machines.map((one) => summaryOf(diagramOf(one)))
  }

  has(id: string): boolean {
    return this.#machines.some((one) => one.id === id)
  }

  /**
   * The version asked for, otherwise the current one: the last that was given.
   * @throws not_found
   */
  get(id: string, version?: string): Machine {
    const found = this.#machines.findLast((one) => one.id === id && (version === undefined || one.version === version))
    if (found !== undefined) return found
    const name = version === undefined ? id : `${id}, version ${version}`
    throw new HoldfastError('not_found', `There is no machine ${name}; GET /v1/machines lists what there is`, { entity: id })
  }
}
