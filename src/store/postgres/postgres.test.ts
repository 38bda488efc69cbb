import { afterAll, describe, test } from 'vitest'
import { type ContractHarness, engineContract } from '../contract.ts'
import type { Engine } from '../engine.ts'
import { removeTemporaryFiles, temporaryDatabase } from '../engines.testing.ts'
import { openPostgresEngine } from './index.ts'

afterAll(removeTemporaryFiles)

const places = new WeakMap<Engine, string>()

async function openAt(url: string): Promise<Engine> {
  const engine = await openPostgresEngine({ url, connections: 3 })
  places.set(engine, url)
  return engine
}

const harness: ContractHarness = {
  open: async () => openAt(await temporaryDatabase()),
  async reopen(engine) {
    await engine.close()
    return openAt(places.get(engine) ?? '')
  },
  second: (engine) => openAt(places.get(engine) ?? ''),
  nodes: true,
}

describe('postgres engine', { timeout: 20_000 }, () => {
  for (const { id, title, run } of engineContract) test(`${id} ${title}`, () => run(harness))
})
