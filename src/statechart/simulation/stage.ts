import { HoldfastError } from '../../core/index.ts'
import type { StartEffect } from '../effect.ts'
import type { EventObject } from '../event.ts'
import { CompiledMachine, type Machine } from '../machine.ts'
import type { Snapshot } from '../snapshot.ts'
import { compiled, type Step } from '../step.ts'
import { type Actor, System } from '../system.ts'
import type { Occurrence, Outcome } from './script.ts'
import { DONE, FAIL, standIn } from './stand-in.ts'

/** One step of one machine. */
export interface SimulatedStep extends Step {
  /** Milliseconds since the Unix epoch. */
  readonly at: number
  /** Empty for the machine itself; of a child its id, of a child's child both, joined by a dot. */
  readonly actor: string
  /** Undefined for what a machine begins with. */
  readonly event: EventObject | undefined
  /** False when the event changed nothing and asked for nothing. */
  readonly handled: boolean
}

/** The id of the machine itself in the system; children's begin with it. */
const ROOT = 'root'

/** Whoever is meant that the system does not know: the world outside, which takes every message and says nothing. */
const OUTSIDE = 'outside'

/** A machine on stage: in a system of its own, with stand-ins for what is no machine. */
export class Stage {
  readonly steps: SimulatedStep[] = []
  readonly #system: System
  readonly #most: number
  readonly #outcomes: Readonly<Record<string, Outcome>>
  readonly #machines = new Map<string, Machine>()
  readonly #snapshots = new Map<string, Snapshot>()
  readonly #standIns = new Set<Machine>()
  /** When something was planned to happen; some of it may have been cancelled since. */
  readonly #planned = new Set<number>()

  constructor(now: number, outcomes: Readonly<Record<string, Outcome>>, most: number) {
    this.#most = most
    this.#outcomes = outcomes
    this.#system = new System({
      now,
      start: (effect, id) => this.#cast(effect, id),
      observe: (actor, step, event) => this.#record(actor, step, event),
      address: () => OUTSIDE,
    })
    this.#add(OUTSIDE, standIn(OUTSIDE, undefined))
    this.#system.start(this.#machines.get(OUTSIDE) as Machine, OUTSIDE)
  }

  get now(): number {
    return this.#system.now
  }

  start(machine: Machine, input: unknown): void {
    this.#machines.set(ROOT, machine)
    this.#system.start(machine, ROOT, input)
  }

  get snapshot(): Snapshot | undefined {
    return this.#snapshots.get(ROOT)
  }

  /** The moment of the next timer, as far as none was cancelled; undefined when there is none. */
  get next(): number | undefined {
    const ahead = [...this.#planned].filter((at) => at > this.now)
    return ahead.length === 0 ? undefined : Math.min(...ahead)
  }

  /** The children that wait to be told how they end. */
  get waiting(): string[] {
    return [...this.#snapshots].flatMap(([id, { states }]) => {
      const isStandIn = this.#standIns.has(this.#machines.get(id) as Machine) && id !== OUTSIDE
      return isStandIn && states[0] === 'waiting' ? [nameOf(id)] : []
    })
  }

  /** @throws invalid when it speaks of a child that does not run */
  expect(occurrence: Occurrence): void {
    if ('done' in occurrence) this.#expectAmong(occurrence.done, this.waiting)
    else if ('fail' in occurrence) this.#expectAmong(occurrence.fail, this.waiting)
    else if ('send' in occurrence && occurrence.to !== undefined) this.#expectAmong(occurrence.to, this.#children)
  }

  play(occurrence: Occurrence): void {
    if ('wait' in occurrence) this.#system.advance(occurrence.wait)
    else if ('send' in occurrence) this.#system.send(idOf(occurrence.to), occurrence.send)
    else if ('done' in occurrence)
      this.#system.send(idOf(occurrence.done), { type: DONE, output: occurrence.output } as EventObject)
    else this.#system.send(idOf(occurrence.fail), { type: FAIL, error: occurrence.error } as EventObject)
  }

  get #children(): string[] {
    return [...this.#snapshots.keys()].filter((id) => id.startsWith(`${ROOT}.`)).map(nameOf)
  }

  #expectAmong(child: string, there: readonly string[]): void {
    if (there.includes(child)) return
    const names = there.join(', ') || 'none'
    throw new HoldfastError('invalid', `Expected a child that runs, got ${JSON.stringify(child)}; there are ${names}`, {
      path: child,
    })
  }

  /** Who plays a child: a machine itself, anything else a stand-in. */
  #cast({ src, id, input }: StartEffect, actor: string): { readonly machine: Machine; readonly input?: unknown } {
    const parent = this.#machines.get(actor.slice(0, -id.length - 1))
    const actors = parent === undefined ? undefined : compiled(parent).blueprint.definition?.actors
    const known: unknown = Object(actors)[src]
    if (known instanceof CompiledMachine) {
      this.#machines.set(actor, known)
      return { machine: known, input }
    }
    const made = standIn(id, this.#outcomes[src])
    this.#add(actor, made)
    return { machine: made }
  }

  #add(actor: string, made: Machine): void {
    this.#machines.set(actor, made)
    this.#standIns.add(made)
  }

  #record({ id, machine }: Actor, step: Step, event: EventObject | undefined): void {
    const handled = step.snapshot !== this.#snapshots.get(id)
    this.#snapshots.set(id, step.snapshot)
    for (const effect of step.effects) {
      if ('at' in effect && effect.at !== undefined) this.#planned.add(effect.at)
      if (effect.type === 'stop') this.#forget(`${id}.${effect.id}`)
    }
    if (step.snapshot.status === 'done' && id !== ROOT) this.#forget(id)
    if (this.#standIns.has(machine)) return
    if (this.steps.length >= this.#most) throw tooMany(this.#most)
    this.steps.push({ at: this.now, actor: nameOf(id), event, handled, ...step })
  }

  /** With a child go its children. */
  #forget(gone: string): void {
    for (const id of this.#snapshots.keys()) if (id === gone || id.startsWith(`${gone}.`)) this.#snapshots.delete(id)
  }
}

function tooMany(limit: number): HoldfastError<'too_large'> {
  const message = `The run takes more than ${limit} steps; let less happen, or less time pass`
  return new HoldfastError('too_large', message, { limit, actual: limit + 1, unit: 'steps' })
}

function idOf(child: string | undefined): string {
  return child === undefined ? ROOT : `${ROOT}.${child}`
}

function nameOf(id: string): string {
  return id.slice(ROOT.length + 1)
}
