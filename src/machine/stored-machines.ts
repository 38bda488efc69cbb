import type { Json } from '../core/index.ts'
import type { JsonMachineTypes, MachineJsonLimits } from '../machine-json/index.ts'
import { type Runtime, type Tx, type View, view } from '../runtime/index.ts'
import type { Machine } from '../statechart/index.ts'
import { decodeNode } from '../store/index.ts'
import { type DurableMachine, type DurableOptions, implementations } from './durable.ts'
import type { MachineSummary } from './machine-summary.ts'
import { partsOf } from './tag.ts'

/** The kind of the entities that definitions are kept in: one for each id, with an entry for each version. */
export const STATECHART_KIND = 'statechart'

/** The entry that lists the versions of a definition, in the order they were stored. */
export const VERSIONS_KEY = 'versions'

/** The entry of one version: the definition as it came. */
export function versionKey(version: string): string {
  return `version/${version}`
}

/** A version of a definition that is kept in the store, as lists show it. */
export interface StoredVersion extends MachineSummary {
  /** When it was stored: milliseconds since the Unix epoch. */
  readonly created: number
}

/** What machines need whose definitions are kept in the store. Work that nobody implements waits, for all to see. */
export interface StatechartOptions extends Omit<DurableOptions, 'migrations'> {
  /** How large a definition may be, and what the expressions of one step may cost. Smaller than of machines in the program. */
  readonly limits?: Partial<MachineJsonLimits>
}

/** Whoever defines a machine may be a stranger, and its steps run in the loop that serves everybody: some 40 ms at most. */
export const storedMachineLimits = {
  characters: 262_144,
  values: 20_000,
  states: 200,
  transitions: 600,
  expressions: 1000,
  steps: 2_000_000,
} as const satisfies Partial<MachineJsonLimits>

/** Compiled machines that are kept: so many, made of so many characters together. */
const MOST_KEPT = 256
const MOST_CHARACTERS = 16 * 1024 * 1024

interface Kept {
  readonly durable: DurableMachine
  readonly characters: number
}

/** The machines whose definitions are kept in the store, compiled when they are needed. A version never changes: what was compiled stays right. */
export class StoredMachines {
  readonly options: DurableOptions
  readonly limits: Partial<MachineJsonLimits>
  readonly #runtime: Runtime
  /** By tenant and tag, those used last at the end. */
  readonly #kept = new Map<string, Kept>()
  #characters = 0
  /** Whose it is: what one tenant has defined another one cannot start. */
  readonly #made = new WeakMap<Machine, { readonly tenant: string; readonly durable: DurableMachine }>()

  /** @throws invalid with all findings at once */
  constructor(runtime: Runtime, options: StatechartOptions = {}) {
    const { limits, ...rest } = options
    this.#runtime = runtime
    this.options = implementations(rest)
    this.limits = { ...storedMachineLimits, ...limits }
  }

  /** The machine of a tag; undefined when it is not kept here. */
  async find(tenant: string, tag: string): Promise<DurableMachine | undefined> {
    const { id, version } = partsOf(tag)
    return this.#atHand(tenant, tag) ?? this.#load(tenant, id, version)
  }

  /** The same inside a decision, which is left where it has to be loaded. */
  within(tx: Tx, tag: string): DurableMachine | undefined {
    const { tenant } = tx.principal
    return this.#atHand(tenant, tag) ?? tx.loaded(`machine ${tag}`, () => this.find(tenant, tag))
  }

  /** What a new instance is to begin with: the version named, or the last one defined before the decision was made. */
  named(tx: Tx, id: string, version: string | undefined): DurableMachine | undefined {
    return tx.loaded(`machine ${id} of version ${version ?? 'now'}`, () => this.get(tx.principal.tenant, id, version))
  }

  /** The same outside. */
  async get(tenant: string, id: string, version?: string): Promise<DurableMachine | undefined> {
    const versions = await this.versions(tenant, id)
    const found = versions.findLast((each) => version === undefined || each.version === version)
    return found && this.find(tenant, found.tag)
  }

  /** All versions of an id, in the order they were defined. */
  async versions(tenant: string, id: string): Promise<readonly StoredVersion[]> {
    return view(
      this.#runtime,
      { tenant, kind: STATECHART_KIND, id },
      (seen) => leaf<readonly StoredVersion[]>(seen, VERSIONS_KEY) ?? [],
    )
  }

  /** What was given out of the store to this tenant. */
  known(tenant: string, machine: Machine): DurableMachine | undefined {
    const made = this.#made.get(machine)
    return made?.tenant === tenant ? made.durable : undefined
  }

  /** Compiles a definition. @throws invalid with all findings; too_large */
  async compile(json: unknown, limits = this.limits): Promise<Machine<JsonMachineTypes>> {
    // Few programs have definitions in JSON: the others do not wait for expressions and schemas to be loaded.
    const { machineFromJson } = await import('../machine-json/index.ts')
    return machineFromJson(json, limits)
  }

  /** Keeps a machine compiled that is known to be in the store. */
  keep(tenant: string, machine: Machine, json: Json): DurableMachine {
    const durable: DurableMachine = { machine, options: this.options, stored: true }
    this.#made.set(machine, { tenant, durable })
    const characters = JSON.stringify(json).length
    this.#kept.set(keyOf(tenant, machine.tag), { durable, characters })
    this.#characters += characters
    for (const [key, old] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && this.#characters <= MOST_CHARACTERS) break
      this.#kept.delete(key)
      this.#characters -= old.characters
    }
    return durable
  }

  #atHand(tenant: string, tag: string): DurableMachine | undefined {
    const key = keyOf(tenant, tag)
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    return kept.durable
  }

  async #load(tenant: string, id: string, version: string): Promise<DurableMachine | undefined> {
    const ref = { tenant, kind: STATECHART_KIND, id }
    const json = await view(this.#runtime, ref, (seen) => leaf<Json>(seen, versionKey(version)))
    if (json === undefined) return undefined
    // What was let in once must be usable under whatever limits of size there are today.
    const { steps } = this.limits
    const machine = await this.compile(json, steps === undefined ? {} : { steps })
    return this.#atHand(tenant, machine.tag) ?? this.keep(tenant, machine, json)
  }
}

function keyOf(tenant: string, tag: string): string {
  return `${tenant}\0${tag}`
}

function leaf<Value>({ row, tree }: View, key: string): Value | undefined {
  const bytes = row === undefined ? undefined : tree.read(key)
  const node = bytes === undefined ? undefined : decodeNode(bytes)
  return node?.type === 'leaf' ? (node.value as Value) : undefined
}
