import { fromTagged, HoldfastError, type Issue } from '../core/index.ts'
import type { Chart } from './chart.ts'
import type { Configuration } from './configuration.ts'
import type { CancelEffect, ScheduleEffect } from './effect.ts'
import { INIT } from './event.ts'
import type { Machine } from './machine.ts'
import { Macrostep } from './macrostep.ts'
import { type Memory, NO_MEMORY } from './memory.ts'
import { ChartSnapshot, type Children, type MachineTypes, NO_CHILDREN, type Snapshot } from './snapshot.ts'
import { type ChartState, isHistory, type StateTable } from './state-table.ts'
import { compiled } from './step.ts'
import type { StoredSnapshot } from './stored.ts'

/** How snapshots of another version become snapshots of this one. */
export interface Migration {
  /** Ids of states then to ids of states now, where they differ: innermost states and histories. */
  readonly states?: Readonly<Record<string, string>>
  /** The context of now, out of the one of then. Pure. */
  readonly context?: (context: unknown) => unknown
}

/** What was under way when a snapshot was stored. */
export interface Underway {
  /** Timers that were set and not cancelled, also those that have rung while their state stays active: deadlines by id. */
  readonly timers: Readonly<Record<string, number>>
  /** Sources of the children that run, by id. */
  readonly children: Readonly<Record<string, string>>
}

/** A snapshot of another version as one of this machine, and the timers that follow. */
export interface Adopted<T extends MachineTypes = MachineTypes> {
  readonly snapshot: Snapshot<T>
  readonly effects: readonly (CancelEffect | ScheduleEffect)[]
}

/**
 * Takes over a snapshot that another version, or another structure, of the machine has stored.
 *
 * Without a migration it must be proved to fit: its states are innermost states that can be active together, its histories still are
 * histories and remember states they could remember, each child belongs to an active state that invokes just that, and nothing that
 * active states set going (timers, children) is missing or too much. A finished region cannot be told from one that has become a final
 * state since, so it is no proof. With a migration states are renamed first, timers follow the definition, and children that
 * do not run are not started.
 * @param now milliseconds since the Unix epoch, for timers that are new
 * @throws needs_migration with what does not fit
 */
export function adopt<T extends MachineTypes>(
  machine: Machine<T>,
  stored: StoredSnapshot,
  underway: Underway,
  now: number,
  migration?: Migration,
): Adopted<T> {
  const adoption = new Adoption(compiled(machine), stored, underway, migration)
  return adoption.carryOut(now) as Adopted<T>
}

/** The states of a machine: what a declared migration may lead to. */
export function statesOf(machine: Machine): readonly Pick<ChartState, 'id' | 'kind'>[] {
  return compiled(machine).table.all
}

class Adoption {
  readonly #chart: Chart
  readonly #stored: StoredSnapshot
  readonly #underway: Underway
  readonly #migration: Migration | undefined
  readonly #findings: Issue[] = []

  constructor(chart: Chart, stored: StoredSnapshot, underway: Underway, migration: Migration | undefined) {
    this.#chart = chart
    this.#stored = stored
    this.#underway = underway
    this.#migration = migration
  }

  carryOut(now: number): Adopted {
    const [, states, json, more = {}] = this.#stored
    const configuration = this.#configuration([states].flat(), more.status === 'done')
    const memory = this.#memory(more.history ?? {})
    const children = this.#children(more.children ?? {}, configuration)
    const before = json === undefined ? {} : fromTagged(json)
    if (configuration === undefined || this.#findings.length > 0) this.#refuse()
    const context = this.#migration?.context === undefined ? before : this.#migration.context(before)
    const output = more.output === undefined ? undefined : fromTagged(more.output)
    const snapshot = new ChartSnapshot(this.#chart, configuration, context, more.status ?? 'active', memory, children, output)
    const effects = more.status === 'done' ? [] : this.#timers(snapshot, now)
    if (this.#findings.length > 0) this.#refuse()
    return { snapshot, effects }
  }

  #rename(id: string): string {
    const { states } = this.#migration ?? {}
    return states !== undefined && Object.hasOwn(states, id) ? (states[id] ?? id) : id
  }

  #configuration(states: readonly string[], isDone: boolean): Configuration | undefined {
    const { table } = this.#chart
    const configuration = this.#chart.named([...new Set(states.map((id) => this.#rename(id)))])
    if (configuration === undefined) {
      this.#find('states', `${states.join(', ')} are not innermost states that can be active together`)
      return undefined
    }
    const finals = configuration.leaves.filter((leaf) => table.at(leaf).kind === 'final')
    const ends = finals.filter((leaf) => table.at(leaf).parent === 0)
    if (!isDone && ends.length > 0) this.#find('states', `${states.join(', ')} would end the machine`)
    else if (!isDone && finals.length > 0 && this.#migration === undefined)
      this.#find('states', 'whether a region was finished before cannot be proved')
    return configuration
  }

  #memory(history: Readonly<Record<string, readonly string[]>>): Memory {
    const { table } = this.#chart
    const entries = Object.entries(history).map(([id, remembered]) => {
      const pseudo = table.find(this.#rename(id))
      const states = remembered.map((each) => table.find(this.#rename(each)))
      const found = states.filter((state) => state !== undefined)
      if (pseudo === undefined || found.length < states.length || !couldRemember(table, pseudo, found))
        this.#find(`history.${id}`, `cannot remember ${remembered.join(', ')} now`)
      return [pseudo?.index ?? 0, found.map(({ index }) => index)] as const
    })
    return entries.length === 0 ? NO_MEMORY : new Map(entries)
  }

  #children(children: Readonly<Record<string, readonly [string, number]>>, configuration: Configuration | undefined): Children {
    const { table } = this.#chart
    const entries = Object.entries(children).map(([id, [name]]) => {
      const state = table.find(this.#rename(name))
      const src = this.#underway.children[id]
      const nth = state?.invokes.findIndex(({ declared }) => declared?.id === id && declared.src === src) ?? -1
      if (nth < 0 || !configuration?.has(state?.index ?? -1))
        this.#find(`children.${id}`, `no active state invokes ${src} as ${id}`)
      return [id, { state: state?.index ?? 0, nth }] as const
    })
    if (this.#migration === undefined) this.#checkStarted(new Set(Object.keys(children)), configuration)
    return entries.length === 0 ? NO_CHILDREN : new Map(entries)
  }

  #checkStarted(running: ReadonlySet<string>, configuration: Configuration | undefined): void {
    for (const { id, invokes } of active(this.#chart, configuration)) {
      for (const { declared } of invokes) {
        if (declared === undefined || !running.has(declared.id))
          this.#find(`children.${declared?.id ?? id}`, `${id} invokes it; whether it has run cannot be proved`)
      }
    }
  }

  /** Timers belong to states: those of active ones must be set, others must not. */
  #timers(snapshot: ChartSnapshot, now: number): (CancelEffect | ScheduleEffect)[] {
    const set = Object.keys(this.#underway.timers).filter((id) => id.startsWith('after.'))
    const wanted = active(this.#chart, snapshot.configuration).flatMap(({ timers }) => timers)
    const missing = wanted.filter(({ id }) => !set.includes(id))
    const obsolete = set.filter((id) => !wanted.some((timer) => timer.id === id))
    if (this.#migration === undefined) {
      for (const { id } of missing) this.#find(`timers.${id}`, 'was not set, whether it should be cannot be proved')
      for (const id of obsolete) this.#find(`timers.${id}`, 'was set, no active state knows it')
    }
    const scope = new Macrostep(snapshot, INIT, now)
    return [
      ...obsolete.map((id): CancelEffect => ({ type: 'cancel', id })),
      ...missing.map(({ id, schedule }): ScheduleEffect => {
        const before = obsolete.find((old) => this.#renameTimer(old) === id)
        const deadline = before === undefined ? undefined : this.#underway.timers[before]
        return { type: 'schedule', ...schedule(scope), ...(deadline !== undefined && { at: deadline }) }
      }),
    ]
  }

  /** A timer is called after its delay and its state: `after.<delay>.<state>`. */
  #renameTimer(id: string): string {
    const [after, delay, ...state] = id.split('.')
    return [after, delay, this.#rename(state.join('.'))].join('.')
  }

  #find(path: string, message: string): void {
    this.#findings.push({ path, message })
  }

  #refuse(): never {
    const { tag, blueprint } = this.#chart
    const [of] = this.#stored
    const why = this.#findings.map(({ path, message }) => `${path}: ${message}`).join('; ')
    const message = `What ${of} stored does not fit ${tag}: ${why}. Declare a migration of machine ${blueprint.id}, or keep the old definition beside it`
    throw new HoldfastError('needs_migration', message, { stored: of, supported: tag })
  }
}

function active({ table }: Chart, configuration: Configuration | undefined): ChartState[] {
  return (configuration?.states ?? []).map((index) => table.at(index))
}

/** True when what a history remembers are states it could have recorded: children, or a complete set of innermost states. */
function couldRemember(table: StateTable, { kind, parent }: ChartState, remembered: readonly ChartState[]): boolean {
  if (!isHistory(kind)) return false
  const top = table.at(parent)
  const needed = (of: ChartState): number => (of.kind === 'parallel' ? of.children.length : Math.min(of.children.length, 1))
  if (kind === 'shallow')
    return remembered.length === needed(top) && remembered.every((state) => top.children.includes(state.index))
  const states = new Set(remembered.flatMap(({ index }) => [index, ...table.ancestors(index, parent)]))
  const isInner = remembered.every(
    (state) => state.children.length === 0 && !isHistory(state.kind) && table.isBelow(state.index, parent),
  )
  const within = [top, ...[...states].map((index) => table.at(index))]
  return isInner && within.every((state) => state.children.filter((child) => states.has(child)).length === needed(state))
}
