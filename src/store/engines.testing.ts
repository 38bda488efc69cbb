import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { createMemoryEngine } from './memory/index.ts'
import { openPostgresEngine } from './postgres/index.ts'
import { PostgresServer } from './postgres/server.testing.ts'
import { createSqliteEngine } from './sqlite/index.ts'

export const engineNames = ['memory', 'sqlite', 'postgres'] as const
/** Those whose data several processes may work on at once. */
export const sharedEngineNames = ['sqlite', 'postgres'] as const
export type EngineName = (typeof engineNames)[number]

/** A way to get fresh engines for tests that hold on all of them. */
export interface EngineSource {
  readonly name: EngineName
  open(): Promise<Engine>
}

const folders: string[] = []

/** The path of a database file in a new temporary folder. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  folders.push(folder)
  return join(folder, 'agent.db')
}

let server: Promise<PostgresServer> | undefined
let schemas = 0

/** Where a store can be made that nobody has, on a database server of this test file's own. */
export async function temporaryDatabase(): Promise<string> {
  server ??= PostgresServer.start()
  return `${(await server).url()}?schema=s${++schemas}`
}

/** Removes every folder made so far, and the database server; for `afterAll`. */
export async function removeTemporaryFiles(): Promise<void> {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  const running = await server
  server = undefined
  await running?.stop()
}

/**
 * Data of its own for a test. Each call opens it once more, as another process would; what is in memory outlives its closing, and is
 * opened by one at a time.
 */
export function freshData(name: EngineName): () => Promise<Engine> {
  if (name === 'memory') {
    const memory = createMemoryEngine()
    return async () => ({ ...memory, close() {} })
  }
  if (name === 'sqlite') {
    const file = temporaryFile()
    return async () => createSqliteEngine({ file, durability: 'os' })
  }
  let url: Promise<string> | undefined
  return async () => {
    url ??= temporaryDatabase()
    return openPostgresEngine({ url: await url, partitions: 1, connections: 3 })
  }
}

/** The embedded engines, with one partition each. */
export const engines: readonly EngineSource[] = [
  { name: 'memory', open: async () => createMemoryEngine() },
  { name: 'sqlite', open: async () => createSqliteEngine({ file: temporaryFile(), durability: 'os' }) },
]

/** PostgreSQL with one partition, so that it answers as the embedded engines do, to the number. */
export const postgres: EngineSource = {
  name: 'postgres',
  open: () => freshData('postgres')(),
}

/** All of them. */
export const everyEngine: readonly EngineSource[] = [...engines, postgres]
