import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { Chance } from '../../simulation/chance.ts'
import { Database } from './database.ts'
import { LibraryNode } from './library-node.ts'
import { ServeNode } from './serve-node.ts'
import { TcpProxy } from './tcp-proxy.ts'

/** What the nodes of a cluster share: one file, or one database server that each reaches through a network of its own. */
export type Shared = 'sqlite' | 'postgres'

export type Member = ServeNode | LibraryNode

/** Processes on one store, and the networks between them. */
export interface Cluster extends AsyncDisposable {
  /** The store, reached without any proxy. */
  readonly store: string
  /** The file that effects write to. */
  readonly outside: string
  readonly served: readonly ServeNode[]
  readonly library: readonly LibraryNode[]
  readonly members: readonly Member[]
  readonly clientLinks: readonly TcpProxy[]
  readonly databaseLinks: readonly TcpProxy[]
  readonly database: Database | undefined
}

/** Nodes of each sort. */
const NODES = 2

/** Starts a cluster: two `holdfast serve`, two processes that use the library. */
export async function startCluster(shared: Shared, seed: number): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-cluster-'))
  const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
  const dispose = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end()
  }
  try {
    const parts = await startParts(shared, new Chance(seed, 'network'), folder, ends)
    return { ...parts, [Symbol.asyncDispose]: dispose }
  } catch (error) {
    await dispose()
    throw error
  }
}

async function startParts(
  shared: Shared,
  chance: Chance,
  folder: string,
  ends: (() => unknown)[],
): Promise<Omit<Cluster, keyof AsyncDisposable>> {
  const database = shared === 'postgres' ? await Database.start() : undefined
  if (database !== undefined) ends.push(() => database.server.stop())
  const store = database?.server.url() ?? `file:${join(folder, 'agent.db')}`
  const outside = join(folder, 'outside')
  const [served, library, clientLinks, databaseLinks]: [ServeNode[], LibraryNode[], TcpProxy[], TcpProxy[]] = [[], [], [], []]
  const proxy = async (list: TcpProxy[], target: number): Promise<TcpProxy> => {
    const made = await TcpProxy.start({ target, random: (limit) => chance.below(limit) })
    ends.push(() => made.close())
    list.push(made)
    return made
  }
  const ownWay = async (): Promise<string> => {
    if (database === undefined) return store
    const { port } = await proxy(databaseLinks, database.server.port)
    return store.replace(`:${database.server.port}`, `:${port}`)
  }
  for (let i = 0; i < NODES; i++) {
    const port = await freePort()
    served.push(new ServeNode(await ownWay(), port, await proxy(clientLinks, port)))
    library.push(new LibraryNode(await ownWay(), outside))
  }
  const members = [...served, ...library]
  for (const member of members) {
    ends.push(() => member.program.kill())
    await member.start()
  }
  await served[0]?.define()
  return { store, outside, served, library, members, clientLinks, databaseLinks, database }
}

/** Starts a member as a supervisor does: again and again, until it stays. */
export async function startAgain(member: Member): Promise<void> {
  const until = performance.now() + 60_000
  for (;;) {
    try {
      return await member.start()
    } catch (error) {
      if (performance.now() > until) throw error
      await member.program.kill()
      await setTimeout(100)
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port was given')
  return address.port
}
