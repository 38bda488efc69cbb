import { type Step, type Story, said } from './story.ts'

/** A ticket about an order that arrived broken, up to the refund. */
function refund(order: string, item: string, price: number): Step[] {
  return [
    {
      event: 'opened',
      set: { messages: [], order: { number: order, item, price, status: 'delivered' }, card: `tok_${order}_4242`, attempts: 0 },
    },
    said(0, 'user', `Hi, the ${item} from order ${order} arrived broken. I would like my money back.`),
    { event: 'tool.called', data: { tool: 'find_order', order }, set: { 'order.checked': true } },
    said(1, 'assistant', `I am sorry to hear that. Shall I refund the ${price} euros to the card you paid with?`),
    said(2, 'user', 'Yes, please.'),
    {
      event: 'refund.requested',
      data: { order, amount: price },
      set: { attempts: 1, waitingFor: 'refund' },
      effect: ['refund', { order, amount: price }],
    },
  ]
}

export const support: readonly Story[] = [
  {
    ...{ id: 'support/order-1042', definition: 'support', user: 'ann', tags: ['refund', 'vip'], began: 190, pace: 2 },
    steps: [
      ...refund('1042', 'coffee grinder', 89),
      { event: 'refund.done', set: { refund: { reference: 'R-1042-1', amount: 89 }, solved: true }, delete: ['waitingFor'] },
      said(3, 'assistant', 'Done: the 89 euros are on their way. Is there anything else I can do?'),
      said(4, 'user', 'No, thank you. That was quick.'),
      { event: 'closed', set: { rating: 5 }, end: 'close' },
    ],
  },
  {
    ...{ id: 'support/order-1077', definition: 'support', user: 'ben', tags: ['refund'], began: 95, pace: 3 },
    steps: [
      ...refund('1077', 'espresso machine', 640).slice(0, 5),
      {
        event: 'approval.requested',
        data: { limit: 500, amount: 640 },
        set: { waitingFor: 'approval', approval: { amount: 640, limit: 500, asked: 'team-lead' } },
        tag: 'waiting',
      },
      said(3, 'assistant', 'A refund of this amount needs a colleague of mine. I will write as soon as it is approved.'),
    ],
  },
  {
    ...{ id: 'support/order-1101', definition: 'support', user: 'cleo', tags: ['refund', 'escalated'], began: 52, pace: 2 },
    steps: [
      ...refund('1101', 'milk frother', 34),
      {
        event: 'note',
        set: { note: 'The payment provider has no such card; ask for another one.' },
        effect: ['refund_declined', { order: '1101', amount: 34 }],
      },
      said(3, 'assistant', 'The bank has declined the refund. May I ask for another card or an IBAN?'),
    ],
  },
  {
    ...{ id: 'support/chat-8816', definition: 'support', user: 'dana', tags: ['question'], began: 2900, pace: 1, ttl: 1440 },
    steps: [
      { event: 'opened', set: { messages: [] } },
      said(0, 'user', 'Do you ship to Norway?'),
      said(1, 'assistant', 'We do: five working days, 12 euros, duties included.'),
      said(2, 'user', 'And how long is the warranty?'),
      said(3, 'assistant', 'Two years on everything that has a plug.'),
    ],
  },
  {
    ...{ id: 'support/order-1123', definition: 'support', user: 'ann', tags: ['delivery'], began: 14, pace: 2 },
    steps: [
      { event: 'opened', set: { messages: [], order: { number: '1123', item: 'filter papers', price: 6, status: 'shipped' } } },
      said(0, 'user', 'Where is my parcel? It should have been here on Monday.'),
      {
        event: 'tool.called',
        data: { tool: 'track_parcel' },
        set: { waitingFor: 'carrier' },
        effect: ['track_parcel', { order: '1123' }],
      },
    ],
  },
]
