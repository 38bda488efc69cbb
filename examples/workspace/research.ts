import type { Step, Story } from './story.ts'

/** A question followed through its sources: each is found, read and noted. */
function reading(question: string, sources: readonly (readonly [string, string])[]): Step[] {
  const steps: Step[] = [
    {
      event: 'asked',
      data: { question },
      set: { question, plan: ['search', 'read', 'compare', 'write'], sources: [], notes: {}, step: 'search' },
    },
  ]
  for (const [i, [title, note]] of sources.entries()) {
    const url = `https://library.example/${title.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`
    steps.push({ event: 'source.found', set: { [`sources[${i}]`]: { title, url, read: false } } })
    steps.push({
      event: 'source.read',
      data: { title },
      set: { [`sources[${i}].read`]: true, [`notes["${title}"]`]: note, step: 'read', tokens: 1800 + i * 1250 },
    })
  }
  return steps
}

const heatPumps = reading('How much do heat pumps lower the gas demand of old houses?', [
  ['Field trial of 700 homes', 'Seasonal performance 2.8 at the median; the worst tenth stays below 2.2.'],
  ['Insulation first or last', 'Insulating first saves more a house, but fewer houses are done in a year.'],
  ['Grid operators on winter peaks', 'The peak grows by 7 GW at 6 million pumps; storage halves that.'],
  ['Price of gas and power', 'Pays where power costs less than three times what gas costs.'],
  ['Installers and their training', 'Half of the bad results go back to radiators that were not measured.'],
])

export const research: readonly Story[] = [
  {
    ...{ id: 'research/heat-pumps', definition: 'research', user: 'mira', tags: ['energy', 'report'], began: 1450, pace: 4 },
    steps: [
      ...heatPumps,
      {
        event: 'compared',
        set: { step: 'write', findings: ['2.8 times as efficient', 'radiators decide', 'winter peak needs storage'] },
      },
      {
        event: 'draft.written',
        set: {
          draft: 'Heat pumps lower the gas demand of old houses by about 70 % where radiators are large enough.',
          words: 1240,
        },
      },
      { event: 'finished', set: { step: 'done', confidence: 0.82 }, end: 'close' },
    ],
  },
  {
    ...{ id: 'research/battery-recycling', definition: 'research', user: 'mira', tags: ['energy'], began: 65, pace: 3 },
    steps: reading('Which batteries are worth recycling today?', [
      ['Hydrometallurgy in practice', 'Recovers 95 % of cobalt and nickel; lithium at 80 %.'],
      ['What LFP cells are worth', 'Little: iron and phosphate do not pay for the work.'],
      ['Second life in storage', 'Works above 70 % of the first capacity, if the packs are alike.'],
      ['Rules from 2027', 'A passport for each battery above 2 kWh.'],
    ]),
  },
  {
    ...{ id: 'research/tea-market', definition: 'research', user: 'omar', tags: ['market'], began: 4300, pace: 6 },
    steps: [
      ...reading('Who buys loose tea online, and why?', [
        ['Survey of 2,000 buyers', 'Taste first, then origin; price comes fourth.'],
        ['Forum threads of a year', 'Complaints are about stale tea and small tins.'],
        ['Return rates', '1.2 %, half of the trade.'],
      ]),
      { event: 'paused', set: { step: 'compare', reason: 'waits for the figures of the second quarter' } },
    ],
  },
]
