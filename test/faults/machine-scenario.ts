import { appendFileSync } from 'node:fs'
import type { Holdfast } from '../../src/holdfast.ts'
import { durable } from '../../src/machine/index.ts'
import { assign, defineMachine, setup } from '../../src/statechart/index.ts'

const PAUSE_MS = 5

/** A child machine with a timer. */
export const Packer = defineMachine({
  id: 'packer',
  types: {} as { context: { ticket: number }; input: number; output: number },
  context: ({ input }) => ({ ticket: input }),
  initial: 'packing',
  states: { packing: { after: { [PAUSE_MS]: 'packed' } }, packed: { type: 'final' } },
  output: ({ context }) => context.ticket,
})

/** Each ticket takes a message, invoked work, a child machine, a timer and an effect. */
export const Clerk = setup({
  types: {} as { context: { tickets: number; sum: number; packed: readonly number[] }; events: { type: 'NEXT' } },
  actors: { price: 'external', packer: Packer },
  effects: { mail: ({ context }) => context.tickets },
}).defineMachine({
  id: 'clerk',
  context: { tickets: 0, sum: 0, packed: [] },
  initial: 'idle',
  states: {
    idle: { on: { NEXT: 'pricing' } },
    pricing: {
      invoke: {
        src: 'price',
        id: 'price',
        input: ({ context }) => context.tickets,
        onDone: {
          target: 'packing',
          actions: assign(({ context, event }) => ({ sum: context.sum + Number(event.output) })),
        },
      },
    },
    packing: {
      invoke: {
        src: 'packer',
        id: 'pack',
        input: ({ context }) => context.tickets,
        onDone: {
          target: 'resting',
          actions: assign(({ context, event }) => ({ packed: [...context.packed, Number(event.output)] })),
        },
      },
    },
    resting: {
      entry: 'mail',
      after: { [PAUSE_MS]: { target: 'idle', actions: assign(({ context }) => ({ tickets: context.tickets + 1 })) } },
    },
  },
})

/** The machines of the scenario; each piece of work outside is written down with its idempotency key. */
export function scenario(ledger: string) {
  const note = (what: string, ticket: unknown, key: string): void => appendFileSync(ledger, `${what} ${ticket} ${key}\n`)
  return durable(Clerk, {
    actors: { price: { run: (ticket, { key }) => note('price', ticket, key) ?? Number(ticket) * 10 } },
    effects: { mail: { run: (ticket, { key }) => note('mail', ticket, key) ?? null } },
  })
}

/** Goes on with the scenario from wherever it stands. `acknowledged` is told of each message that is durable. */
export async function work(hf: Holdfast, tickets: number, acknowledged: (ticket: number) => void): Promise<void> {
  const clerk = hf.machine(Clerk, 'shop', 'clerk')
  await clerk.start()
  for (;;) {
    const { context } = await clerk.snapshot()
    const ticket = context.tickets
    if (ticket >= tickets) break
    // Asked again after a death: the key says whether it was done.
    await clerk.send({ type: 'NEXT' }, { key: `ticket-${ticket}` })
    acknowledged(ticket)
    await clerk.waitFor((moment) => moment.context.tickets > ticket)
  }
  while ((await hf.effects.list({ state: 'due' })).length > 0) await new Promise((resolve) => setTimeout(resolve, 5))
}
