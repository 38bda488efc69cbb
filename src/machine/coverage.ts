import { HoldfastError } from '../core/index.ts'
import type { Principal, Revision, Runtime, Timeline } from '../runtime/index.ts'
import { activeStates, type DiagramState, diagramOf, type Machine, type MachineDiagram, restore } from '../statechart/index.ts'
import type { EntityRow } from '../store/index.ts'
import { MACHINE_KIND } from './address.ts'
import { withSteps } from './history.ts'
import type { Kept } from './instance-view.ts'
import { keptAt } from './past.ts'
import type { RecordedStep } from './recorded-step.ts'

/** What the instances of one machine have visited, as far as their histories are kept. Ids are those of its diagram. */
export interface InstanceCoverage {
  /** Instances of this machine, and revisions it made. */
  readonly instances: number
  readonly revisions: number
  /** False when there is more than is looked at: 1,000 instances and 10,000 revisions, those of other versions included. */
  readonly complete: boolean
  /** How often each state was entered, and how many instances are there now; the whole machine is the first. */
  readonly states: readonly { readonly id: string; readonly entered: number; readonly now: number }[]
  readonly transitions: readonly { readonly id: string; readonly taken: number }[]
}

const MOST_INSTANCES = 1000
const MOST_REVISIONS = 10_000
const PAGE = 100
/** Revisions looked at before others get their turn. */
const SLICE = 64

/** Reads what the instances of exactly this machine, its structure included, have done; the oldest instances first. */
export async function coverageOf(
  { runtime, timeline }: { readonly runtime: Runtime; readonly timeline: Timeline },
  { tenant }: Principal,
  machine: Machine,
): Promise<InstanceCoverage> {
  const { engine } = runtime.ports.store
  const tally = new Tally(machine)
  let after: { readonly value: string; readonly num: number } | undefined
  for (;;) {
    const rows = await engine.find({ tenant, kind: MACHINE_KIND, name: 'machine', value: machine.id, after, limit: PAGE })
    for (const row of rows) if (!(await tally.look(timeline, row))) return tally.result(false)
    if (rows.length < PAGE) return tally.result(true)
    after = rows.at(-1)
  }
}

class Tally {
  readonly #machine: Machine
  readonly #diagram: MachineDiagram
  readonly #entered = new Map<string, number>()
  readonly #now = new Map<string, number>()
  readonly #taken = new Map<string, number>()
  #instances = 0
  #revisions = 0
  /** Instances and revisions of other versions included: what the bounds are for. */
  readonly #looked = { instances: 0, revisions: 0 }

  constructor(machine: Machine) {
    this.#machine = machine
    this.#diagram = diagramOf(machine)
  }

  /** Counts what one instance has done, newest first; false when that is more than is looked at. */
  async look(timeline: Timeline, row: EntityRow): Promise<boolean> {
    const kept = await keptAt(timeline, row, row)
    if (kept === undefined) return true
    if (++this.#looked.instances > MOST_INSTANCES) return false
    this.#stands(kept)
    let tag: string | undefined = kept.stored[0]
    let isOurs = false
    for await (const revision of timeline.history(row)) {
      if (++this.#looked.revisions > MOST_REVISIONS) return false
      tag ??= await tagAt(timeline, row, revision)
      if (tag === this.#machine.tag) this.#revisions++
      isOurs ||= tag === this.#machine.tag
      tag = this.#count(withSteps(revision).steps, tag)
      if (this.#looked.revisions % SLICE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    if (isOurs) this.#instances++
    return true
  }

  result(complete: boolean): InstanceCoverage {
    const { root, transitions } = this.#diagram
    const all = withBelow(root)
    // Nobody stays in a history or at the dot where a state begins.
    const passed = new Set(all.filter(({ kind }) => ['initial', 'shallow', 'deep'].includes(kind)).map(({ id }) => id))
    const states = all.filter(({ id }) => !passed.has(id))
    const taken = transitions.filter(({ source }) => !passed.has(source))
    return {
      ...{ instances: this.#instances, revisions: this.#revisions, complete },
      states: states.map(({ id }) => ({ id, entered: this.#entered.get(id) ?? 0, now: this.#now.get(id) ?? 0 })),
      transitions: taken.map(({ id }) => ({ id, taken: this.#taken.get(id) ?? 0 })),
    }
  }

  #stands({ stored, work }: Kept): void {
    if (stored[0] !== this.#machine.tag || work.stopped === true) return
    for (const id of [this.#diagram.root.id, ...activeStates(restore(this.#machine, stored))]) add(this.#now, id)
  }

  /** Newest first. Before an adoption another definition was at work; before a start, nobody knows yet which. */
  #count(steps: readonly RecordedStep[], from: string | undefined): string | undefined {
    let tag = from
    for (const { event, entered = [], taken = [], adopted } of steps.toReversed()) {
      if (tag === this.#machine.tag) {
        for (const id of entered) add(this.#entered, id)
        for (const id of taken) add(this.#taken, id)
      }
      if (adopted !== undefined) tag = adopted
      if (event.type === 'start') tag = undefined
    }
    return tag
  }
}

/** The tag of what was stored with a revision; undefined where nothing was, or where it has been swept meanwhile. */
async function tagAt(timeline: Timeline, row: EntityRow, revision: Revision): Promise<string | undefined> {
  try {
    return (await keptAt(timeline, row, revision))?.stored[0]
  } catch (error) {
    if (HoldfastError.is(error, 'not_found')) return undefined
    throw error
  }
}

function add(counts: Map<string, number>, id: string): void {
  counts.set(id, (counts.get(id) ?? 0) + 1)
}

function withBelow(state: DiagramState): DiagramState[] {
  return [state, ...state.children.flatMap(withBelow)]
}
