import { durable } from '../../src/machine/index.ts'
import { assign, setup } from '../../src/statechart/index.ts'

const REST_MS = 200

/** Each round takes an event, work outside, and a timer; the context tells what of it has come back, in which order. */
export const Order = setup({
  types: {} as { context: { rounds: number; answers: readonly number[]; rests: number }; events: { type: 'GO' } },
  actors: { work: 'external' },
}).defineMachine({
  id: 'order',
  context: { rounds: 0, answers: [], rests: 0 },
  initial: 'idle',
  states: {
    idle: {
      on: { GO: { target: 'working', actions: assign(({ context }) => ({ rounds: context.rounds + 1 })) } },
    },
    working: {
      invoke: {
        src: 'work',
        id: 'work',
        input: ({ context }) => context.rounds,
        onDone: {
          target: 'resting',
          actions: assign(({ context, event }) => ({ answers: [...context.answers, Number(event.output)] })),
        },
      },
    },
    resting: {
      after: { [REST_MS]: { target: 'idle', actions: assign(({ context }) => ({ rests: context.rests + 1 })) } },
    },
  },
})

/** The machine with somebody who does its work, and answers with the round he was asked for. */
export function orders(work: () => Promise<void>) {
  const run = async (round: unknown): Promise<unknown> => {
    await work()
    return round
  }
  return durable(Order, { actors: { work: { run, retry: { attempts: 1000, backoff: 10, maxBackoff: 1000 } } } })
}
