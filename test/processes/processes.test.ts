import { afterAll, afterEach, expect, test } from 'vitest'
import { type Holdfast, open } from '../../src/holdfast.ts'
import { removeTemporaryFiles, temporaryFile } from '../../src/store/engines.testing.ts'
import { Child } from './child.ts'

const children: Child[] = []
const stores: Holdfast[] = []
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill()
  for (const hf of stores.splice(0)) await hf.close()
})
afterAll(removeTemporaryFiles)

function start(name: string, ...args: (string | number)[]): Child {
  const child = new Child(name, ...args)
  children.push(child)
  return child
}

async function store(file: string): Promise<Holdfast> {
  const hf = await open(`file:${file}`, { worker: false, durability: 'os' })
  stores.push(hf)
  return hf
}

const bump = (hf: Holdfast, id: string): Promise<number> =>
  hf.session(id).update((state) => {
    const n = ((state.n as number | undefined) ?? 0) + 1
    state.n = n
    return n
  })

const reached = (child: Child): number[] => child.messages.map((message) => (message as { reached: number }).reached)

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

async function soundness(hf: Holdfast): Promise<void> {
  expect(await Array.fromAsync(hf.store.engine.verify())).toEqual([])
}

test('I2 four processes count up one session: no step is lost, none is made twice', async () => {
  const file = temporaryFile()
  const hf = await store(file)
  const counters = Array.from({ length: 4 }, () => start('counter', file, 'shared', 40))
  const own: number[] = []
  for (let i = 0; i < 40; i++) own.push(await bump(hf, 'shared'))
  for (const counter of counters) await counter.done()
  const all = [...own, ...counters.flatMap(reached)].toSorted((a, b) => a - b)
  expect(all).toEqual(upTo(200))
  expect(await hf.session('shared').inspect()).toMatchObject({ revision: 200, state: { n: 200 } })
  await soundness(hf)
}, 60_000)

test('I4 four processes count up sessions of their own; a watcher hears of each step once, in order', async () => {
  const file = temporaryFile()
  const hf = await store(file)
  const ended = new AbortController()
  const seen: [string, number, number][] = []
  const watching = (async () => {
    for await (const { entity, revision, seq } of hf.watch({ kind: 'session', signal: ended.signal })) {
      seen.push([entity.id, revision, seq])
      if (seen.length === 160) ended.abort()
    }
  })()
  const counters = upTo(4).map((i) => start('counter', file, `own ${i}`, 40))
  for (const counter of counters) await counter.done()
  await watching
  for (const i of upTo(4)) expect(seen.filter(([id]) => id === `own ${i}`).map(([, revision]) => revision)).toEqual(upTo(40))
  expect(seen.map(([, , seq]) => seq)).toEqual(upTo(160))
  for (const i of upTo(4)) expect(await hf.session(`own ${i}`).get('n')).toBe(40)
}, 60_000)

test('what another process has acknowledged is what is read here', async () => {
  const file = temporaryFile()
  const hf = await store(file)
  expect(await bump(hf, 'a')).toBe(1)
  const counter = start('counter', file, 'a', 5)
  await counter.done()
  expect(await hf.session('a').get('n')).toBe(6)
  expect(await bump(hf, 'a')).toBe(7)
}, 60_000)

test('I1 a counter is killed at work: what it was told is there, the others go on', async () => {
  const file = temporaryFile()
  const hf = await store(file)
  const [victim, other] = [start('counter', file, 'a', 100_000), start('counter', file, 'a', 60)]
  await victim.heard(20)
  await victim.kill()
  await other.done()
  const n = await bump(hf, 'a')
  const known = [...reached(victim), ...reached(other)]
  expect(new Set(known).size).toBe(known.length)
  expect(n).toBeGreaterThan(Math.max(...known))
  expect((await hf.session('a').inspect()).revision).toBe(n)
  await soundness(hf)
}, 60_000)

test('I2 a process is killed holding a transaction: nothing of it is there, the others go on', async () => {
  const file = temporaryFile()
  const hf = await store(file)
  await bump(hf, 'a')
  const holder = start('holder', file)
  await holder.heard(1)
  const waiting = [bump(hf, 'a'), bump(hf, 'b')]
  const other = start('counter', file, 'a', 3)
  await holder.kill()
  expect((await Promise.all(waiting))[1]).toBe(1)
  await other.done()
  expect(await hf.session('a').get('n')).toBe(5)
  await soundness(hf)
}, 60_000)

test('a lock held elsewhere for a second and a half holds up nobody but writers', async () => {
  const file = temporaryFile()
  const hf = await store(file)
  await bump(hf, 'a')
  const holder = start('holder', file)
  await holder.heard(1)
  let written = 0
  const waiting = Array.from({ length: 5 }, () => bump(hf, 'a').then(() => written++))
  let fired = 0
  for (; fired < 150; fired++) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    if (fired % 50 === 0) expect(await hf.session('a').get('n')).toBe(1)
  }
  expect({ fired, written }).toEqual({ fired: 150, written: 0 })
  holder.tell('let go')
  await holder.done()
  await Promise.all(waiting)
  expect(await hf.session('a').get('n')).toBe(6)
}, 60_000)

test('several processes make one store at the same time', async () => {
  const file = temporaryFile()
  const counters = upTo(4).map(() => start('counter', file, 'a', 3))
  for (const counter of counters) await counter.done()
  expect(await (await store(file)).session('a').get('n')).toBe(12)
}, 60_000)
