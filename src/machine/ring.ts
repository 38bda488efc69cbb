import { HoldfastError } from '../core/index.ts'
import type { EntityTx, Tx } from '../runtime/index.ts'
import { Cascade } from './cascade.ts'
import { EXPIRY_TIMER } from './expiry.ts'
import type { InstanceTx } from './instance-tx.ts'
import { ringOf } from './lateness.ts'
import type { Machines } from './machines.ts'
import { lookAtExpiry } from './tree.ts'
import { type PendingTimer, withoutTimer, withTimer } from './work.ts'

/** A timer of an instance whose definition does not fit waits, and looks again after this. */
const LOOK_AGAIN_MS = 60_000

/** What is decided when a timer of an instance is due. @throws what the step throws: the runtime rings again, and at last shows it dead */
export function ring(
  machines: Machines,
  tx: Tx,
  entity: EntityTx,
  { name, data }: { readonly name: string; readonly data: unknown },
): void {
  const cascade = Cascade.of(tx, machines)
  if (name === EXPIRY_TIMER) lookAtExpiry(cascade, entity)
  else rung(cascade, entity, { name, data })
}

function rung(cascade: Cascade, entity: EntityTx, { name, data }: { readonly name: string; readonly data: unknown }): void {
  const { tx } = cascade
  const instance = cascade.instance(entity.ref.id)
  if (!awaits(instance, name, data)) return
  if (isStuck(cascade, instance)) entity.timer(name, tx.now + LOOK_AGAIN_MS, data)
  else if (awaits(instance, name, data)) due(cascade, instance, name, instance.work.timers[name])
  cascade.finish()
}

/** False when it was set anew, cancelled or has rung meanwhile: this one is of the past. */
function awaits({ work }: InstanceTx, name: string, data: unknown): boolean {
  const timer = work.timers[name]
  return timer !== undefined && timer.rang === undefined && timer.at === Object(data).at
}

/** Adopts what another version has stored, which may change the timers; true when it does not fit. */
function isStuck(cascade: Cascade, instance: InstanceTx): boolean {
  try {
    cascade.adopt(instance)
    return false
  } catch (error) {
    if (HoldfastError.is(error, 'needs_migration')) return true
    throw error
  }
}

function due(cascade: Cascade, instance: InstanceTx, name: string, timer: PendingTimer | undefined): void {
  if (timer === undefined) return
  const { now } = cascade.tx
  const ringing = ringOf(timer, now, instance.durable.options.lateAfter)
  if (ringing.do === 'restart') {
    instance.work = withTimer(instance.work, name, { ...timer, at: ringing.again })
    instance.setTimer(name, ringing.again)
    instance.note({ event: { type: 'timer.restarted' }, timer: name })
    return
  }
  instance.work = hasRung(instance, name, timer)
  if (ringing.do === 'drop') instance.note({ event: { type: 'timer.dropped' }, timer: name })
  else if (timer.target === undefined) cascade.ring(instance, timer.event)
  else cascade.forward(instance, timer.target, timer.event)
}

/** A timer of a state is kept until the state is left. */
function hasRung({ work }: InstanceTx, name: string, timer: PendingTimer): InstanceTx['work'] {
  return timer.event.type === name && name.startsWith('after.')
    ? withTimer(work, name, { ...timer, rang: true })
    : withoutTimer(work, name)
}
