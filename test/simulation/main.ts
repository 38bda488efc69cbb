import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { type Campaign, type CampaignOptions, campaign, fewestSteps, hunt } from './campaign.ts'
import { plants } from './plants.ts'
import { simulate } from './simulate.ts'

/**
 * `npm run simulate -- --seed N --seeds N --json`: the whole of Holdfast in a simulated world, once for each seed. `--plant NAME`
 * looks for one planted bug instead, `--trace` tells what happens in one seed, `--jobs N` takes so many processes, `--minutes N`
 * stops after that time.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '100' },
    steps: { type: 'string', default: '200' },
    plant: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    trace: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const [seed, seeds, steps, jobs] = [Number(values.seed), Number(values.seeds), Number(values.steps), Number(values.jobs)]
const names = values.plant === undefined ? Object.keys(plants) : [values.plant]
if (names.some((name) => plants[name] === undefined)) throw new Error(`--plant takes one of ${Object.keys(plants).join(', ')}`)

// One of the processes that share the seeds of a run.
const part = process.env.HOLDFAST_CAMPAIGN
if (part !== undefined) process.send?.(await campaign(JSON.parse(part)))
else if (values.trace) await trace()
else await measure()

async function trace(): Promise<void> {
  const plant = values.plant === undefined ? undefined : plants[values.plant]
  const { violations } = await simulate({ seed, steps, plant, onLine: (line) => console.log(line) })
  for (const violation of violations) console.log(violation)
  process.exitCode = violations.length === 0 ? 0 : 1
}

async function measure(): Promise<void> {
  const began = Date.now()
  const sound = values.plant === undefined ? await many() : undefined
  const found = []
  for (const name of names) {
    const run = await hunt(name, seed, steps)
    if (run !== undefined) found.push(name)
    const where = run === undefined ? 'NOT FOUND' : `seed ${run.seed}: ${run.violations[0]}`
    process.stderr.write(`planted ${name}: ${where.slice(0, 200)}\n`)
  }
  const share = found.length / names.length
  const figures = [
    {
      name: 'planted_bugs_found',
      value: share,
      unit: 'share',
      bound: 1,
      ok: share === 1,
      note: `${found.length} of ${names.length}`,
    },
  ]
  if (sound !== undefined) {
    const { failures, ...counts } = sound
    const value = failures.reduce((sum, { violations }) => sum + violations.length, 0)
    const note = `${counts.seeds} seeds of ${steps} steps in ${Math.round((Date.now() - began) / 1000)} s: ${JSON.stringify(counts)}`
    figures.unshift({ name: 'simulation_violations', value, unit: 'violations', bound: 0, ok: value === 0, note })
    await tell(sound)
  }
  if (values.json) console.log(JSON.stringify({ seed, seeds, steps, figures }, null, 2))
  else for (const { name, value, ok, note } of figures) console.log(`${ok ? 'ok  ' : 'FAIL'} ${name} ${value} (${note})`)
  process.exitCode = figures.every(({ ok }) => ok) ? 0 : 1
}

/** What failed, each with the command that shows it again. */
async function tell({ failures }: Campaign): Promise<void> {
  for (const run of failures.slice(0, 10)) {
    const fewest = await fewestSteps(run.seed, steps)
    process.stderr.write(`\nnpm run simulate -- --trace --seed ${run.seed} --steps ${fewest}\n`)
    for (const violation of run.violations.slice(0, 5)) process.stderr.write(`  ${violation.slice(0, 500)}\n`)
  }
}

/** All seeds, shared among so many processes. */
async function many(): Promise<Campaign> {
  const until = values.minutes === undefined ? undefined : Date.now() + Number(values.minutes) * 60_000
  const share = Math.ceil(seeds / jobs)
  const parts = Array.from({ length: jobs }, (_, i): CampaignOptions => {
    const from = i * share
    return { seed: seed + from, seeds: Math.max(Math.min(share, seeds - from), 0), steps, ...(until !== undefined && { until }) }
  })
  const done = await Promise.all(parts.map((part) => (jobs === 1 ? campaign(part) : elsewhere(part))))
  const total = (name: 'seeds' | 'events' | 'records' | 'crashes' | 'undecided'): number =>
    done.reduce((sum, part) => sum + part[name], 0)
  const counts = { seeds: total('seeds'), events: total('events'), records: total('records'), crashes: total('crashes') }
  return { ...counts, undecided: total('undecided'), failures: done.flatMap(({ failures }) => failures) }
}

async function elsewhere(part: CampaignOptions): Promise<Campaign> {
  const child = fork(import.meta.filename, { env: { ...process.env, HOLDFAST_CAMPAIGN: JSON.stringify(part) } })
  const end = once(child, 'exit').then(([code]) => {
    throw new Error(`The process for the seeds from ${part.seed} on ended (${code}) without an answer`)
  })
  const [result] = await Promise.race([once(child, 'message'), end])
  end.catch(() => {})
  child.disconnect()
  return result as Campaign
}
