import { isDeepStrictEqual } from 'node:util'
import { type EntityRow, refKey } from '../../src/store/index.ts'
import { check } from '../linearizability/checker.ts'
import { byObject } from '../linearizability/history.ts'
import { ACCOUNTS, type Agents, MONEY } from './agents.ts'
import type { Calls } from './calls.ts'
import type { Chance } from './chance.ts'
import type { FeedWatch, Gap } from './feed-watch.ts'
import { objectKindOf } from './objects.ts'
import { Order } from './order-machine.ts'
import type { Node, World } from './world.ts'

/** What is to be judged, when everything has come to rest, and who looks. */
export interface Case {
  readonly world: World
  readonly calls: Calls
  readonly agents: Agents
  readonly watches: readonly FeedWatch[]
  /** A process that has just been started and that nothing disturbs. */
  readonly witness: Node
  readonly chance: Chance
  readonly report: (violation: string) => void
}

/** Holds what is left against what was promised. Returns how many histories would have taken too long to judge. */
export async function judge(all: Case): Promise<number> {
  await judgeStore(all)
  await judgePast(all)
  judgeAnswers(all)
  await judgeFeed(all)
  await judgeAgents(all)
  return judgeHistories(all)
}

/** I3, and I4 as far as the log goes: the engine holds what it said it had taken, and nothing else. */
async function judgeStore({ world: { ledger }, witness: { hf }, report }: Case): Promise<void> {
  const { engine } = hf.store
  for await (const { code, message } of engine.verify()) report(`E42: ${code}: ${message}`)
  for (const [partition, { floor }] of (await engine.heads()).entries()) {
    const log = await engine.log({ partition, after: floor, limit: 100_000 })
    const found = log.map(({ seq, commit, num, revision, last }) => `${seq} ${commit} ${num} ${revision} ${last}`)
    const accepted = ledger.logs[partition] ?? []
    const wanted = accepted.map(({ seq, commit, num, revision }, i) => {
      return `${seq} ${commit} ${num} ${revision} ${commit !== accepted[i + 1]?.commit}`
    })
    if (!isDeepStrictEqual(found, wanted.slice(floor)))
      report(`I1: log ${partition} has ${found.length} records, not what was accepted${parting(found, wanted.slice(floor))}`)
  }
  for (const { records, terms, num, isDeleted } of ledger.accounts.values()) {
    const row = await engine.entityByNum(num)
    const last = records.at(-1)
    if (row?.revision !== last?.revision || row?.deleted !== isDeleted)
      report(`I3: entity ${num} is not as its last record has it`)
    const has = (await engine.terms(num)).map(({ name, value }) => `${name} ${value}`)
    const should = [...terms].flatMap(([name, values]) => values.map((value) => `${name} ${value}`)).sort()
    if (!isDeepStrictEqual([...has].sort(), should)) report(`I3: entity ${num} has the terms ${has}, it was given ${should}`)
  }
  for (const [id, { state, epoch }] of ledger.outbox) {
    const row = await engine.outboxRow(id)
    if (row?.state !== state || row.epoch !== epoch)
      report(`I3: effect ${id} is ${row?.state} of epoch ${row?.epoch}, it was made ${state} of epoch ${epoch}`)
  }
}

/** I5: what is current, and what was at some moments of the past, is what was written. */
async function judgePast({ world: { ledger }, witness: { hf }, chance, report }: Case): Promise<void> {
  const { reader, codec, engine } = hf.store
  const plain = (segments: ReadonlyMap<string, Uint8Array>): [string, string][] =>
    sorted([...segments].map(([key, segment]) => [key, Buffer.from(codec.open(segment)).toString('base64')]))
  for (const { num, records } of ledger.accounts.values()) {
    const row = (await engine.entityByNum(num)) as EntityRow
    const moments = [records.at(-1), chance.pick(records), chance.pick(records)].map((record) => record?.seq ?? 0)
    for (const seq of new Set([...moments, (moments[1] ?? 0) - 1].filter((each) => each >= row.floor))) {
      const found = sorted(
        [...(await reader.below(row, '', seq))].map(([key, { plain }]) => [key, Buffer.from(plain).toString('base64')]),
      )
      if (!isDeepStrictEqual(found, plain(ledger.asOf(num, seq))))
        report(`I5: ${row.kind} ${row.id} as of ${seq} is not what was current then`)
    }
  }
}

function sorted(pairs: [string, string][]): [string, string][] {
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1))
}

/** I1: what clients were told of is there. */
function judgeAnswers({ world: { ledger }, calls, report }: Case): void {
  for (const { num, seq, revision } of calls.acknowledged) {
    const record = ledger.logOf(num)[seq - 1]
    if (record?.num !== num || record.revision !== revision) report(`I1: record ${seq} was acknowledged, and is not there`)
  }
}

/** I4: each who followed the feed was told all of it once, in order, but for what was swept before he could be told. */
async function judgeFeed({ world: { ledger }, watches, witness, report }: Case): Promise<void> {
  const heads = await witness.hf.store.engine.heads()
  for (const [i, { told, gaps }] of watches.entries()) {
    for (const [partition, log] of ledger.logs.entries()) {
      const here = told.filter(({ entity }) => ledger.partitionOf(entity) === partition)
      const seen = new Set(here.map(({ seq }) => seq))
      const isIn = (seq: number, { after, to }: Gap): boolean => seq > (after[partition] ?? 0) && seq <= (to[partition] ?? 0)
      const due = log.filter(({ seq }) => seen.has(seq) || !gaps.some((gap) => isIn(seq, gap)))
      const found = here.map(({ seq, commit, entity }) => `${seq} ${commit} ${refKey(entity)}`)
      const wanted = due.map(({ seq, commit, change }) => `${seq} ${commit} ${refKey(change.entity)}`)
      if (isDeepStrictEqual(found, wanted)) continue
      report(`I4: watch ${i} was told ${found.length} of ${wanted.length} records of log ${partition}${parting(found, wanted)}`)
    }
    for (const { after } of gaps)
      if (!heads.some(({ floor }, partition) => floor > (after[partition] ?? 0)))
        report(`R55: watch ${i} was told that what is behind ${after} was swept, which it was not`)
  }
}

function parting(found: readonly string[], wanted: readonly string[]): string {
  const at = wanted.findIndex((each, i) => each !== found[i])
  return at === -1 ? '' : `; at ${at} ${found[at]} instead of ${wanted[at]}`
}

/** I7, R13, R42: each effect was recorded once, each timer rang once, machines came through each round, and no money is lost. */
async function judgeAgents(all: Case): Promise<void> {
  const { world, witness, agents, report } = all
  const { known } = agents
  const values = (kind: string, id: string): Promise<ReadonlyMap<string, unknown>> =>
    world.scheduler.at(witness.place, 'look', async () => {
      const { value } = await witness.hf.commit((tx) => [...tx.entity(kind, id).scan('')])
      return new Map(value)
    })
  for (const [id, count] of known.mails) {
    const entries = await values('mail', id)
    const sent = [...entries].filter(([key]) => key.startsWith('sent/'))
    if (sent.some(([, times]) => times !== 1) || sent.length !== Number(entries.get('put') ?? 0))
      report(`I7: of ${entries.get('put')} effects of ${id} these were recorded: ${JSON.stringify(sent)}`)
    within(all, `effects of ${id}`, sent.length, count)
  }
  for (const { entity, name } of known.alarms) {
    const entries = await values('alarm', entity)
    const times = Number(entries.get(`rang/${name}`) ?? 0) + Number(entries.get(`cancelled/${name}`) ?? 0)
    if (times !== 1) report(`R42: timer ${name} of ${entity} rang or was cancelled ${times} times`)
  }
  for (const [id, count] of known.rounds) {
    const [session = '', name = ''] = [id.slice(0, id.lastIndexOf('/')), 'order']
    const instance = witness.hf.machine(Order, session, name)
    const { states, context } = await world.scheduler.at(witness.place, 'look', () => instance.snapshot())
    const { rounds, answers, rests } = context
    const wanted = Array.from({ length: rounds }, (_, i) => i + 1)
    if (states.join() !== 'idle' || rests !== rounds || !isDeepStrictEqual(answers, wanted))
      report(`I7: ${id} is ${states} after ${rounds} rounds with the answers ${answers} and ${rests} rests`)
    within(all, `rounds of ${id}`, rounds, count)
  }
  let money = 0
  for (const id of ACCOUNTS) money += Number((await values('account', id)).get('money'))
  if (money !== ACCOUNTS.length * MONEY) report(`R13: the accounts hold ${money} in the end`)
}

function within({ report }: Case, what: string, found: number, { sure, maybe }: { sure: number; maybe: number }): void {
  if (found < sure || found > sure + maybe)
    report(`I1: there are ${found} ${what}; ${sure} were acknowledged, ${maybe} more may be`)
}

/** I1, I2, R65: each object answered as if one call had come after the other. Returns how many are left undecided. */
function judgeHistories({ calls, report }: Case): number {
  let undecided = 0
  for (const [object, history] of byObject(calls.history)) {
    const kind = objectKindOf(object)
    const verdict = kind && check(kind.model, history)
    if (verdict?.linearizable === undefined) undecided++
    if (verdict?.linearizable !== false) continue
    const { stuck, order } = verdict
    report(
      `R65: the history of ${object} is not linearizable: behind ${order.length} of ${history.length} calls, ${JSON.stringify(stuck)} fits nowhere`,
    )
  }
  return undecided
}
