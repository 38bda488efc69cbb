import { existsSync, readFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { type Holdfast, open } from '../../../src/holdfast.ts'
import { Chance } from '../../simulation/chance.ts'
import { Clients } from './clients.ts'
import { type Cluster, type Shared, startAgain, startCluster } from './cluster.ts'
import { DEED_KIND, RECORDED, type Recorded, type Run } from './deed.ts'
import { harm } from './harm.ts'
import { type MishapKind, mishaps, NODE_MISHAPS, surroundings } from './mishaps.ts'
import { judgeDeeds, judgeHistories } from './verdict.ts'

/** What to do to a cluster. */
export interface CampaignOptions {
  readonly shared: Shared
  readonly seed: number
  /** Clients ask for so long at least, and until each kind of mishap has happened once. */
  readonly ms: number
  readonly onProgress?: (text: string) => void
}

/** What came of it. */
export interface CampaignReport {
  readonly operations: number
  /** Operations of which nobody knows whether they were done. */
  readonly unknown: number
  readonly objects: number
  readonly mishaps: Readonly<Record<string, number>>
  readonly answersLost: number
  readonly effects: { readonly promised: number; readonly runs: number; readonly runAgain: number; readonly recorded: number }
  /** Objects whose histories no order explains. */
  readonly violations: readonly string[]
  readonly undecided: number
  /** Everything else that must not be. */
  readonly findings: readonly string[]
}

const CLIENTS = 6
/** Longer than any lease of a node whose clock was wrong. */
const LONG_MS = 600_000

/** Lets clients ask while everything goes wrong, puts everything right, and judges what they were told. */
export async function campaign({ shared, seed, ms, onProgress }: CampaignOptions): Promise<CampaignReport> {
  await using cluster = await startCluster(shared, seed)
  const clients = new Clients(cluster, seed)
  const counts: Record<string, number> = {}
  const until = performance.now() + ms
  const stop = new AbortController()
  const working = clients.run(CLIENTS, stop.signal)
  const lane = (kinds: readonly MishapKind[], name: string): Promise<void> =>
    disturb(cluster, kinds, new Chance(seed, name), (kind) => {
      counts[kind] = (counts[kind] ?? 0) + 1
      onProgress?.(`${kind}: ${clients.history.length} operations, ${clients.unknown} unknown`)
      return performance.now() < until
    })
  await Promise.all([lane(NODE_MISHAPS, 'nodes'), lane(surroundings(cluster.database !== undefined), 'surroundings')])
  stop.abort()
  await working
  await putRight(cluster)
  await clients.look()
  const { violations, undecided } = judgeHistories(clients.history)
  const { findings, effects } = await inspect(cluster, clients)
  const { history, unknown, pool } = clients
  const answersLost = [...cluster.clientLinks, ...cluster.databaseLinks].reduce((sum, proxy) => sum + proxy.answersLost, 0)
  const { length } = pool.objects
  return {
    operations: history.length,
    unknown,
    objects: length,
    mishaps: counts,
    answersLost,
    effects,
    violations,
    undecided,
    findings,
  }
}

/** One mishap after the other: each kind once, and then as long as `next` says. */
async function disturb(cluster: Cluster, kinds: readonly MishapKind[], chance: Chance, next: (kind: MishapKind) => boolean) {
  let done = 0
  for (const mishap of mishaps(kinds, chance)) {
    await setTimeout(chance.below(300))
    if (kinds === NODE_MISHAPS) await revive(cluster)
    await harm(cluster, mishap)
    const goesOn = next(mishap.kind)
    if (++done >= kinds.length && !goesOn) return
  }
}

/** What has ended by itself is started again, as a supervisor would; it is a finding all the same. */
async function revive({ members }: Cluster): Promise<void> {
  for (const member of members) if (!member.program.isRunning) await startAgain(member)
}

/** Everything runs again, and one node is so far ahead that every claim has lapsed for it: what was left undone is done. */
async function putRight(cluster: Cluster): Promise<void> {
  const [last] = cluster.library
  for (const member of cluster.members) {
    if (member !== last && member.program.isRunning) continue
    await member.program.kill()
    member.program.skew = member === last ? LONG_MS : 0
    await startAgain(member)
  }
}

async function inspect(cluster: Cluster, { findings, deeds }: Clients) {
  await using hf = await open(cluster.store, { worker: false })
  const acknowledged = [...deeds].flatMap(([id, isKnown]) => (isKnown ? [id] : []))
  for (let tries = 0; tries < 120 && (await ended(hf, acknowledged)).length < acknowledged.length; tries++) await setTimeout(500)
  const recorded = await ended(hf, [...deeds.keys()])
  const runs = existsSync(cluster.outside) ? readRuns(cluster.outside) : []
  const all = [...findings, ...judgeDeeds({ promised: deeds, runs, recorded })]
  for (const { program } of cluster.members) all.push(...program.collapses)
  for await (const { code, message } of hf.store.engine.verify()) all.push(`E42: ${code}: ${message}`)
  const runAgain = runs.length - new Set(runs.map(({ id }) => id)).size
  return { findings: all, effects: { promised: deeds.size, runs: runs.length, runAgain, recorded: recorded.length } }
}

async function ended(hf: Holdfast, ids: readonly string[]): Promise<Recorded[]> {
  const found = await Promise.all(
    ids.map((id) => hf.commit((tx) => (tx.entity(DEED_KIND, id).get(RECORDED) ?? []) as Recorded[])),
  )
  return found.flatMap(({ value }) => value)
}

function readRuns(file: string): Run[] {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as Run)
}
