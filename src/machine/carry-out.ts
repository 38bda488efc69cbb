import type { Effect, ScheduleEffect, SendEffect, StartEffect } from '../statechart/index.ts'
import { childId, neighbour } from './address.ts'
import type { Post } from './delivery.ts'
import type { InstanceTx } from './instance-tx.ts'
import { invokeQueue, performQueue } from './queue.ts'
import { answerTimer, type PendingTimer, withInvoke, withoutInvoke, withoutTimer, withTimer } from './work.ts'

/** Does what a step asks for, in its order: timers and effects of the entity, deliveries to other instances. */
export function carryOut(post: Post, instance: InstanceTx, effects: readonly Effect[]): void {
  for (const effect of effects) {
    switch (effect.type) {
      case 'schedule':
        setTimer(post, instance, effect.id, effect)
        break
      case 'send':
        if (effect.at === undefined) sendNow(post, instance, effect)
        else setTimer(post, instance, effect.id ?? post.tx.id(), { ...effect, at: effect.at })
        break
      case 'cancel':
        cancelTimer(instance, effect.id)
        break
      case 'perform':
        instance.entity.effect(performQueue(instance.durable, effect.name), { input: effect.payload })
        break
      case 'start':
        start(post, instance, effect)
        break
      case 'stop':
        stop(post, instance, effect.id)
        break
      // Told with the step that asked for them.
      case 'emit':
      case 'log':
        break
    }
  }
}

function setTimer(
  { tx }: Post,
  instance: InstanceTx,
  id: string,
  { at, event, late, ...rest }: Pick<ScheduleEffect, 'at' | 'event' | 'late'> & { readonly target?: string },
): void {
  const timer: PendingTimer = {
    at,
    delay: Math.max(0, at - tx.now),
    event,
    ...(rest.target !== undefined && { target: rest.target }),
    ...(late !== undefined && { late }),
  }
  instance.work = withTimer(instance.work, id, timer)
  instance.setTimer(id, at)
}

function cancelTimer(instance: InstanceTx, id: string): void {
  const timer = instance.work.timers[id]
  if (timer === undefined) return
  instance.work = withoutTimer(instance.work, id)
  if (timer.rang === undefined) instance.entity.cancelTimer(id)
}

/** The receiver of a message: the parent, a running child, or another instance. */
function sendNow(post: Post, instance: InstanceTx, { id, target, event }: SendEffect): void {
  const { parent, invokes } = instance.work
  const from = instance.id
  if (target === 'parent' && parent !== undefined) {
    post.post({ do: 'send', to: parent.id, from, event: { ...event, invokeId: parent.invoke } as typeof event })
    return
  }
  const child = invokes[target]
  const to = child !== undefined && 'child' in child ? child.child : target === 'self' ? from : neighbour(from, target)
  post.post({ do: 'send', to, from, event, ...(id !== undefined && { sendid: id }) })
}

function start(post: Post, instance: InstanceTx, { id, src, input }: StartEffect): void {
  const { machine } = instance.durable
  const actor = machine.actors[src]
  if (actor === undefined || actor === 'external') {
    const payload = { invoke: id, ...(input !== undefined && { input }) }
    const effect = instance.entity.effect(invokeQueue(instance.durable, src), payload)
    instance.work = withInvoke(instance.work, id, { src, effect, ...(input !== undefined && { input }) })
    return
  }
  const child = childId(instance.id, id)
  instance.work = withInvoke(instance.work, id, { src, child })
  const parent = { id: instance.id, invoke: id }
  post.post({ do: 'start', to: child, durable: post.machines.known(actor, post.tx.principal), input, parent })
}

function stop(post: Post, instance: InstanceTx, id: string): void {
  const running = instance.work.invokes[id]
  if (running === undefined) return
  instance.work = withoutInvoke(instance.work, id)
  // An answer that waits to be given again is not wanted any more.
  for (const type of ['done', 'error']) cancelTimer(instance, answerTimer(`${type}.invoke.${id}`))
  if ('effect' in running) instance.entity.cancelEffect(running.effect)
  else post.post({ do: 'stop', to: running.child })
}
