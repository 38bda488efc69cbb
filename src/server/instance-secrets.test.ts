import { expect, it } from 'vitest'
import { durable } from '../machine/index.ts'
import { assign, emit, log, setup } from '../statechart/index.ts'
import { createMemoryEngine } from '../store/index.ts'
import { openSite, type Site, until } from './site.testing.ts'

const SECRET = '4242-4242-4242'
const OLDER = '1111-1111-1111'

const pay = setup({
  types: {} as {
    context: { card: { number: string; name: string } }
    events: { type: 'CARD'; card: { number: string } } | { type: 'SAY'; text: string } | { type: 'DONE' }
    input: { card: { number: string; name: string } }
    output: { told: string }
  },
  actors: { charge: 'external' },
}).defineMachine({
  id: 'pay',
  context: ({ input }) => ({ card: input.card }),
  initial: 'asking',
  states: {
    asking: {
      on: {
        CARD: {
          actions: [
            assign({ card: ({ context, event }) => ({ ...context.card, number: event.card.number }) }),
            emit(({ context }) => ({ type: 'CARD_KNOWN', card: context.card, note: `card ${context.card.number}` })),
            log(({ context }) => `now ${context.card.number}`),
          ],
        },
        DONE: 'paid',
      },
    },
    paid: { type: 'final', output: ({ context }) => ({ told: `by ${context.card.number}` }) },
  },
})

const definition = {
  id: 'json',
  secret: ['card.number'],
  context: { card: { expr: 'input.card' } },
  initial: 'asking',
  states: {
    asking: { on: { CARD: { actions: { assign: { card: 'event.card' } } }, SAY: { actions: { log: { expr: 'event.text' } } } } },
  },
}

const machines = [durable(pay, { secret: ['card.number'], actors: { charge: { run: () => null } } })]
const at = (name: string) => `/v1/instances/s%2F${name}`
const input = { card: { number: OLDER, name: 'Ann' } }

/** Starts an instance, tells it a card twice, and repeats both in words it does not know. */
async function drive(site: Site, machine: string): Promise<string> {
  const send = async (body: object) => (await site.ask('POST', `${at(machine)}/events`, { body })).text
  const texts = [
    (await site.ask('PUT', at(machine), { body: { machine, input } })).text,
    await send({ type: 'CARD', card: { number: SECRET, name: 'Ann' } }),
    await send({ type: 'SAY', text: `it is ${SECRET}, it was ${OLDER}` }),
  ]
  expect(texts.every((text) => text.includes('"states"'))).toBe(true)
  return texts.join('\n')
}

/** Everything the server says of an instance. */
async function all(site: Site, name: string): Promise<string> {
  const id = `s%2F${name}`
  const paths = [
    at(name),
    `${at(name)}/at/1`,
    `${at(name)}/at/2`,
    `${at(name)}/history`,
    `/v1/entities/machine/${id}`,
    `/v1/entities/machine/${id}/history`,
    `/v1/entities/machine/${id}/at/1`,
    `/v1/entities/machine/${id}/diff?from=1`,
    '/v1/instances',
    '/v1/effects',
    '/v1/overview',
  ]
  const answers = await Promise.all(paths.map((path) => site.get(path)))
  return answers.map(({ text }) => text).join('\n')
}

it.each(['pay', 'json'])('H41 secrets of the context and of events leave nowhere, earlier ones neither: %s', async (machine) => {
  const site = await openSite({}, { machines })
  await site.hf.statecharts.define(definition)
  const feed = await site.server.fetch(new Request('http://localhost/v1/feed?kind=machine'))
  const reader = feed.body?.pipeThrough(new TextDecoderStream()).getReader()
  const told = await drive(site, machine)
  if (machine === 'pay') await site.ask('POST', `${at(machine)}/events`, { body: { type: 'DONE' } })
  const shown = await all(site, machine)
  let streamed = ''
  await until('the feed', async () => {
    streamed += (await reader?.read())?.value ?? ''
    return streamed.includes('"SAY"')
  })
  for (const text of [told, shown, streamed]) {
    expect(text).toContain('[secret]')
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(OLDER)
  }
  expect(shown).toContain('Ann')
  const { body } = await site.get(at(machine))
  expect(body.context).toEqual({ card: { number: '[secret]', name: 'Ann' } })
  expect(await site.hf.instance(`s/${machine}`).snapshot()).toMatchObject({ context: { card: { number: SECRET } } })
})

it('H41 an instance keeps its secret paths: who does not know its machine, its forks, and what was deleted', async () => {
  const engine = { ...createMemoryEngine(), close() {} }
  const known = await openSite({}, { machines }, () => ({ ...engine }))
  await drive(known, 'pay')
  await known.hf.instance('s/pay').fork('fork')
  const stranger = await openSite({}, {}, () => ({ ...engine }))
  for (const name of ['pay', 'fork']) {
    const shown = await all(stranger, name)
    expect(shown).toContain('[secret]')
    for (const text of [SECRET, OLDER]) expect(shown).not.toContain(text)
  }
  await known.hf.instance('s/pay').destroy()
  const after = await all(stranger, 'pay')
  expect(after).toContain('"destroy"')
  for (const text of [SECRET, OLDER]) expect(after).not.toContain(text)
})

it('H41 secret paths that cannot be read are refused when they are said', async () => {
  expect(() => durable(pay, { secret: ['card['] })).toThrow(/secret\.0/)
  const site = await openSite()
  const refused = await site.ask('POST', '/v1/machines', { body: { ...definition, secret: ['card[', 7] } })
  expect(refused).toMatchObject({ status: 400, body: { issues: [{ path: 'secret' }] } })
  const one = await site.ask('POST', '/v1/machines', { body: { ...definition, secret: ['card['] } })
  expect(one).toMatchObject({ status: 400, body: { issues: [{ path: 'secret[0]' }] } })
})
