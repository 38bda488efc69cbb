import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Engine } from './engine.ts'
import { createMemoryEngine } from './memory/index.ts'
import { createSqliteEngine } from './sqlite/index.ts'

/** A way to get fresh engines for tests that hold on all of them. */
export interface EngineSource {
  readonly name: string
  open(): Promise<Engine>
}

const folders: string[] = []

/** The path of a database file in a new temporary folder. */
export function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'))
  folders.push(folder)
  return join(folder, 'agent.db')
}

/** Removes every folder made so far; for `afterAll`. */
export function removeTemporaryFiles(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

/** Every engine with one partition, as the embedded engines have. */
export const engines: readonly EngineSource[] = [
  { name: 'memory', open: async () => createMemoryEngine() },
  { name: 'sqlite', open: async () => createSqliteEngine({ file: temporaryFile(), durability: 'os' }) },
]
