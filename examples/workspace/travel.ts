import { type Step, type Story, said } from './story.ts'

interface Trip {
  readonly to: string
  readonly days: number
  readonly flight: string
  readonly hotel: string
  readonly price: number
}

/** A journey from the wish to the itinerary. */
function booking({ to, days, flight, hotel, price }: Trip): Step[] {
  return [
    {
      event: 'opened',
      set: { messages: [], trip: { to, days, travellers: 2 }, budget: price + 200, passport: `P-${to.length}88412${days}` },
    },
    said(0, 'user', `We want to go to ${to} for ${days} days, the two of us.`),
    {
      event: 'tool.called',
      data: { tool: 'search_flights', to },
      set: {
        offers: [
          { flight, price: price * 0.6 },
          { flight: 'slow', price: price * 0.45 },
        ],
      },
    },
    said(1, 'assistant', `The best flight is ${flight}. Shall I hold it?`),
    said(2, 'user', 'Yes, hold it.'),
    { event: 'flight.held', set: { 'trip.flight': { code: flight, held: true } } },
    { event: 'tool.called', data: { tool: 'search_hotels', to }, set: { 'trip.hotel': { name: hotel, nights: days - 1 } } },
  ]
}

export const travel: readonly Story[] = [
  {
    ...{ id: 'travel/lisbon', definition: 'travel', user: 'ines', tags: ['booked'], began: 5200, pace: 7 },
    steps: [
      ...booking({ to: 'Lisbon', days: 5, flight: 'TP 561', hotel: 'Casa da Graça', price: 920 }),
      { event: 'booked', set: { 'trip.reference': 'LIS5QX', paid: 920 } },
      { event: 'reminder.set', set: { 'trip.remindAt': new Date('2026-12-01T08:00:00Z') } },
      { event: 'finished', end: 'close' },
    ],
  },
  {
    ...{ id: 'travel/kyoto', definition: 'travel', user: 'ben', tags: ['planning'], began: 33, pace: 2 },
    steps: [
      ...booking({ to: 'Kyoto', days: 12, flight: 'LH 740', hotel: 'Ryokan Yachiyo', price: 3900 }),
      said(3, 'user', 'Could we stay in a ryokan for the first three nights only?'),
      { event: 'changed', set: { 'trip.hotel.nights': 3, 'trip.second': { name: 'Hotel Kanra', nights: 8 } } },
    ],
  },
  {
    ...{ id: 'travel/oslo', definition: 'travel', user: 'dana', tags: ['planning', 'train'], began: 610, pace: 3 },
    steps: [
      ...booking({ to: 'Oslo', days: 4, flight: 'SK 674', hotel: 'Hotel Bristol', price: 780 }),
      {
        event: 'changed',
        data: { why: 'by train' },
        set: { 'trip.train': { from: 'Hamburg', changes: 2 } },
        delete: ['trip.flight'],
      },
    ],
  },
]
