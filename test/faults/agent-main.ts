import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type AgentKillsReport, runAgentKills } from './agent-kills.ts'

/** `npm run faults:agent -- --seed N --kills N --file RUNS.json --json`: kills processes of agents that converse and of agents that pay. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    kills: { type: 'string', default: '200' },
    file: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const data = process.env.HOLDFAST_DATA ?? join(import.meta.dirname, '../../../shared/data')
const file = values.file ?? join(data, 'airline/trajectories.dev.json')
const isThere = existsSync(file)
if (!isThere && values.file !== undefined) {
  console.error(`Expected --file RUNS.json: there is no file ${file}`)
  process.exit(2)
}
if (!isThere) console.error(`No recorded conversations in ${file}: only agents that pay are killed. --file names others`)
const [seed, kills] = [Number(values.seed), Number(values.kills)]
const report = await runAgentKills({
  seed,
  kills,
  file: isThere ? file : undefined,
  onProgress: (text) => process.stderr.write(`${text}\n`),
})
const figures = figuresOf(report)
if (values.json) console.log(JSON.stringify({ seed, figures, ...report }, null, 2))
else for (const { name, value, bound, ok } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${bound})`)
process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1

interface Figure {
  readonly name: string
  readonly value: number
  readonly bound: string
  readonly ok: boolean
}

function figuresOf({ refunds, conversations }: AgentKillsReport): Figure[] {
  const killed = refunds.kills + (conversations?.kills ?? 0)
  return [
    { name: 'kills', value: killed, bound: `>= ${kills}`, ok: killed >= kills },
    none('kills_rerun_steps', refunds.rerun.length + (conversations?.rerun.length ?? 0)),
    none('kills_double_payments', refunds.doubled),
    none('runs_unended', refunds.unended + (conversations?.unended.length ?? 0)),
    ...(conversations === undefined ? [] : figuresOfConversations(conversations)),
  ]
}

function figuresOfConversations(found: NonNullable<AgentKillsReport['conversations']>): Figure[] {
  const { kills: killed, readers, misread } = found
  const equal = readers === 0 ? 0 : (100 * (readers - misread.length)) / readers
  return [
    { name: 'kills_of_conversations', value: killed, bound: `>= ${kills}`, ok: killed >= kills },
    { name: 'conversations', value: found.conversations, bound: '> 0', ok: found.conversations > 0 },
    none('conversations_otherwise', found.otherwise.length),
    none('messages_left', found.left.length),
    none('tools_served_again', found.servedAgain.length),
    { name: 'stream_equal', value: equal, bound: '100', ok: equal === 100 },
  ]
}

function none(name: string, value: number): Figure {
  return { name, value, bound: '0', ok: value === 0 }
}
