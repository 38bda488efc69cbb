import type { EffectHandler, EffectHandlers, TimerHandlers } from '../runtime/index.ts'
import { MACHINE_KIND } from './address.ts'
import { Cascade } from './cascade.ts'
import type { DurableMachine, Implementation } from './durable.ts'
import type { Machines } from './machines.ts'
import { invokeQueue, performQueue, STORED_TIMERS, storedInvokeQueue, storedPerformQueue } from './queue.ts'
import { ring } from './ring.ts'

/** What the dispatcher is to run for machines: their actors and effects. */
export function effectHandlers(machines: Machines): EffectHandlers {
  const { actors = {}, effects = {} } = machines.stored.options
  return Object.fromEntries([
    ...[...machines.all].flatMap((each) => handlersOf(each, machines)),
    ...implemented(actors).map(([src, does]) => [storedInvokeQueue(src), answered(does, machines)] as const),
    ...implemented(effects).map(([name, does]) => [storedPerformQueue(name), running(does)] as const),
  ])
}

/**
 * What the dispatcher is to do when a timer of an instance is due. A process that knows no machines leaves them to others, but for those
 * whose definitions it can read in the store.
 */
export function timerHandlers(machines: Machines): TimerHandlers {
  const rings: TimerHandlers[string] = (tx, entity, timer) => ring(machines, tx, entity, timer)
  return { [STORED_TIMERS]: rings, ...(!machines.isEmpty && { [MACHINE_KIND]: rings }) }
}

function handlersOf(durable: DurableMachine, machines: Machines): [string, EffectHandler][] {
  const { actors = {}, effects = {} } = durable.options
  return [
    ...implemented(actors).map(([src, does]): [string, EffectHandler] => [invokeQueue(durable, src), answered(does, machines)]),
    ...implemented(effects).map(([name, does]): [string, EffectHandler] => [performQueue(durable, name), running(does)]),
  ]
}

function answered(does: Implementation, machines: Machines): EffectHandler {
  return { ...running(does), done: answering(machines) }
}

function implemented(named: Readonly<Record<string, Implementation | undefined>>): [string, Implementation][] {
  return Object.entries(named).flatMap(([name, does]) => (does === undefined ? [] : [[name, does]]))
}

function running(does: Implementation): EffectHandler {
  const { retry, timeout } = does
  return {
    run: (payload, context) => does.run(Object(payload).input, context),
    ...(retry !== undefined && { retry }),
    ...(timeout !== undefined && { timeout }),
  }
}

/** The step that an answer leads to is stored in the commit that records the answer: exactly once. */
function answering(machines: Machines): NonNullable<EffectHandler['done']> {
  return (tx, entity, effect) => {
    const cascade = Cascade.of(tx, machines)
    cascade.answer(entity.ref.id, String(Object(effect.payload).invoke), effect.id, effect)
    cascade.finish()
  }
}
