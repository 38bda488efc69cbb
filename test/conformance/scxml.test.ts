import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPairs } from '../../conformance/scxml/pair.ts'
import { runPair } from '../../conformance/scxml/run.ts'
import { root } from '../../scripts/package.ts'
import { loadScxml } from '../../src/scxml/index.ts'

const folder = join(root, 'conformance/node_modules/@scion-scxml/test-framework/test')
const reason = existsSync(folder) ? '' : ' (skipped: npm ci --prefix conformance has not been run)'

test.skipIf(reason !== '')(
  `C1 the documents of the W3C and of SCION run as their authors say, but for one${reason}`,
  async () => {
    using reader = await loadScxml()
    const pairs = readPairs(folder)
    expect(pairs.length).toBe(316)
    expect(pairs.filter((pair) => runPair(pair, reader) !== undefined).map(({ name }) => name)).toEqual(['w3c-ecma/test496.txml'])
  },
)
