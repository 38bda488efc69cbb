import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compare } from '../../conformance/fuzz/compare.ts'
import { imported, XSTATE_LIMITS, xstate } from '../../conformance/fuzz/xstate.ts'
import { root } from '../../scripts/package.ts'

const reason = existsSync(join(root, 'conformance/node_modules/xstate'))
  ? ''
  : ' (skipped: npm ci --prefix conformance has not been run)'
test.skipIf(reason !== '').each(['defined', 'imported'])(
  `random charts, %s, do in Holdfast what they do in XState${reason}`,
  async (how) => {
    const own = how === 'imported' ? await imported() : undefined
    const { differences, charts } = compare(7_000_000, 5_000, XSTATE_LIMITS, await xstate(), own)
    expect(charts).toBeGreaterThan(300)
    expect(differences).toEqual([])
  },
)
