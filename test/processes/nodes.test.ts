import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type Holdfast, open } from '../../src/holdfast.ts'
import { removeTemporaryFiles, temporaryDatabase } from '../../src/store/engines.testing.ts'
import { Child } from './child.ts'

const LEASE = 2000
/** What a takeover may take besides the lease. */
const SLACK = 1000

interface Begun {
  readonly job: number
  readonly epoch: number
  readonly at: number
}

interface Ended {
  readonly by: number
  readonly epoch: number
}

/** A node in a process of its own. */
class NodeProcess {
  readonly child: Child
  url = ''
  id = ''
  pid = 0

  constructor(child: Child) {
    this.child = child
  }

  async ready(): Promise<this> {
    await this.child.heard(1)
    return Object.assign(this, this.#told<{ url: string; id: string; pid: number }>('url')[0])
  }

  get begun(): readonly Begun[] {
    return this.#told<Begun>('job')
  }

  get lost(): number {
    return this.#told('lost').length
  }

  #told<Message>(key: string): Message[] {
    return this.child.messages.filter((each) => key in (each as object)) as Message[]
  }
}

const nodes: NodeProcess[] = []
let url: string
let hf: Holdfast

beforeEach(async () => {
  url = await temporaryDatabase()
  hf = await open(url, { worker: false })
})
afterEach(async () => {
  for (const { child } of nodes.splice(0)) await child.kill()
  await hf.close()
})
afterAll(removeTemporaryFiles)

function start(holds: 'hold' | 'go', drainMs = 10_000): Promise<NodeProcess> {
  const node = new NodeProcess(new Child('node', url, LEASE, holds, drainMs))
  nodes.push(node)
  return node.ready()
}

/** Promises jobs, each of a document of its own. */
async function promise(from: number, to: number): Promise<void> {
  const jobs = Array.from({ length: to - from + 1 }, (_, i) => from + i)
  await Promise.all(jobs.map((job) => hf.commit((tx) => void tx.entity('doc', `d${job}`).effect('job', { job }))))
}

/** What is recorded of a job, each time it was. */
async function results(job: number): Promise<Ended[]> {
  const { value } = await hf.commit((tx) => tx.entity('doc', `d${job}`).get(`job ${job}`) ?? [])
  return value as Ended[]
}

/** Waits until something is so; fails when it never is. */
async function until(what: string, holds: () => boolean | Promise<boolean>, ms = 30_000): Promise<void> {
  for (const end = Date.now() + ms; !(await holds()); ) {
    if (Date.now() > end) throw new Error(`Waited ${ms} ms in vain for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

const stateOf = async ({ id }: NodeProcess): Promise<string | undefined> => {
  const { nodes: found } = await hf.nodes.report()
  const node = found.find((each) => each.id === id)
  return node && (node.alive ? node.state : 'dead')
}

test('R69 R26 a node is killed: the other runs what it held within a lease, nothing is lost, no result is recorded twice', async () => {
  // More than one node has room for.
  const JOBS = 240
  const victim = await start('hold')
  await promise(1, 10)
  await until('the victim to hold jobs', () => victim.begun.length === 10)
  const heir = await start('go')
  await hf.commit((tx) => {
    for (let i = 0; i < 20; i++) tx.entity('doc', 'bell').timer(`ring ${i}`, tx.now + i * 200)
  })
  await promise(11, JOBS)
  await until('the other to work, too', () => heir.begun.length > 10)
  const held = victim.begun.map(({ job }) => job)
  await victim.child.kill()
  const killed = Date.now()
  await until('all that the dead node held to be begun again', () =>
    held.every((job) => heir.begun.some((each) => each.job === job)),
  )
  const takenOver = heir.begun.filter(({ job }) => held.includes(job))
  const takeover = Math.max(...takenOver.map(({ at }) => at)) - killed
  await until('every job to be recorded', async () => {
    const { claims, queues } = await hf.nodes.report()
    return claims.length === 0 && queues.length === 0
  })
  const ends = await Promise.all(Array.from({ length: JOBS }, (_, i) => results(i + 1)))
  expect({ lost: ends.filter((all) => all.length === 0).length, doubled: ends.filter((all) => all.length > 1).length }).toEqual({
    lost: 0,
    doubled: 0,
  })
  for (const job of held) expect(await results(job)).toEqual([{ by: heir.pid, epoch: 2 }])
  expect(takeover).toBeLessThanOrEqual(LEASE + SLACK)
  await until('all timers to ring', async () => (await rung()).length === 20)
  for (const times of await rung()) expect(times).toHaveLength(1)
  expect([await stateOf(victim), await stateOf(heir)]).toEqual(['dead', 'up'])
  console.log(`takeover_s ${takeover / 1000}, held ${held.length}, lost 0, doubled 0`)
}, 60_000)

async function rung(): Promise<unknown[][]> {
  const { value } = await hf.commit((tx) => {
    const bell = tx.entity('doc', 'bell')
    return Array.from({ length: 20 }, (_, i) => (bell.get(`ring ${i}`) ?? []) as unknown[])
  })
  return value.filter((times) => times.length > 0)
}

test('R33 a node stands still for longer than its lease: its result comes late and is refused, and it goes on as a node', async () => {
  const frozen = await start('hold')
  await promise(1, 5)
  await until('the node to hold jobs', () => frozen.begun.length === 5)
  const heir = await start('go')
  frozen.child.signal('SIGSTOP')
  await until('the register to call it dead', async () => (await stateOf(frozen)) === 'dead')
  await until('the other to have recorded all', async () => {
    const ends = await Promise.all([1, 2, 3, 4, 5].map(results))
    return ends.every((all) => all.length === 1)
  })
  frozen.child.tell('finish')
  frozen.child.signal('SIGCONT')
  await until('its late results to be refused', () => frozen.lost === 5)
  for (const job of [1, 2, 3, 4, 5]) expect(await results(job)).toEqual([{ by: heir.pid, epoch: 2 }])
  await until('the register to know it again', async () => (await stateOf(frozen)) === 'up')
  await heir.child.kill()
  await promise(6, 6)
  await until('it to work again', async () => (await results(6)).length === 1)
  expect(await results(6)).toEqual([{ by: frozen.pid, epoch: 1 }])
}, 60_000)

test('R71 a node that is asked to end takes no more, ends what it can, and is gone from the register', async () => {
  const leaving = await start('hold')
  await promise(1, 3)
  await until('it to hold jobs', () => leaving.begun.length === 3)
  const staying = await start('go')
  leaving.child.signal('SIGTERM')
  await until('it to say that it drains', async () => (await stateOf(leaving)) === 'draining')
  const ready = await fetch(`${leaving.url}/readyz`)
  expect([ready.status, ((await ready.json()) as { detail: string }).detail]).toEqual([503, expect.stringContaining('draining')])
  expect((await fetch(`${staying.url}/readyz`)).status).toBe(200)
  expect((await fetch(`${leaving.url}/v1/sessions`)).status).toBe(200)
  await promise(4, 20)
  await until('the other to do what is new', async () =>
    (await Promise.all([4, 12, 20].map(results))).every((all) => all.length === 1),
  )
  expect(leaving.begun).toHaveLength(3)
  leaving.child.tell('finish')
  await leaving.child.done()
  for (const job of [1, 2, 3]) expect(await results(job)).toEqual([{ by: leaving.pid, epoch: 1 }])
  expect(await stateOf(leaving)).toBeUndefined()
}, 60_000)

test('R71 what a node cannot end in its time is handed back, and run elsewhere before its lease is over', async () => {
  const leaving = await start('hold', 300)
  await promise(1, 3)
  await until('it to hold jobs', () => leaving.begun.length === 3)
  const { claims } = await hf.nodes.report()
  expect(claims).toMatchObject([{ owner: leaving.id, queue: 'job', count: 3, lapsed: 0 }])
  const staying = await start('go')
  leaving.child.signal('SIGTERM')
  await leaving.child.done()
  await until('the other to do it', async () => (await Promise.all([1, 2, 3].map(results))).every((all) => all.length === 1))
  for (const job of [1, 2, 3]) expect(await results(job)).toEqual([{ by: staying.pid, epoch: 2 }])
  expect(await stateOf(leaving)).toBeUndefined()
}, 60_000)
