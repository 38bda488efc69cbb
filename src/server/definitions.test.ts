import { expect, it } from 'vitest'
import { HoldfastError } from '../index.ts'
import { defineMachine } from '../statechart/index.ts'
import { openSite } from './site.testing.ts'

const order = {
  id: 'order',
  actors: ['charge'],
  context: { total: { expr: 'input.total' } },
  initial: 'open',
  states: {
    open: {
      on: { PAY: { guard: { expr: 'event.amount >= context.total' }, target: 'paying' }, CANCEL: 'over' },
      after: { PT1H: 'over' },
    },
    paying: { invoke: { src: 'charge', id: 'c', onDone: 'paid', onError: 'open' }, after: { PT5M: 'open' } },
    paid: { type: 'final' },
    over: { type: 'final' },
  },
}
const post = (body: unknown, headers: Readonly<Record<string, string>> = {}) => ({ body, headers })

it('H35 a definition is stored for good: new, the same again, another one, and another version', async () => {
  const site = await openSite()
  const define = (body: unknown, headers = {}) => site.ask('POST', '/v1/machines', post(body, headers))
  const first = await define(order)
  expect([first.status, first.headers.get('location')]).toEqual([201, '/v1/machines/order?version=1'])
  expect(first.body).toMatchObject({ id: 'order', version: '1', states: 5, events: ['CANCEL', 'PAY'] })
  expect((await define(order)).status).toBe(200)
  const other = { ...order, initial: 'paid' }
  expect(await define(other)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect((await define({ ...other, version: '2' })).status).toBe(201)
  expect((await site.get('/v1/machines/order')).body).toMatchObject({ version: '2', root: { id: '#order' } })
  expect((await site.get('/v1/machines/order?version=1')).body).toMatchObject({ version: '1' })
  expect((await site.get('/v1/machines/order/diagram?version=1')).status).toBe(200)
  expect((await site.get('/v1/machines/order?version=3')).status).toBe(404)
  expect((await site.get('/v1/entities/statechart/order/history')).body.revisions).toMatchObject([
    { revision: 2, event: { name: 'define', data: { version: '2' } } },
    { revision: 1 },
  ])
})

it('H35 a request with a key is answered as the first time', async () => {
  const site = await openSite()
  const define = () => site.ask('POST', '/v1/machines', post(order, { 'idempotency-key': 'k' }))
  const [first, again] = [await define(), await define()]
  expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true'])
  expect(again.body).toEqual(first.body)
})

it('H35 lists those of the program first, then those that were defined, page by page', async () => {
  const door = defineMachine({ id: 'door', initial: 'shut', states: { shut: {} } })
  const site = await openSite({}, { machines: [door] })
  for (const id of ['a', 'b', 'c']) await site.ask('POST', '/v1/machines', post({ ...order, id }))
  const first = await site.get('/v1/machines?limit=2')
  expect(first.body.machines).toMatchObject([
    { id: 'door', stored: false },
    { id: 'a', stored: true },
    { id: 'b', stored: true },
  ])
  const second = await site.get(`/v1/machines?limit=2&after=${first.body.next}`)
  expect(second.body).toMatchObject({ machines: [{ id: 'c' }] })
  expect(second.body).not.toHaveProperty('next')
  expect((await site.get('/v1/machines?after=x')).status).toBe(400)
  expect(await site.ask('POST', '/v1/machines', post({ ...order, id: 'door' }))).toMatchObject({ status: 409 })
})

it('H35 what is wrong is refused as a whole, and told with every path', async () => {
  const site = await openSite()
  const wrong = { id: 'w', initial: 'x', states: { a: { on: { GO: 'b' } } }, context: { n: { expr: '1 +' } } }
  const { status, body } = await site.ask('POST', '/v1/machines', post(wrong))
  expect([status, body.code]).toEqual([400, 'invalid'])
  expect((body.issues as { path: string }[]).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['context.n.expr', 'initial', 'states.a.on.GO']),
  )
  const large = { id: 'l', states: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`s${i}`, {}])) }
  expect(await site.ask('POST', '/v1/machines', post(large))).toMatchObject({ status: 413, body: { limit: 200, unit: 'states' } })
  for (const body of [[], 1, 'x', { id: 7 }, { constructor: 1 }])
    expect((await site.ask('POST', '/v1/machines', post(body))).status).toBe(400)
  expect((await site.get('/v1/machines')).body).toEqual({ machines: [] })
})

it('H35 instances of a defined machine are started, in the version asked for, and moved', async () => {
  const site = await openSite()
  await site.ask('POST', '/v1/machines', post(order))
  await site.ask('POST', '/v1/machines', post({ ...order, version: '2', initial: 'over' }))
  const at = '/v1/instances/s%2Forder'
  const body = { machine: 'order', version: '1', input: { total: 7 } }
  expect(await site.ask('PUT', at, { body })).toMatchObject({
    status: 201,
    body: { machine: 'order', version: '1', states: ['open'] },
  })
  const sent = await site.ask('POST', `${at}/events`, { body: { type: 'PAY', amount: 7 } })
  expect(sent.body).toMatchObject({ handled: true, states: ['paying'], children: { c: { src: 'charge' } } })
  const { effects } = (await site.get('/v1/effects?state=due')).body as { effects: { queue: string }[] }
  expect(effects.map(({ queue }) => queue).toSorted()).toEqual(['actor/charge', 'timer/machine/stored'])
  expect((await site.ask('PUT', `${at}2`, { body: { machine: 'order', input: { total: 1 } } })).body).toMatchObject({
    version: '2',
    status: 'done',
  })
  expect((await site.ask('PUT', `${at}3`, { body: { machine: 'order', version: '3' } })).status).toBe(404)
  expect((await site.get('/v1/machines/order/coverage?version=1')).body).toMatchObject({
    instances: 1,
    revisions: 2,
    complete: true,
  })
})

it('H36 checks a definition without storing it; what is no machine is a finding, too', async () => {
  const site = await openSite()
  const check = async (body: unknown) => (await site.ask('POST', '/v1/machines/check', post(body))).body
  const lost = { id: 'm', initial: 'a', states: { a: { on: { GO: 'b' } }, b: {}, c: {} } }
  expect(await check(lost)).toMatchObject({ complete: true })
  expect((await check(lost)).findings).toContainEqual(expect.objectContaining({ kind: 'unreachable-state', path: 'm.c' }))
  expect((await check(lost)).findings).toContainEqual(expect.objectContaining({ kind: 'dead-end', trace: ['GO'] }))
  expect((await check({ ...lost, initial: 'z' })).findings).toMatchObject([
    { kind: 'illegal-definition', severity: 'error', path: 'initial' },
  ])
  expect((await check({})).findings).toMatchObject([{ kind: 'illegal-definition' }])
  expect((await site.get('/v1/machines')).body).toEqual({ machines: [] })
})

it('H36 expressions of a definition are no functions without a name', async () => {
  const site = await openSite()
  const { body } = await site.ask('POST', '/v1/machines/check', post(order))
  expect((body.findings as { kind: string }[]).map(({ kind }) => kind)).not.toContain('unnamed-implementation')
})

it('H36 a stored machine and one of the program are checked alike', async () => {
  const lost = { id: 'm', initial: 'a', states: { a: { on: { GO: 'b' } }, b: {}, c: {} } }
  const site = await openSite({}, { machines: [defineMachine({ ...lost, id: 'n' })] })
  await site.ask('POST', '/v1/machines', post(lost))
  const [stored, ours] = [await site.get('/v1/machines/m/findings'), await site.get('/v1/machines/n/findings')]
  const kinds = ({ body }: { body: Readonly<Record<string, unknown>> }) =>
    (body.findings as { kind: string }[]).map(({ kind }) => kind)
  expect(kinds(stored)).toEqual(kinds(ours))
  expect(kinds(stored)).toContain('unreachable-state')
})

it('H37 simulates by a script: time, children, what changed nothing, and what it would have done', async () => {
  const site = await openSite()
  await site.ask('POST', '/v1/machines', post(order))
  const script = [
    { send: { type: 'PAY', amount: 1 } },
    { send: { type: 'PAY', amount: 9 } },
    { wait: 1000 },
    { done: 'c', output: 'r-1' },
  ]
  const { status, body } = await site.ask('POST', '/v1/machines/order/simulate', post({ input: { total: 7 }, script, now: 1000 }))
  expect(status).toBe(200)
  expect(body).toMatchObject({
    script,
    unhandled: 1,
    now: 2000,
    failure: null,
    end: { status: 'done', states: ['paid'], context: { total: 7 } },
  })
  expect(body.steps).toMatchObject([
    { event: null, states: ['open'], entered: ['#order', 'open'] },
    { event: { type: 'PAY', amount: 1 }, handled: false },
    {
      states: ['paying'],
      transitions: ['open --PAY--> paying'],
      effects: expect.arrayContaining([expect.objectContaining({ type: 'start', src: 'charge' })]),
    },
    { at: 2000, event: { type: 'done.invoke.c', output: 'r-1' }, states: ['paid'] },
  ])
  const bad = await site.ask('POST', '/v1/machines/order/simulate', post({ input: { total: 7 }, script: [{ done: 'c' }] }))
  expect(bad).toMatchObject({ status: 400, body: { code: 'invalid' } })
  expect((await site.ask('POST', '/v1/machines/order/simulate', post({}))).status).toBe(400)
})

it('H37 simulates by chance, the same for the same seed, of the program too; what fails is told', async () => {
  const door = defineMachine({
    id: 'door',
    initial: 'shut',
    states: { shut: { on: { OPEN: 'ajar' } }, ajar: { after: { 10: 'shut' } } },
  })
  const site = await openSite({}, { machines: [door] })
  await site.ask('POST', '/v1/machines', post(order))
  const asked = { input: { total: 7 }, seed: 4, steps: 20, events: { PAY: [{ type: 'PAY', amount: 7 }] } }
  const run = () => site.ask('POST', '/v1/machines/order/simulate', post(asked))
  const [first, second] = [await run(), await run()]
  expect(first.text).toBe(second.text)
  expect((first.body.steps as unknown[]).length).toBeGreaterThan(1)
  const ours = await site.ask('POST', '/v1/machines/door/simulate', post({ seed: 1, steps: 5 }))
  expect((ours.body.steps as unknown[]).length).toBe(6)
  const failing = await site.ask('POST', '/v1/machines/order/simulate', post({ script: [] }))
  expect(failing.body).toMatchObject({
    steps: [],
    end: null,
    failure: { code: 'invalid', message: expect.stringContaining('total') },
  })
})

it('H37 a run without end is ended, whoever the machine is of', async () => {
  const restless = { id: 'restless', initial: 'a', states: { a: { after: { '1': 'b' } }, b: { after: { '1': 'a' } } } }
  const site = await openSite({}, { machines: [defineMachine({ ...restless, id: 'ours' })] })
  await site.ask('POST', '/v1/machines', post(restless))
  for (const id of ['restless', 'ours']) {
    const { body } = await site.ask('POST', `/v1/machines/${id}/simulate`, post({ script: [{ wait: 1e12 }] }))
    expect(body).toMatchObject({ failure: { code: 'too_large' } })
    expect((body.steps as unknown[]).length).toBe(2000)
  }
})

it('H38 finds paths by real steps, and tells what they cover', async () => {
  const site = await openSite()
  await site.ask('POST', '/v1/machines', post(order))
  const asked = { kind: 'shortest', input: { total: 7 }, events: { PAY: [{ type: 'PAY', amount: 7 }] } }
  const { body } = await site.ask('POST', '/v1/machines/order/paths', post({ ...asked, to: 'paid' }))
  expect(body).toMatchObject({ complete: true, paths: [{ title: 'paid via PAY, done.invoke.c' }] })
  expect(body.coverage).toMatchObject({ states: { missed: ['order.over'] } })
  const all = await site.ask('POST', '/v1/machines/order/paths', post({ ...asked, kind: 'transitions' }))
  expect(all.body).toMatchObject({ coverage: { transitions: { missed: [] } } })
  const few = await site.ask('POST', '/v1/machines/order/paths', post({ ...asked, most: 2 }))
  expect(few.body).toMatchObject({ complete: false })
  for (const wrong of [{}, { kind: 'longest' }, { ...asked, most: 1000 }])
    expect((await site.ask('POST', '/v1/machines/order/paths', post(wrong))).status).toBe(400)
})

it('H36 a machine that would take for ever is given up, and holds nobody up meanwhile', async () => {
  const site = await openSite()
  const regions = Object.fromEntries(
    Array.from({ length: 30 }, (_, r) => [
      `r${r}`,
      {
        initial: 'a',
        states: Object.fromEntries(['a', 'b', 'c', 'd'].map((key, i, all) => [key, { on: { [`x${r}`]: all[(i + 1) % 4] } }])),
      },
    ]),
  )
  await site.ask('POST', '/v1/machines', post({ id: 'wide', type: 'parallel', states: regions }))
  let isAnswered = false
  const asked = site.ask('POST', '/v1/machines/wide/paths', post({ kind: 'simple', most: 200 })).finally(() => {
    isAnswered = true
  })
  expect((await site.get('/v1/machines/wide')).status).toBe(200)
  expect(isAnswered).toBe(false)
  expect([200, 413]).toContain((await asked).status)
  // The next question finds a thread again.
  expect((await site.ask('POST', '/v1/machines/check', post(order))).status).toBe(200)
})

it('H39 exports a machine in the words of others, or says what they have no words for', async () => {
  const plain = { id: 'plain', initial: 'a', states: { a: { on: { GO: 'b' } }, b: { type: 'final' } } }
  const named = defineMachine({
    ...plain,
    id: 'ours',
    states: { a: { on: { GO: { guard: () => true, target: 'b' } } }, b: { type: 'final' } },
  })
  const site = await openSite({}, { machines: [named] })
  await site.ask('POST', '/v1/machines', post(plain))
  const read = async (format: string, id = 'plain') => site.get(`/v1/machines/${id}/export?format=${format}`)
  const json = await read('json')
  expect(json.body).toEqual(plain)
  expect(json.headers.get('content-disposition')).toBe('attachment; filename="plain-1.json"')
  const scxml = await read('scxml')
  expect([scxml.headers.get('content-type'), scxml.text.includes('<state id="a"')]).toEqual([
    'application/scxml+xml; charset=UTF-8',
    true,
  ])
  expect((await read('mermaid')).text).toMatch(/^stateDiagram-v2/)
  expect(await read('json', 'ours')).toMatchObject({
    status: 400,
    body: { code: 'invalid', issues: [{ path: expect.any(String) }] },
  })
  expect((await read('pdf')).status).toBe(400)
})

it('H18 asks the gate before a definition is read, and for each verb about machines', async () => {
  const gate = {
    check({ kind, action }: { kind: string; action: string }) {
      if (kind === 'statechart') throw new HoldfastError('forbidden', `You may not ${action}`, {})
    },
  }
  const site = await openSite({}, { gate })
  const asked: readonly (readonly [string, string, unknown])[] = [
    ['POST', '/v1/machines', { states: 'illegal' }],
    ['POST', '/v1/machines/check', order],
    ['POST', '/v1/machines/order/simulate', { script: [] }],
    ['POST', '/v1/machines/order/paths', { kind: 'shortest' }],
    ['GET', '/v1/machines/order/export?format=json', undefined],
    ['GET', '/v1/machines', undefined],
  ]
  for (const [method, path, body] of asked) {
    expect([path, (await site.ask(method, path, body === undefined ? {} : { body })).status]).toEqual([path, 403])
  }
})
