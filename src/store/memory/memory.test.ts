import { describe, test } from 'vitest'
import { engineContract } from '../contract.ts'
import { createMemoryEngine } from './index.ts'

for (const partitions of [1, 3]) {
  describe(`memory engine, partitions: ${partitions}`, () => {
    const harness = { open: async () => createMemoryEngine({ partitions }) }
    for (const { id, title, needs, run } of engineContract) {
      // A memory engine ends with its process: there is nothing to reopen and nobody to share with.
      test.skipIf(needs !== undefined)(`${id} ${title}`, () => run(harness))
    }
  })
}
