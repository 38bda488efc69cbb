import type { Effect, SendEffect, StartEffect } from './effect.ts'
import { doneInvoke, type EventObject, errorInvoke, type PlatformEvent } from './event.ts'
import type { Machine } from './machine.ts'
import type { Snapshot } from './snapshot.ts'
import { initial, type Step, step } from './step.ts'
import { Timetable } from './timetable.ts'

/** A machine that runs in a system. */
export interface Actor {
  /** Unique in the system; of a child, its parent's and the id it was invoked by, joined by a dot. */
  readonly id: string
  readonly machine: Machine
  readonly snapshot: Snapshot
  readonly parent: { readonly actor: Actor; readonly invokeId: string } | undefined
}

/** What a system is told about the world. */
export interface SystemOptions {
  /** The machine, and its input, that a child is; undefined when there is none: its parent gets `error.invoke.<id>`. */
  readonly start?: (effect: StartEffect, id: string) => { readonly machine: Machine; readonly input?: unknown } | undefined
  /** Sees every step, the first of each actor included. */
  readonly observe?: (actor: Actor, step: Step, event: EventObject | undefined) => void
  /** Who a target stands for, beside `self`, `parent` and children: the id of an actor. */
  readonly address?: (target: string) => string | undefined
  /** Milliseconds since the Unix epoch to begin at; 0 unless said. */
  readonly now?: number
}

/** Steps in one call beyond this are taken to be without end. */
const MOST_STEPS = 100_000

interface Running extends Actor {
  snapshot: Snapshot
  readonly children: Map<string, Running>
  /** What its own step could not deliver comes before what others send. */
  readonly first: EventObject[]
}

/**
 * Machines that run together, with their children, messages and timers, under a clock that stands still until it is turned. Nothing
 * in it waits or is random: the same calls give the same history.
 */
export class System {
  readonly #options: SystemOptions
  readonly #actors = new Map<string, Running>()
  #queue: (readonly [to: Running, event: EventObject, from?: Running])[] = []
  readonly #timers = new Timetable<Running>()
  #now: number
  #steps = 0

  constructor(options: SystemOptions = {}) {
    this.#options = options
    this.#now = options.now ?? 0
  }

  get now(): number {
    return this.#now
  }

  /** Starts a machine and lets everything come to rest that can without time passing. */
  start(machine: Machine, id: string, input?: unknown): Actor {
    const actor = this.#enter(machine, id, input, undefined)
    this.#work()
    return actor
  }

  /** Gives an actor an event, and lets everything come to rest. */
  send(id: string, event: EventObject): void {
    const actor = this.#actors.get(id)
    if (actor !== undefined) this.#queue.push([actor, event])
    this.#work()
  }

  /** Turns the clock on by `ms`; timers go off at their moments, in order. */
  advance(ms: number): void {
    const until = this.#now + ms
    for (let due = this.#timers.take(until); due !== undefined; due = this.#timers.take(until)) {
      this.#now = Math.max(this.#now, due.at)
      due.deliver()
      this.#work()
    }
    this.#now = until
  }

  #work(): void {
    this.#steps = 0
    for (;;) {
      const urgent = [...this.#actors.values()].find(({ first }) => first.length > 0)
      const next = urgent === undefined ? this.#queue.shift() : undefined
      const to = urgent ?? next?.[0]
      const event = urgent?.first.shift() ?? next?.[1]
      if (to === undefined || event === undefined || ++this.#steps > MOST_STEPS) return
      if (this.#actors.get(to.id) === to) this.#take(to, step(to.snapshot, event, this.#now), event)
    }
  }

  #enter(machine: Machine, id: string, input: unknown, parent: Actor['parent']): Running {
    const begun = initial(machine, this.#now, input)
    const actor: Running = { id, machine, snapshot: begun.snapshot, parent, children: new Map(), first: [] }
    this.#actors.set(id, actor)
    this.#take(actor, begun, undefined)
    return actor
  }

  #take(actor: Running, taken: Step, event: EventObject | undefined): void {
    actor.snapshot = taken.snapshot
    this.#options.observe?.(actor, taken, event)
    for (const effect of taken.effects) this.#perform(actor, effect)
    if (taken.snapshot.status === 'done') this.#finish(actor)
  }

  #perform(actor: Running, effect: Effect): void {
    if (effect.type === 'send') this.#send(actor, effect)
    else if (effect.type === 'schedule') {
      this.#timers.set(effect.at, actor, effect.id, () => this.#queue.push([actor, effect.event]))
    } else if (effect.type === 'cancel') this.#timers.cancel(actor, effect.id)
    else if (effect.type === 'start') this.#invoke(actor, effect)
    else if (effect.type === 'stop') this.#stop(actor.children.get(effect.id))
  }

  /** What a stopped child has sent and nobody has processed yet is dropped (SCXML 1.0, 6.4.3). */
  #stop(child: Running | undefined): void {
    if (child === undefined) return
    this.#queue = this.#queue.filter(([, , from]) => from !== child)
    this.#remove(child)
  }

  #send(from: Running, effect: SendEffect): void {
    if (effect.at === undefined) this.#deliver(from, effect)
    else this.#timers.set(effect.at, from, effect.id, () => this.#deliver(from, effect))
  }

  #deliver(from: Running, { target, event, id }: SendEffect): void {
    const to = this.#find(from, target)
    if (to === undefined) {
      // SCXML 1.0, 6.2.4: the sender learns that there is nobody, and of which message.
      const error = `there is nobody called ${target}`
      from.first.push({ type: 'error.communication', error, ...(id !== undefined && { sendid: id }) } as PlatformEvent)
      return
    }
    const isOfChild = from.parent?.actor === to
    this.#queue.push([to, isOfChild ? ({ ...event, invokeId: from.parent?.invokeId } as PlatformEvent) : event, from])
  }

  #find(from: Running, target: string): Running | undefined {
    if (target === 'self') return from
    if (target === 'parent') return from.parent === undefined ? undefined : this.#actors.get(from.parent.actor.id)
    return from.children.get(target) ?? this.#actors.get(this.#options.address?.(target) ?? target)
  }

  #invoke(parent: Running, effect: StartEffect): void {
    const id = `${parent.id}.${effect.id}`
    try {
      const found = this.#options.start?.(effect, id)
      if (found === undefined) throw new ChildMissing(effect.src)
      const child = this.#enter(found.machine, id, found.input, { actor: parent, invokeId: effect.id })
      if (this.#actors.get(id) === child) parent.children.set(effect.id, child)
    } catch (error) {
      parent.first.push({ type: errorInvoke(effect.id), invokeId: effect.id, error } as PlatformEvent)
    }
  }

  #finish(actor: Running): void {
    this.#remove(actor)
    if (actor.parent === undefined) return
    const { invokeId } = actor.parent
    const parent = this.#actors.get(actor.parent.actor.id)
    const done: PlatformEvent = { type: doneInvoke(invokeId), invokeId, output: actor.snapshot.output }
    if (parent !== undefined) this.#queue.push([parent, done])
  }

  #remove(actor: Running | undefined): void {
    if (actor === undefined) return
    for (const child of actor.children.values()) this.#remove(child)
    this.#timers.forget(actor)
    if (this.#actors.get(actor.id) === actor) this.#actors.delete(actor.id)
    const parent = actor.parent === undefined ? undefined : this.#actors.get(actor.parent.actor.id)
    if (actor.parent !== undefined && parent?.children.get(actor.parent.invokeId) === actor)
      parent.children.delete(actor.parent.invokeId)
  }
}

/** Why a child could not be started. */
class ChildMissing {
  readonly message: string

  constructor(src: string) {
    this.message = `there is nothing called ${src} to start`
  }
}
