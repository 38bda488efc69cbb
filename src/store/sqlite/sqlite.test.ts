import { afterAll, describe, test } from 'vitest'
import { type ContractHarness, engineContract } from '../contract.ts'
import type { Engine } from '../engine.ts'
import { removeTemporaryFiles, temporaryFile } from '../engines.testing.ts'
import { createSqliteEngine } from './index.ts'

afterAll(removeTemporaryFiles)

const files = new WeakMap<Engine, string>()

function openFile(file: string): Engine {
  const engine = createSqliteEngine({ file })
  files.set(engine, file)
  return engine
}

const harness: ContractHarness = {
  open: async () => openFile(temporaryFile()),
  async reopen(engine) {
    await engine.close()
    return openFile(files.get(engine) ?? '')
  },
  second: async (engine) => openFile(files.get(engine) ?? ''),
}

describe('sqlite engine', () => {
  for (const { id, title, needs, run } of engineContract) {
    // A file is for the processes of one machine; they keep no register of each other.
    test.skipIf(needs === 'nodes')(`${id} ${title}`, () => run(harness))
  }
})
