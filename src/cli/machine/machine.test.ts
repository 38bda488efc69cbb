import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTerminal } from '../terminal.testing.ts'

const terminal = openTerminal()
const { run, json } = terminal
afterAll(() => terminal.remove())

const file = (name: string): string => join(terminal.folder, name)
const put = (name: string, content: unknown): void =>
  writeFileSync(file(name), typeof content === 'string' ? content : JSON.stringify(content))

const order = {
  id: 'order',
  context: { due: { expr: 'input.due' } },
  actors: ['courier'],
  initial: 'open',
  states: {
    open: {
      on: {
        PAY: [
          { guard: { expr: 'event.amount >= context.due' }, target: 'paid' },
          { actions: { assign: { due: 'context.due - event.amount' } } },
        ],
      },
      after: { P14D: 'lost' },
    },
    paid: { invoke: { id: 'courier', src: 'courier', onDone: 'delivered', onError: 'lost' }, after: { P1D: 'lost' } },
    delivered: { type: 'final' },
    lost: { type: 'final' },
  },
}
const samples = {
  events: {
    PAY: [
      { type: 'PAY', amount: 4 },
      { type: 'PAY', amount: 10 },
    ],
  },
}

beforeAll(() => {
  put('order.json', order)
  put('samples.json', samples)
  put('loop.json', {
    id: 'loop',
    initial: 'a',
    states: { a: { on: { GO: 'b' } }, b: { always: 'c' }, c: { always: 'b' }, d: {} },
  })
  put('warned.json', { id: 'warned', initial: 'a', states: { a: { on: { GO: 'a' } }, b: {} } })
  const statechart = pathToFileURL(join(import.meta.dirname, '../../statechart/index.ts')).href
  put(
    'two.ts',
    `import { defineMachine } from '${statechart}'
    const machine = (id: string) => defineMachine({ id, initial: 'a', states: { a: { on: { GO: 'b' } }, b: {} } })
    export const first = machine('first')
    export const second = { machine: machine('second'), options: {} }
    export const other = 7`,
  )
  put(
    'light.scxml',
    `<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0" datamodel="ecmascript" name="light" initial="green">
    <state id="green"><transition event="NEXT" target="red"/></state><state id="red"/></scxml>`,
  )
})

describe('machine check', () => {
  it('C21 says that a sound machine is sound', async () => {
    expect(await run('machine', 'check', file('order.json'))).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^order@1#\w+: sound\n$/),
    })
  })

  it('C21 names each finding with its place and the events that lead there, and exits with 5 on an error', async () => {
    const { code, data } = await json('machine', 'check', file('loop.json'))
    expect(code).toBe(5)
    const findings = [
      expect.objectContaining({ kind: 'endless-step', severity: 'error', trace: ['GO'] }),
      expect.objectContaining({ kind: 'unreachable-state', severity: 'warning', path: 'loop.d' }),
    ]
    expect(data).toMatchObject({ findings: expect.arrayContaining(findings) })
    expect((await run('machine', 'check', file('loop.json'))).stdout).toContain('after: GO')
    expect((await run('machine', 'check', file('warned.json'))).code).toBe(0)
    expect((await run('machine', 'check', file('warned.json'), '--strict')).code).toBe(5)
  })

  it('C21 tells everything wrong with a definition at once', async () => {
    put('wrong.json', { id: 'm', initial: 'x', states: { a: { on: { GO: { guard: { expr: '1 +' }, target: 'nowhere' } } } } })
    const { code, error } = await json('machine', 'check', file('wrong.json'))
    expect(code).toBe(1)
    const paths = Object(error).details.issues.map(({ path }: { path: string }) => path)
    expect(paths).toEqual(expect.arrayContaining(['states.a.on.GO.guard.expr', 'states.a.on.GO.target', 'initial']))
  })

  it.each([
    ['two.ts', ['--export', 'first'], 'first@1'],
    ['two.ts', ['--export', 'second'], 'second@1'],
    ['light.scxml', [], 'light@1'],
  ])('C21 reads %s %j', async (name, options, tag) => {
    const { data } = await json('machine', 'check', file(name), ...options)
    expect(Object(data).machine).toContain(tag)
  })

  it('C21 reads a configuration of XState, and says so where it has several machines or none', async () => {
    put('xstate.json', { id: 'x', initial: 'a', states: { a: { on: { GO: { target: 'a', actions: ['ring'] } } } } })
    expect((await run('machine', 'export', file('xstate.json'), '--xstate')).code).toBe(0)
    expect((await run('machine', 'export', file('xstate.json'))).code).toBe(1)
    expect(await run('machine', 'check', file('two.ts'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--export: first, second'),
    })
    expect(await run('machine', 'check', file('two.ts'), '--export', 'other')).toMatchObject({ code: 2 })
  })
})

describe('machine simulate and paths', () => {
  const withSamples = ['--input', '{"due":10}', '--samples', file('samples.json')]

  it('C22 runs the same with the same seed, and its script runs it again', async () => {
    const call = ['machine', 'simulate', file('order.json'), ...withSamples, '--seed', '3']
    const [first, second] = [await json(...call), await json(...call)]
    expect(first).toEqual(second)
    put('again.json', Object(first.data).script)
    const again = await json('machine', 'simulate', file('order.json'), '--input', '{"due":10}', '--script', file('again.json'))
    expect(Object(again.data).steps).toEqual(Object(first.data).steps)
  })

  it('C22 exits with 1 when a step throws, and says which', async () => {
    put('run.json', [{ send: { type: 'PAY' } }])
    const { code, stdout } = await run(
      'machine',
      'simulate',
      file('order.json'),
      '--script',
      file('run.json'),
      '--input',
      '{"due":"x"}',
    )
    expect(code).toBe(1)
    expect(stdout).toContain('failed:')
  })

  it('C22 walks every transition, and says what was missed', async () => {
    const all = await json('machine', 'paths', file('order.json'), '--kind', 'transitions', ...withSamples)
    expect(all.data).toMatchObject({ complete: true, coverage: { states: { missed: [] }, transitions: { missed: [] } } })
    const one = await run('machine', 'paths', file('order.json'), '--to', 'paid', ...withSamples)
    expect(one.stdout).toMatch(/^paid via PAY\n[\s\S]*missed: /)
    expect((await run('machine', 'paths', file('order.json'), '--kind', 'longest')).code).toBe(2)
    put('odd.json', { events: { PAY: 4 } })
    expect((await run('machine', 'paths', file('order.json'), '--samples', file('odd.json'))).code).toBe(2)
  })
})

describe('machines in the store', () => {
  it('C23 are defined once, started, sent events, and answered for', async () => {
    expect((await run('machine', 'define', file('order.json'), '--dry-run')).stdout).toBe('Would keep order, version 1\n')
    expect((await run('machine', 'list')).code).toBe(3)
    expect((await run('machine', 'define', file('order.json'))).stdout).toBe('Kept order, version 1\n')
    put('changed.json', { ...order, description: 'another' })
    put('next.json', { ...order, version: '2' })
    for (const dry of [['--dry-run'], []]) {
      expect((await json('machine', 'define', file('order.json'), ...dry)).data).toMatchObject({ isNew: false })
      expect((await run('machine', 'define', file('changed.json'), ...dry)).code).toBe(4)
    }
    expect((await run('machine', 'define', file('next.json'), '--dry-run')).stdout).toBe('Would keep order, version 2\n')
    expect((await run('machine', 'check', 'order@2')).code).toBe(3)
    expect((await run('machine', 'check', 'order')).code).toBe(0)
    const begun = await json('machine', 'start', 'ann/1/o', 'order', '--input', '{"due":10}')
    expect(begun.data).toMatchObject({ status: 'active', states: ['open'], started: true, nextEvents: ['PAY'] })
    const part = await json('machine', 'send', 'ann/1/o', 'PAY', '--data', '{"amount":4}', '--key', 'p1')
    expect(part.data).toMatchObject({ handled: true, replayed: false, context: { due: 6 }, revision: 2 })
    expect((await json('machine', 'send', 'ann/1/o', 'PAY', '--data', '{"amount":4}', '--key', 'p1')).data).toMatchObject({
      replayed: true,
      revision: 2,
    })
    expect((await json('machine', 'send', 'ann/1/o', 'PAY', '--data', '{"amount":6}')).data).toMatchObject({ states: ['paid'] })
    const refused = await run('machine', 'send', 'ann/1/o', 'PAY')
    expect(refused).toMatchObject({ code: 0, stderr: expect.stringContaining('Nothing takes PAY now') })
    expect((await json('machine', 'show', 'ann/1/o', '--at', '2')).data).toMatchObject({ states: ['open'], context: { due: 6 } })
    const { data } = await json('machine', 'history', 'ann/1/o', '--oldest')
    const events = Object(data).revisions.flatMap(({ steps }: { steps: { event: { type: string } }[] }) =>
      steps.map(({ event }) => event.type),
    )
    expect(events).toEqual(['start', 'PAY', 'PAY', 'PAY'])
    expect((await json('machine', 'list', '--state', 'paid')).data).toMatchObject({ instances: [{ id: 'ann/1/o' }], next: null })
    expect((await json('machine', 'list', '--status', 'done')).data).toMatchObject({ instances: [] })
  })

  it('C24 use definitions of a program where they are named; without, nothing moves and all can be looked at', async () => {
    const given = ['--machine', file('two.ts')]
    expect((await json('machine', 'start', 'bob/1/m', 'first', ...given)).data).toMatchObject({ states: ['a'] })
    expect(await run('machine', 'send', 'bob/1/m', 'GO')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('needs_migration'),
    })
    expect((await json('machine', 'show', 'bob/1/m')).data).toMatchObject({ status: 'needs_migration', states: ['a'] })
    expect((await json('machine', 'send', 'bob/1/m', 'GO', ...given)).data).toMatchObject({ states: ['b'] })
  })

  it('C7 hide what is secret, in contexts and in what events carried, unless --reveal is said', async () => {
    const card = {
      id: 'card',
      secret: ['number'],
      initial: 'a',
      states: { a: { on: { SET: { actions: { assign: { number: 'event.number' } } } } } },
    }
    put('card.json', card)
    await run('machine', 'define', file('card.json'))
    await run('machine', 'start', 'eve/1/c', 'card')
    const sent = await run('machine', 'send', 'eve/1/c', 'SET', '--data', '{"number":"4242 1111"}')
    const seen = [sent, await run('machine', 'show', 'eve/1/c', '--json'), await run('machine', 'history', 'eve/1/c', '--json')]
    for (const { stdout, code } of seen) {
      expect(code).toBe(0)
      expect(stdout).toContain('[secret]')
      expect(stdout).not.toContain('4242')
    }
    expect((await run('machine', 'show', 'eve/1/c', '--reveal')).stdout).toContain('4242 1111')
    expect((await run('machine', 'history', 'eve/1/c', '--reveal', '--json')).stdout).toContain('4242 1111')
  })

  it.each([
    [['check', 'nothing.json'], 3],
    [['check', 'nobody'], 3],
    [['show', 'ann/1/none'], 3],
    [['send', 'ann/1/none', 'GO'], 3],
    [['start', 'ann/1/x', 'nobody'], 3],
    [['start', 'nosession', 'order'], 1],
    [['send', 'ann/1/o', 'PAY', '--data', '7'], 2],
    [['export', 'order', '--format', 'pdf'], 2],
    [['list', '--status', 'odd'], 2],
    [['chek', 'x'], 2],
  ])('C5 %j exits with %i', async (args, code) => {
    expect((await run('machine', ...args)).code).toBe(code)
  })

  it('C1 the word alone, and help, list the commands', async () => {
    for (const call of [['machine'], ['help', 'machine'], ['machine', '--help']]) {
      expect(await run(...call)).toMatchObject({ code: 0, stdout: expect.stringContaining('machine simulate') })
    }
    expect((await run('help', 'machine', 'send')).stdout).toContain('holdfast machine send SESSION/NAME EVENT')
    expect((await run('help')).stdout).toMatch(/machine +check, simulate, paths/)
  })
})
