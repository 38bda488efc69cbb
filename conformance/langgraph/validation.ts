import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Family } from '../../bench/family.ts'
import type { Measured } from '../../bench/figure.ts'
import { inFolder } from '../../bench/folder.ts'
import { say } from '../../bench/options.ts'
import { root } from '../../scripts/package.ts'
import { installSidePackage } from '../../scripts/side-package.ts'

/** What vitest reports, as far as it is read. */
interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[]
  }[]
}

/** LangGraph's suite for checkpointers, with its tests of delta channels: 726 tests, of which none may be left out. */
export const validation: Family<'langgraph_validation_sqlite' | 'langgraph_validation_postgres'> = {
  figures: ['langgraph_validation_sqlite', 'langgraph_validation_postgres'],
  async measure() {
    const trouble = installSidePackage('conformance/langgraph', say)
    const nothing: Measured = { value: null, note: trouble ?? '' }
    if (trouble !== undefined) return { langgraph_validation_sqlite: nothing, langgraph_validation_postgres: nothing }
    return {
      langgraph_validation_sqlite: await passed('sqlite'),
      langgraph_validation_postgres: await passed('postgres'),
    }
  },
}

/** How many tests pass on an engine. */
function passed(engine: string): Promise<Measured> {
  return inFolder(async (folder) => {
    const report = join(folder, 'report.json')
    const flags = ['--config', 'conformance/langgraph/vitest.config.ts', '--reporter=json', `--outputFile=${report}`]
    const vitest = join(root, 'node_modules/vitest/vitest.mjs')
    const { stderr } = spawnSync(process.execPath, [vitest, 'run', ...flags, `suite/${engine}.suite.ts`], {
      cwd: root,
      encoding: 'utf8',
    })
    if (stderr.trim() !== '') say(stderr.trim())
    const tests = (JSON.parse(readFileSync(report, 'utf8')) as Report).testResults.flatMap(
      ({ assertionResults }) => assertionResults,
    )
    for (const { status, fullName } of tests) if (status !== 'passed') say(`${status}: ${fullName}`)
    const value = tests.filter(({ status }) => status === 'passed').length
    return { value, note: `of ${tests.length} tests; ${tests.length - value} failed or skipped` }
  })
}
