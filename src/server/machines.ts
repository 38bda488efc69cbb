import { HoldfastError } from '../core/index.ts'
import { type DiagramState, diagramOf, type Machine, type MachineDiagram } from '../statechart/index.ts'

/** A machine as lists show it. */
export interface MachineSummary {
  readonly id: string
  readonly version: string
  readonly tag: string
  /** How many, pseudo states left out. */
  readonly states: number
  readonly transitions: number
  /** What it waits for: types as they are written, platform events left out; sorted. */
  readonly events: readonly string[]
}

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

export function summaryOf({ id, version, tag, root, transitions }: MachineDiagram): MachineSummary {
  const own = transitions.filter(({ source }) => !source.endsWith(':initial'))
  const events = own.flatMap((one) => one.events).filter((event) => !isOfPlatform(event))
  const states = count(root)
  return { id, version, tag, states, transitions: own.length, events: [...new Set(events)].sort() }
}

function isOfPlatform(event: string): boolean {
  return /^(?:done|error)\.(?:state|invoke|execution|communication)\b|^after\./.test(event)
}

function count({ kind, children }: DiagramState): number {
  const isPseudo = kind === 'initial' || kind === 'shallow' || kind === 'deep'
  return (isPseudo ? 0 : 1) + children.reduce((sum, child) => sum + count(child), 0)
}
