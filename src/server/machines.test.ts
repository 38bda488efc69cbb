import { expect, it } from 'vitest'
import { HoldfastError } from '../index.ts'
import { type DiagramState, defineMachine, emit, type Machine } from '../statechart/index.ts'
import type { Drawing, DrawnState, Rectangle } from './diagram/drawing.ts'
import { openSite } from './site.testing.ts'

/** A machine of so many states in groups of ten, each led to by the one before. */
function chain(states: number, version = '1'): Machine {
  const names = Array.from({ length: states - 1 }, (_, i) => `s${i}`)
  const config = Object.fromEntries(names.map((name, i) => [name, { on: { [`next.${i}`]: names[(i + 1) % names.length] } }]))
  return defineMachine({ id: 'chain', version, initial: 's0', states: config })
}

const door = defineMachine({
  id: 'door',
  initial: 'shut',
  states: { shut: { on: { open: 'ajar', knock: {} } }, ajar: { on: { shut: 'shut' }, after: { 1000: 'shut' } } },
})

/** Two regions with ways back, out of both, out of one, and back in through a history. */
const agent = defineMachine({
  id: 'agent',
  initial: 'idle',
  states: {
    idle: { on: { start: { target: 'session', actions: emit({ type: 'hello' }) } } },
    session: {
      type: 'parallel',
      on: { pause: 'paused', end: 'over' },
      states: {
        work: {
          initial: 'queued',
          states: {
            queued: { on: { claimed: { guard: () => true, target: 'running' } } },
            running: {
              entry: emit({ type: 'runs' }),
              on: { retry: { target: 'running', reenter: true }, ask: 'waiting', done: 'settled', fatal: '#agent.failed' },
            },
            waiting: { on: { approved: 'running', rejected: 'settled' } },
            settled: { type: 'final' },
          },
        },
        talk: {
          initial: 'listening',
          states: {
            listening: { on: { message: 'planning' } },
            planning: { on: { ready: 'replying', unclear: 'asking' } },
            asking: { on: { message: 'planning' }, after: { 300000: '#agent.over' } },
            replying: { on: { sent: 'listening' } },
          },
        },
        before: { type: 'history', history: 'deep' },
      },
    },
    paused: { on: { resume: 'session.before' } },
    over: { type: 'final' },
    failed: { type: 'final' },
  },
})

const tree = (state: DiagramState): DiagramState[] => [state, ...state.children.flatMap(tree)]
const holds = (outer: Rectangle, inner: Rectangle) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height
const meet = (a: Rectangle, b: Rectangle) =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

it('H24 lists machines with what they wait for, and shows the version asked for, or the last', async () => {
  const site = await openSite({ machines: [door, chain(3), chain(4, '2')] })
  const { body } = await site.get('/v1/machines')
  expect(body.machines).toMatchObject([
    { id: 'door', version: '1', tag: door.tag, states: 3, transitions: 4, events: ['knock', 'open', 'shut'] },
    { id: 'chain', version: '1', states: 3 },
    { id: 'chain', version: '2', states: 4 },
  ])
  expect((await site.get('/v1/machines/chain')).body).toMatchObject({ version: '2', states: 4 })
  expect((await site.get('/v1/machines/chain?version=1')).body).toMatchObject({ version: '1', root: { id: '#chain' } })
  for (const path of ['/v1/machines/none', '/v1/machines/chain?version=3', '/v1/machines/none/diagram'])
    expect((await site.get(path)).status).toBe(404)
})

it('H24 refuses two machines that could not be told apart', async () => {
  await expect(openSite({ machines: [chain(3), chain(4)] })).rejects.toThrow(/Two machines are chain, version 1/)
})

it('H25 draws every state inside its parent, siblings apart, and every transition from its source to its targets', async () => {
  const site = await openSite({ machines: [agent] })
  const machine = (await site.get('/v1/machines/agent')).body as unknown as { root: DiagramState; arrows: Arrow[] }
  const drawing = (await site.get('/v1/machines/agent/diagram')).body as unknown as Drawing
  const boxes = new Map(drawing.states.map((one) => [one.id, one]))
  const box = (id: string): DrawnState => boxes.get(id) ?? expect.fail(`no box of ${id}`)
  for (const { id, children } of tree(machine.root)) {
    for (const [at, child] of children.entries()) {
      expect([id, child.id, holds(box(id), box(child.id))]).toEqual([id, child.id, true])
      for (const other of children.slice(at + 1))
        expect([child.id, other.id, meet(box(child.id), box(other.id))]).toEqual([child.id, other.id, false])
    }
  }
  interface Arrow {
    readonly id: string
    readonly source: string
    readonly targets: readonly string[]
  }
  for (const { id, source, targets } of machine.arrows.filter((one) => one.targets.length > 0)) {
    const drawn = drawing.transitions.find((one) => one.id === id)
    for (const [nth, target] of targets.entries()) {
      const route = drawn?.routes[nth] ?? []
      expect([id, onEdge(box(source), route[0])]).toEqual([id, true])
      expect([id, onEdge(box(target), route.at(-1))]).toEqual([id, true])
      expect(route.every(({ x, y }, i) => i === 0 || x === route[i - 1]?.x || y === route[i - 1]?.y)).toBe(true)
    }
  }
  expect(box('session.work.running').rows).toEqual([{ word: 'entry', text: 'emit' }])
  const labels = drawing.transitions.flatMap(({ label }) => label ?? [])
  for (const [at, label] of labels.entries())
    for (const other of labels.slice(at + 1))
      expect([label.trigger, other.trigger, meet(label, other)]).toEqual([label.trigger, other.trigger, false])
})

const onEdge = ({ x, y, width, height }: Rectangle, point: { x: number; y: number } = { x: -1, y: -1 }) =>
  [x, x + width].some((side) => Math.abs(side - point.x) < 0.2 && point.y >= y - 0.2 && point.y <= y + height + 0.2) ||
  [y, y + height].some((side) => Math.abs(side - point.y) < 0.2 && point.x >= x - 0.2 && point.x <= x + width + 0.2)

it('H25 draws one machine always the same, and keeps the drawing', async () => {
  const [one, other] = [await openSite({ machines: [agent] }), await openSite({ machines: [agent] })]
  const [first, second] = await Promise.all([one, other].map((site) => site.get('/v1/machines/agent/diagram')))
  expect(first?.status).toBe(200)
  expect(second?.text).toBe(first?.text)
  expect((await one.get('/v1/machines/agent/diagram')).text).toBe(first?.text)
})

it('H25 draws transitions to several regions, into the own state, of the whole and without a target', async () => {
  const machine = defineMachine({
    id: 'm',
    initial: 'off',
    on: { reset: '.off', again: { target: '#m', reenter: true }, note: {} },
    states: {
      off: { on: { go: { target: ['on.a.y', 'on.b.y'] }, self: 'off' } },
      on: {
        type: 'parallel',
        on: { in: '.a.y', back: { target: 'on', reenter: true } },
        states: {
          a: { initial: 'x', states: { x: {}, y: { on: { out: '#m.on' } } } },
          b: { initial: 'x', states: { x: {}, y: {} } },
        },
      },
    },
  })
  const site = await openSite({ machines: [machine] })
  const drawing = (await site.get('/v1/machines/m/diagram')).body as unknown as Drawing
  expect(drawing.transitions.filter(({ routes }) => routes.some((route) => route.length < 2))).toEqual([])
  expect(drawing.transitions.find(({ label }) => label?.trigger === 'go')?.routes.length).toBe(2)
  expect(drawing.states[0]?.rows).toEqual([{ word: 'on', text: 'note' }])
})

it('H25 refuses to draw what nobody could read, and shows its tree all the same', async () => {
  const site = await openSite({ machines: [chain(501)] })
  const { status, body } = await site.get('/v1/machines/chain/diagram')
  expect([status, body.code, body.limit, body.actual, body.unit]).toEqual([413, 'too_large', 500, 501, 'states'])
  expect((await site.get('/v1/machines/chain')).body.states).toBe(501)
})

it('H25 lays out many states while others are answered', async () => {
  const site = await openSite({ machines: [chain(100)] })
  let isDrawn = false
  const drawing = site.get('/v1/machines/chain/diagram').finally(() => {
    isDrawn = true
  })
  expect((await site.get('/v1/machines')).status).toBe(200)
  expect(isDrawn).toBe(false)
  expect((await drawing).status).toBe(200)
})

it('H32 tells what is wrong with a machine, worst first, and where', async () => {
  const lost = defineMachine({ id: 'lost', initial: 'a', states: { a: { on: { go: 'b' } }, b: {}, c: { on: { back: 'a' } } } })
  const site = await openSite({ machines: [door, lost] })
  const { body } = await site.get('/v1/machines/lost/findings')
  expect(body).toMatchObject({ complete: true })
  expect(body.findings).toContainEqual(
    expect.objectContaining({ kind: 'unreachable-state', severity: 'warning', certainty: 'certain', path: 'lost.c', trace: [] }),
  )
  expect(body.findings).toContainEqual(expect.objectContaining({ kind: 'dead-end', path: 'lost.b', trace: ['go'] }))
  expect((await site.get('/v1/machines/door/findings')).body.findings).toEqual([])
  expect((await site.get('/v1/machines/none/findings')).status).toBe(404)
})

it('H33 counts what instances have visited, and what nobody has', async () => {
  const site = await openSite({}, { machines: [door] })
  const send = (name: string, type: string) => site.ask('POST', `/v1/instances/s%2F${name}/events`, { body: { type } })
  for (const name of ['a', 'b']) await site.ask('PUT', `/v1/instances/s%2F${name}`, { body: { machine: 'door' } })
  for (const type of ['open', 'shut', 'open']) await send('a', type)
  await send('b', 'knock')
  const { body } = await site.get('/v1/machines/door/coverage')
  expect(body).toEqual({
    ...{ instances: 2, revisions: 6, complete: true },
    states: [
      { id: '#door', entered: 2, now: 2 },
      { id: 'shut', entered: 3, now: 1 },
      { id: 'ajar', entered: 2, now: 1 },
    ],
    transitions: expect.arrayContaining([expect.objectContaining({ taken: 0 })]),
  })
  const arrows = (await site.get('/v1/machines/door')).body.arrows as { id: string; trigger: string }[]
  const taken = new Map((body.transitions as { id: string; taken: number }[]).map((one) => [one.id, one.taken]))
  expect(arrows.filter(({ id }) => taken.has(id)).map(({ id, trigger }) => [trigger, taken.get(id)])).toEqual([
    ['knock', 1],
    ['open', 2],
    ['shut', 1],
    ['after 1s', 0],
  ])
})

it('H18 asks the gate about machines', async () => {
  const gate = {
    check({ kind, id }: { kind: string; id?: string | undefined }) {
      if (kind === 'statechart' && id !== 'door') throw new HoldfastError('forbidden', 'You may not', {})
    },
  }
  const site = await openSite({ machines: [door, chain(3)] }, { gate })
  const statuses = [
    '/v1/machines',
    '/v1/machines/chain',
    '/v1/machines/chain/findings',
    '/v1/machines/chain/coverage',
    '/v1/machines/door',
  ].map(async (path) => (await site.get(path)).status)
  expect(await Promise.all(statuses)).toEqual([403, 403, 403, 403, 200])
})
