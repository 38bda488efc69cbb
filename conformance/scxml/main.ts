// How many of the 316 documents of @scion-scxml/test-framework, those of the W3C among them, run as their authors say:
//   npm run conformance:scxml -- --json
import { join } from 'node:path'
import { formatFigures, judge } from '../../bench/figure.ts'
import { readOptions, say } from '../../bench/options.ts'
import { installSidePackage } from '../../scripts/side-package.ts'
import { loadScxml } from '../../src/scxml/index.ts'
import { readPairs } from './pair.ts'
import { runPair } from './run.ts'

const options = readOptions(process.argv.slice(2))
const missing = installSidePackage('conformance', say)
if (missing !== undefined) throw new Error(missing)

using reader = await loadScxml()
const pairs = readPairs(join(import.meta.dirname, '../node_modules/@scion-scxml/test-framework/test'))
const misses = pairs.flatMap((pair) => {
  const reason = runPair(pair, reader)
  return reason === undefined ? [] : [{ name: pair.name, reason }]
})
for (const { name, reason } of misses) say(`missed ${name}: ${reason}`)
const note = `of ${pairs.length}; missed: ${misses.map(({ name }) => name).join(', ') || 'none'}`
const figures = [judge('scxml_passed', { unit: 'documents', atLeast: 314 }, { value: pairs.length - misses.length, note })]
say(formatFigures(figures))
if (figures.some(({ ok }) => !ok)) process.exitCode = 1
if (options.json) console.log(JSON.stringify({ figures, misses }))
