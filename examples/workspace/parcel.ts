import { assign, setup } from 'holdfast/statechart'

const HOUR = 3_600_000

/** Where a parcel is, and who is asked when it is nowhere. */
export const parcel = setup({
  types: {} as {
    context: { readonly order: string; readonly scans: number }
    events: { type: 'HANDED_OVER' } | { type: 'SCANNED'; place: string } | { type: 'DELIVERED' } | { type: 'FOUND' }
    input: { order: string }
    tags: 'moving' | 'late' | 'over'
  },
  actions: { count: assign({ scans: ({ context }) => context.scans + 1 }) },
  effects: { askCarrier: ({ context }) => ({ order: context.order }) },
}).defineMachine({
  id: 'parcel',
  description: 'A parcel on its way to a customer.',
  context: ({ input }) => ({ order: input.order, scans: 0 }),
  initial: 'packed',
  states: {
    packed: { on: { HANDED_OVER: 'travelling' }, after: { [24 * HOUR]: 'late' } },
    travelling: {
      tags: 'moving',
      instructions: 'Say where the parcel was seen last. Do not promise a day.',
      on: { SCANNED: { target: 'travelling', reenter: true, actions: 'count' }, DELIVERED: 'delivered' },
      after: { [72 * HOUR]: 'late' },
    },
    late: {
      tags: 'late',
      entry: 'askCarrier',
      instructions: 'Say that the carrier was asked, and offer a new parcel.',
      tools: ['send_again'],
      on: { FOUND: { target: 'travelling', actions: 'count' }, DELIVERED: 'delivered' },
      after: { [168 * HOUR]: 'lost' },
    },
    delivered: { type: 'final', tags: 'over' },
    lost: { type: 'final', tags: 'over' },
  },
})
