// The OpenAI Agents SDK's own Runner, with a scripted model, on Holdfast: killed, resumed, written to by many processes, and beside its MemorySession:
//   npm run conformance:openai-agents -- --json
import { formatFigures, judge } from '../../bench/figure.ts'
import { readOptions, say } from '../../bench/options.ts'
import { checks } from './checks.ts'
import { onEachDatabase } from './site.ts'

const { json, quick } = readOptions(process.argv.slice(2))
const misses: { readonly name: string; readonly reason: string }[] = []
let all = 0
for await (const site of onEachDatabase(quick)) {
  for (const [name, check] of Object.entries(checks)) {
    all++
    const began = performance.now()
    const reason = await check(site).catch((error: unknown) =>
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    )
    const took = `${((performance.now() - began) / 1000).toFixed(1)} s`
    say(`${site.database} ${name}: ${reason === undefined ? `ok, ${took}` : `missed: ${reason}`}`)
    if (reason !== undefined) misses.push({ name: `${site.database} ${name}`, reason })
  }
}
const note = `of ${all}; missed: ${misses.map(({ name }) => name).join(', ') || 'none'}`
const figures = [judge('openai_runner', { unit: 'scenarios', atLeast: all }, { value: all - misses.length, note })]
say(formatFigures(figures))
if (figures.some(({ ok }) => !ok)) process.exitCode = 1
if (json) console.log(JSON.stringify({ figures, misses }))
