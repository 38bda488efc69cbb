import { assign, raise, sendTo, setup } from '../definition/index.ts'
import { errorInvoke } from '../event.ts'
import type { Machine } from '../machine.ts'
import type { Outcome } from './script.ts'

type Told =
  | { readonly type: 'stand-in.done'; readonly output: unknown }
  | { readonly type: 'stand-in.fail'; readonly error: unknown }

/** How a stand-in is made to end. */
export const DONE = 'stand-in.done'
export const FAIL = 'stand-in.fail'

/**
 * Takes the place of a child that is no machine: it waits until it is told how it ends, or ends as planned, and hears everything else
 * without a reaction.
 */
export function standIn(invokeId: string, planned: Outcome | undefined): Machine {
  const tell = planned === undefined ? [] : [raise(endOf(planned), { delay: planned.after ?? 0 })]
  return setup({ types: {} as { context: { output?: unknown }; events: Told } }).defineMachine({
    id: 'stand-in',
    context: {},
    initial: 'waiting',
    states: {
      waiting: {
        entry: tell,
        on: {
          [DONE]: { target: 'done', actions: assign(({ event }) => ({ output: event.output })) },
          [FAIL]: { target: 'failed', actions: sendTo('parent', ({ event }) => ({ ...event, type: errorInvoke(invokeId) })) },
        },
      },
      done: { type: 'final', output: ({ context }) => context.output },
      failed: {},
    },
  })
}

function endOf(planned: Outcome): Told {
  return 'error' in planned ? { type: FAIL, error: planned.error } : { type: DONE, output: planned.output }
}
