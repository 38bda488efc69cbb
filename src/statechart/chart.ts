import type { Blueprint } from './blueprint.ts'
import { Configuration } from './configuration.ts'
import { writeDescriptor } from './descriptor.ts'
import { fingerprint } from './fingerprint.ts'
import { type ChartTransition, isHistory, StateTable } from './state-table.ts'

/** Beyond this many, configurations are forgotten and found again: a machine of many regions could have millions. */
const MOST_CONFIGURATIONS = 4096

/** A machine compiled: states and transitions by number, and the configurations met so far. */
export class Chart {
  readonly blueprint: Blueprint
  readonly table: StateTable
  /** `id@version#hash`; the hash is of the structure: states, transitions, events, targets. */
  readonly tag: string
  readonly #configurations = new Map<string, Configuration>()
  readonly #named = new Map<string, Configuration>()

  constructor(blueprint: Blueprint) {
    this.blueprint = blueprint
    this.table = new StateTable(blueprint.root)
    this.tag = `${blueprint.id}@${blueprint.version}#${fingerprint(outline(this.table))}`
  }

  /** The one configuration that holds these states: complete, in document order. */
  configuration(states: readonly number[]): Configuration {
    const key = states.join(' ')
    const known = this.#configurations.get(key)
    if (known !== undefined) return known
    if (this.#configurations.size >= MOST_CONFIGURATIONS) this.#configurations.clear()
    const made = new Configuration(this.table, states)
    this.#configurations.set(key, made)
    return made
  }

  /** The configuration with these innermost states; undefined when there can be none. */
  named(stored: string | readonly string[]): Configuration | undefined {
    const key = typeof stored === 'string' ? stored : stored.join(' ')
    const known = this.#named.get(key)
    if (known !== undefined) return known
    const found = this.#complete(typeof stored === 'string' ? [stored] : stored)
    if (found === undefined) return undefined
    if (this.#named.size >= MOST_CONFIGURATIONS) this.#named.clear()
    this.#named.set(key, found)
    return found
  }

  #complete(ids: readonly string[]): Configuration | undefined {
    const leaves = ids.map((id) => this.table.find(id))
    const states = new Set<number>()
    for (const leaf of leaves) {
      if (leaf === undefined || leaf.children.length > 0 || isHistory(leaf.kind)) return undefined
      for (const state of [leaf.index, ...this.table.ancestors(leaf.index)]) states.add(state)
    }
    const isLegal = [...states].every((index) => {
      const { kind, children } = this.table.at(index)
      const active = children.filter((child) => states.has(child)).length
      return active === (kind === 'parallel' ? children.length : Math.min(children.length, 1))
    })
    return isLegal && states.size > 0 ? this.configuration([...states].sort((a, b) => a - b)) : undefined
  }
}

/** Actions and guards are left out: changing them does not make a stored state unreadable. */
function outline(table: StateTable): string {
  const arrow = ({ on, targets }: ChartTransition): string => `${on.map(writeDescriptor)}>${targets}`
  return table.all
    .map(({ id, kind, parent, initial, transitions }) => {
      return [id, kind, parent, initial?.targets ?? '', ...transitions.map(arrow)].join('|')
    })
    .join('\n')
}
