import { HoldfastError } from '../core/index.ts'
import { type Described, describe, type Outcome, type Tx } from '../runtime/index.ts'
import type { EventObject, PlatformEvent } from '../statechart/index.ts'
import { addressOf } from './address.ts'
import { carryOut } from './carry-out.ts'
import type { Delivery, Post } from './delivery.ts'
import type { DurableMachine, Unhandled } from './durable.ts'
import { InstanceTx, type Moved, missing } from './instance-tx.ts'
import type { Machines } from './machines.ts'
import { recordStep } from './recorded-step.ts'
import { answerTimer, type Work, withoutInvoke, withTimer } from './work.ts'

/** More deliveries than this in one commit are taken to be without end. */
export const MOST_DELIVERIES = 100

/**
 * All that one event leads to, in one commit: the step of the instance it was for, and of those that hear of it, in the order things
 * were sent (breadth first), so that messages of one sender arrive in their order.
 */
export class Cascade implements Post {
  readonly tx: Tx
  readonly machines: Machines
  readonly #instances = new Map<string, InstanceTx>()
  readonly #queue: Delivery[] = []
  #delivered = 0

  /** The one of a decision: whoever changes instances in it sees what others have done to them. */
  static of(tx: Tx, machines: Machines): Cascade {
    return tx.shared(Cascade, () => new Cascade(tx, machines))
  }

  private constructor(tx: Tx, machines: Machines) {
    this.tx = tx
    this.machines = machines
  }

  /** The instance of that id; the same one each time. */
  instance(id: string): InstanceTx {
    const known = this.#instances.get(id)
    if (known !== undefined) return known
    const made = new InstanceTx(this.tx, this.machines, id)
    this.#instances.set(id, made)
    return made
  }

  /** Starts an instance; false when it is there already. */
  start(id: string, durable: DurableMachine, input: unknown): boolean {
    if (this.instance(id).exists) return false
    const instance = this.#claimed(id)
    this.#follow(instance, instance.begin(durable, input, undefined))
    this.#run()
    return true
  }

  /**
   * Gives an instance an event; true when a transition took it.
   * @throws not_found, needs_migration; conflict where the machine rejects what it cannot handle; invalid when its content throws
   */
  send(id: string, event: EventObject, from?: string): boolean {
    const instance = this.#claimed(id)
    const moved = this.#step(instance, event, from)
    this.#follow(instance, moved)
    this.#run()
    return moved.handled
  }

  /** Lets today's definition take over what another one has stored. @throws needs_migration */
  adopt(instance: InstanceTx): void {
    carryOut(this, instance, instance.adopt())
  }

  /** Gives an instance the event of its own timer. What no transition takes by then is nobody's fault. */
  ring(instance: InstanceTx, event: EventObject): void {
    this.#follow(instance, this.#step(instance, event, undefined, 'ignore'))
    this.#run()
  }

  /** Hands on a message that an instance had delayed. */
  forward(instance: InstanceTx, target: string, event: EventObject): void {
    carryOut(this, instance, [{ type: 'send', target, event }])
    this.#run()
  }

  /** Stops an instance and the children it runs. @throws not_found */
  stop(id: string): void {
    const instance = this.instance(id)
    if (!instance.exists) throw missing(id)
    this.#halt(instance)
    this.#run()
  }

  /** Deletes an instance, with the children it runs. @throws not_found */
  destroy(id: string): void {
    const instance = this.instance(id)
    if (!instance.exists) throw missing(id)
    for (const running of Object.values(instance.work.invokes))
      if ('child' in running && this.instance(running.child).exists) this.destroy(running.child)
    instance.destroy()
  }

  /** Ends instances with the session they live in: they move no more, or are gone. */
  end(ids: Iterable<string>, how: 'close' | 'destroy'): void {
    for (const id of ids) {
      const instance = this.instance(id)
      if (!instance.exists) continue
      if (how === 'destroy') this.destroy(id)
      else if (!instance.isOver) this.#halt(instance)
      // Its children are among them, or follow: that is no circle of messages.
      this.#delivered = 0
      this.#run()
    }
  }

  /** Instances of a session that this decision has looked at. */
  idsIn(session: string): string[] {
    return [...this.#instances.keys()].filter((id) => addressOf(id).session === session)
  }

  /** Those that can still be moved. */
  living(ids: Iterable<string>): InstanceTx[] {
    return [...ids].map((id) => this.instance(id)).filter((instance) => instance.exists && !instance.isOver)
  }

  /** Puts a delivery behind those that wait. */
  post(delivery: Delivery): void {
    this.#queue.push(delivery)
  }

  /** Writes what all instances came to. */
  finish(): void {
    for (const instance of this.#instances.values()) instance.finish()
  }

  #run(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (++this.#delivered > MOST_DELIVERIES) throw endless(next)
      this.#deliver(next)
    }
  }

  /** Whoever cannot take a delivery does not undo those that sent it; what it has taken is carried out, or nothing at all is stored. */
  #deliver(delivery: Delivery): void {
    let moved: Moved
    try {
      moved = this.#move(this.#claimed(delivery.to), delivery)
    } catch (error) {
      this.#failed(delivery, describe(error))
      return
    }
    this.#follow(this.instance(delivery.to), moved)
  }

  #move(instance: InstanceTx, delivery: Delivery): Moved {
    if (delivery.do === 'start') return this.#enter(instance, delivery.durable, delivery.input, delivery.parent)
    if (delivery.do !== 'stop') return this.#step(instance, delivery.event, delivery.from, lenience(delivery))
    this.#halt(instance)
    return { handled: false, effects: [] }
  }

  /** The instance, if it may be changed. @throws forbidden */
  #claimed(id: string): InstanceTx {
    const instance = this.instance(id)
    instance.claim()
    return instance
  }

  /** A child begins anew where it was; an instance that somebody else has started there is not its to replace. */
  #enter(instance: InstanceTx, durable: DurableMachine, input: unknown, parent: Work['parent']): Moved {
    if (instance.exists) {
      if (instance.work.parent?.id !== parent?.id) throw occupied(instance.id)
      this.#halt(instance)
    }
    return instance.begin(durable, input, parent)
  }

  #step(instance: InstanceTx, event: EventObject, from: string | undefined, policy?: Unhandled): Moved {
    this.adopt(instance)
    const moved = instance.take(event, from)
    if (moved.handled) instance.work = withoutAnswered(instance.work, event)
    else unhandled(instance, event, from, policy)
    return moved
  }

  #follow(instance: InstanceTx, { handled, effects }: Moved): void {
    carryOut(this, instance, effects)
    if (handled) this.#concluded(instance)
  }

  /** A machine that is done leaves nothing behind, and tells the one that started it. */
  #concluded(instance: InstanceTx): void {
    if (instance.snapshot.status !== 'done') return
    this.#release(instance)
    const { parent } = instance.work
    const { output } = instance.snapshot
    if (parent === undefined) return
    const event = { type: `done.invoke.${parent.invoke}`, invokeId: parent.invoke, ...(output !== undefined && { output }) }
    this.post({ do: 'answer', to: parent.id, event, from: instance.id })
  }

  #halt(instance: InstanceTx): void {
    if (!instance.exists || instance.work.stopped === true) return
    // What it has sent and nobody has taken yet is not wanted any more (SCXML 1.0, 6.4.3).
    const kept = this.#queue.filter((each) => !('from' in each) || each.from !== instance.id)
    this.#queue.splice(0, this.#queue.length, ...kept)
    this.#release(instance)
    instance.work = { ...instance.work, stopped: true }
    instance.note({ event: { type: 'stop' } })
  }

  /** Ends timers, effects and children. */
  #release(instance: InstanceTx): void {
    const { timers, invokes, ...rest } = instance.work
    const ends = [
      ...Object.keys(timers).map((id) => ({ type: 'cancel', id }) as const),
      ...Object.keys(invokes).map((id) => ({ type: 'stop', id }) as const),
    ]
    carryOut(this, instance, ends)
    instance.work = ends.length === 0 ? instance.work : { ...rest, timers: {}, invokes: {} }
  }

  #failed(delivery: Delivery, failed: Described): void {
    if (delivery.do === 'start') {
      const { id, invoke } = delivery.parent
      const event = { type: `error.invoke.${invoke}`, invokeId: invoke, error: failed }
      this.post({ do: 'answer', to: id, event })
    } else if (delivery.do === 'answer') this.keep(delivery.to, delivery.event, failed)
    else if (delivery.do === 'send') this.#bounced(delivery, failed)
  }

  /** SCXML 1.0, 6.2.4: a message that cannot be delivered is an error of its sender. */
  #bounced({ to, from, event, sendid }: Delivery & { do: 'send' }, failed: Described): void {
    const receiver = this.#instances.get(to)
    if (receiver?.exists === true && receiver.isClaimed) receiver.note(recordStep(event, { from, failed }))
    if (event.type === COMMUNICATION) return
    const error = { type: COMMUNICATION, error: failed, target: to, ...(sendid !== undefined && { sendid }) }
    // An error of the sender's own comes before what others have for it.
    this.#queue.unshift({ do: 'send', to: from, from: to, event: error })
  }

  /** An answer that cannot be taken now is given again: at once and with the runtime's patience, then it is a dead timer, for all to see. */
  keep(id: string, event: EventObject, failed: Described): void {
    const instance = this.instance(id)
    if (!instance.exists) return
    const name = answerTimer(event.type)
    const at = this.tx.now
    instance.note(recordStep(event, { failed }))
    instance.work = withTimer(instance.work, name, { at, delay: 0, event })
    instance.setTimer(name, at)
  }

  /** Tells an instance what the effect of one of its `invoke`s came to; nothing happens when it is not waited for any more. */
  answer(id: string, invoke: string, effect: string, outcome: Outcome): void {
    const instance = this.instance(id)
    const running = instance.work.invokes[invoke]
    if (running === undefined || !('effect' in running) || running.effect !== effect) return
    const event = outcome.ok
      ? { type: `done.invoke.${invoke}`, invokeId: invoke, output: outcome.value }
      : { type: `error.invoke.${invoke}`, invokeId: invoke, error: describe(outcome.error) }
    this.post({ do: 'answer', to: id, event })
    this.#run()
  }
}

function unhandled(instance: InstanceTx, event: EventObject, from: string | undefined, policy?: Unhandled): void {
  const does = policy ?? instance.durable.options.unhandled ?? 'record'
  if (does === 'reject') throw rejected(instance, event)
  if (does === 'record') instance.note(recordStep(event, { ...(from !== undefined && { from }), unhandled: true }))
}

/** What the platform says is not refused: nobody could do anything about that. */
function lenience(delivery: Delivery & { readonly event: EventObject }): Unhandled | undefined {
  if (delivery.do === 'answer') return 'ignore'
  return delivery.event.type === COMMUNICATION ? 'record' : undefined
}

/** A child that has answered runs no more. */
function withoutAnswered(work: Work, event: PlatformEvent): Work {
  const { type, invokeId } = event
  const isAnswer = invokeId !== undefined && (type === `done.invoke.${invokeId}` || type === `error.invoke.${invokeId}`)
  return isAnswer ? withoutInvoke(work, invokeId) : work
}

const COMMUNICATION = 'error.communication'

function endless({ to }: Delivery): HoldfastError<'too_large'> {
  const message = `One event led to more than ${MOST_DELIVERIES} deliveries between machines, the next one to ${to}; break the circle, or delay a message`
  return new HoldfastError('too_large', message, { limit: MOST_DELIVERIES, actual: MOST_DELIVERIES + 1, unit: 'deliveries' })
}

function rejected({ id, snapshot }: InstanceTx, { type }: EventObject): HoldfastError<'conflict'> {
  const message = `Machine ${id} is in ${snapshot.states.join(', ')} and takes no ${type} there`
  return new HoldfastError('conflict', message, { entity: id })
}

function occupied(id: string): HoldfastError<'conflict'> {
  const message = `An instance ${id} is there that somebody else has started; name it, or the invoke, otherwise`
  return new HoldfastError('conflict', message, { entity: id })
}
