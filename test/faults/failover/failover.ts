import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { open } from '../../../src/holdfast.ts'
import { Chance } from '../../simulation/chance.ts'
import { Clients } from '../cluster/clients.ts'
import { freezeTree, thaw } from '../cluster/frozen.ts'
import { LibraryNode } from '../cluster/library-node.ts'
import { judgeHistories } from '../cluster/verdict.ts'
import { DatabasePair } from './database-pair.ts'
import { Ledger } from './ledger.ts'

/** How a primary is lost: its main process is killed, it goes down like in a crash, or all of it stands still and comes back later. */
export const LOSSES = ['kill', 'crash', 'freeze'] as const
export type Loss = (typeof LOSSES)[number]

export interface FailoverOptions {
  readonly seed: number
  readonly loss: Loss
  /** A database server's programs, where not those of npm. */
  readonly bin?: string
}

/** What came of it. */
export interface FailoverReport {
  readonly acknowledged: number
  readonly unknown: number
  readonly lost: number
  readonly twice: number
  /** Milliseconds in which nothing was acknowledged. */
  readonly outage: number
  readonly operations: number
  /** Objects whose histories no order explains. */
  readonly violations: readonly string[]
  /** Of them, those in which only something that changed nothing was answered from a state that was no more. */
  readonly stale: number
  readonly undecided: number
  readonly findings: readonly string[]
}

/** Acknowledgements before the primary is lost, and after the standby has taken over. */
const ENOUGH = 100
/** Longer than any node may take to find the new primary. */
const PATIENCE_MS = 60_000

/** Two nodes write; the primary is lost; the standby takes over; the old primary may come back. What was acknowledged must be there. */
export async function failover({ seed, loss, bin }: FailoverOptions): Promise<FailoverReport> {
  await using pair = await DatabasePair.start(bin === undefined ? {} : { bin })
  await using nodes = await startNodes(pair.url)
  const chance = new Chance(seed, 'failover')
  const ledger = new Ledger(`ledger-${seed}`)
  const clients = new Clients({ served: [], library: nodes.library }, seed)
  const stop = new AbortController()
  const working = [ledger.write(nodes.library, new Chance(seed, 'ledger'), stop.signal), clients.run(2, stop.signal)]
  await reached(ledger, ENOUGH)
  await setTimeout(chance.below(300))
  await lose(pair, loss, chance)
  await reached(ledger, ledger.acknowledged + ENOUGH)
  stop.abort()
  await Promise.all(working)
  await clients.look()
  await using hf = await open(pair.standby.url(), { worker: false })
  const { acknowledged, unknown, lost, twice } = await ledger.balance(hf)
  const findings = [...clients.findings, ...nodes.library.flatMap(({ program }) => program.collapses)]
  for await (const { code, message } of hf.store.engine.verify()) findings.push(`E42: ${code}: ${message}`)
  const { violations, stale, undecided } = judgeHistories(clients.history)
  const counts = { acknowledged, unknown, lost: lost.length, twice: twice.length, outage: ledger.outage }
  return { ...counts, operations: clients.history.length, violations, stale, undecided, findings }
}

/** Takes the primary away, lets the standby take over, and brings back what was frozen: before the others have given it up, or after. */
async function lose(pair: DatabasePair, loss: Loss, chance: Chance): Promise<void> {
  const frozen = loss === 'freeze' ? freezeTree(pair.primary.pid) : []
  if (loss !== 'freeze') await pair.primary.kill(loss === 'kill' ? 'SIGKILL' : 'SIGQUIT')
  await setTimeout(chance.below(500))
  await pair.promote()
  if (loss !== 'freeze') return
  await setTimeout(chance.below(chance.happens(0.5) ? 1000 : 15_000))
  thaw(frozen)
}

async function reached(ledger: Ledger, count: number): Promise<void> {
  const until = performance.now() + PATIENCE_MS
  while (ledger.acknowledged < count) {
    if (performance.now() > until)
      throw new Error(`Only ${ledger.acknowledged} of ${count} numbers were acknowledged in ${PATIENCE_MS} ms`)
    await setTimeout(20)
  }
}

/** Two processes that use the library on a store. */
async function startNodes(store: string): Promise<AsyncDisposable & { readonly library: readonly LibraryNode[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-failover-'))
  const library = [1, 2].map(() => new LibraryNode(store, join(folder, 'outside')))
  const dispose = async (): Promise<void> => {
    await Promise.all(library.map(({ program }) => program.kill()))
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    for (const node of library) await node.start()
  } catch (error) {
    await dispose()
    throw error
  }
  return { library, [Symbol.asyncDispose]: dispose }
}
