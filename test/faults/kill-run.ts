import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Holdfast, open } from '../../src/holdfast.ts'
import { type Run, readRuns } from '../../src/replay/index.ts'
import { stateHash } from '../../src/store/index.ts'
import { isInside } from './gauge.ts'
import { seeded } from './random.ts'
import { type Acknowledgement, type Sentence, sacrifice, type VictimOptions } from './victim.ts'

/** What to do to the victims. */
export interface KillOptions {
  readonly data: string
  readonly seed: number
  readonly kills: number
  /** Recorded runs replayed in each round. */
  readonly limit: number
  /** URL of a PostgreSQL database to write to, in place of files: a schema for each round. */
  readonly database?: string | undefined
  readonly onProgress?: (text: string) => void
}

/** What came of it. */
export interface KillReport {
  readonly kills: number
  /** Of them, between the first and the last acknowledged message of a round. */
  readonly between: number
  /** Of them, while a batch was with the engine: begun and not answered. */
  readonly inside: number
  readonly rounds: number
  readonly messages: number
  /** Acknowledged messages that were not there after a kill, or were acknowledged again. */
  readonly lost: number
  /** Messages that are there twice, in another place or with other words than they should. */
  readonly doubled: number
  /** Findings of the verifier, all rounds together. */
  readonly damage: number
  readonly hashEqual: boolean
}

const WRITERS = ['auto', 'inline', 'thread'] as const
const CONCURRENCIES = [64, 1, 8] as const

/** Kills victims until enough have died. Each round replays all runs into a fresh store, however many deaths that takes. */
export async function runKills(options: KillOptions): Promise<KillReport> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-kill-'))
  try {
    const runs = (await readRuns(options.data)).slice(0, options.limit)
    const kills = new Kills(options, folder, runs)
    await kills.undisturbed()
    while (kills.report.kills < options.kills) await kills.round()
    return kills.report
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Kills {
  readonly #options: KillOptions
  readonly #folder: string
  readonly #runs: readonly Run[]
  readonly #random: (limit: number) => number
  #hash = ''
  report: KillReport = {
    kills: 0,
    between: 0,
    inside: 0,
    rounds: 0,
    messages: 0,
    lost: 0,
    doubled: 0,
    damage: 0,
    hashEqual: true,
  }

  constructor(options: KillOptions, folder: string, runs: readonly Run[]) {
    this.#options = options
    this.#folder = folder
    this.#runs = runs
    this.#random = seeded(options.seed)
  }

  get #total(): number {
    return this.#runs.reduce((sum, { steps }) => sum + steps.length, 0)
  }

  /** What the same runs come to in a file when nobody is killed: a database must come to the same. */
  async undisturbed(): Promise<void> {
    const victim = { ...this.#victim('undisturbed', 0), store: join(this.#folder, 'undisturbed', 'agent.db') }
    await sacrifice(victim, undefined)
    await using hf = await open(urlOf(victim.store), { worker: false })
    this.#hash = await stateHash(hf.store)
  }

  async round(): Promise<void> {
    const round = this.report.rounds
    const victim = this.#victim(`round-${round}`, round)
    const known = new Map<string, Acknowledgement>()
    for (let done = false; !done; ) {
      const isLast = this.report.kills >= this.#options.kills
      const { killed, acknowledged } = await sacrifice(victim, isLast ? undefined : this.#sentence())
      const again = this.#note(known, acknowledged)
      if (killed) await this.#autopsy(victim, known)
      this.#add({ lost: again })
      done = !killed
    }
    await this.#judge(victim, known)
    this.#add({ rounds: 1, messages: this.#total })
    this.#options.onProgress?.(`round ${round + 1}: ${this.report.kills} killed, ${this.report.inside} inside a commit`)
  }

  /** Mostly while it writes; now and then while it starts or recovers. */
  #sentence(): Sentence {
    const whileStarting = this.#random(12) === 0
    if (whileStarting) return { after: 0, delay: this.#random(500) }
    return { after: 1 + this.#random(Math.ceil(this.#total / 14)), delay: this.#random(4) }
  }

  /** Takes down what was acknowledged; how much of it had been acknowledged before, so had been lost. */
  #note(known: Map<string, Acknowledgement>, acknowledged: readonly Acknowledgement[]): number {
    let again = 0
    for (const each of acknowledged) {
      const name = `${each.session} ${each.index}`
      if (known.has(name)) again++
      known.set(name, each)
    }
    return again
  }

  async #autopsy({ store, gauge }: VictimOptions, known: ReadonlyMap<string, Acknowledgement>): Promise<void> {
    const started = known.size > 0 && known.size < this.#total
    this.#add({ kills: 1, between: started ? 1 : 0, inside: started && isInside(gauge) ? 1 : 0 })
    const found = this.#options.database === undefined ? this.#copyOf(store) : store
    if (found === undefined) return this.#add({ lost: known.size })
    await using hf = await open(urlOf(found), { worker: false })
    this.#add({ lost: await this.#missing(hf, known) })
  }

  /** A copy to look at, so that the next victim has to recover by itself; undefined where there is nothing yet. */
  #copyOf(store: string): string | undefined {
    if (!existsSync(store)) return undefined
    const copy = join(this.#folder, 'copy.db')
    for (const end of ['', '-wal', '-shm']) rmSync(copy + end, { force: true })
    for (const end of ['', '-wal']) if (existsSync(store + end)) copyFileSync(store + end, copy + end)
    return copy
  }

  async #missing(hf: Holdfast, known: ReadonlyMap<string, Acknowledgement>): Promise<number> {
    const revisions = new Map<string, number>()
    for (const { id } of this.#runs) {
      const row = await hf.store.engine.entity(hf.session(id).ref)
      revisions.set(id, row?.revision ?? 0)
    }
    return [...known.values()].filter(({ session, revision }) => revision > (revisions.get(session) ?? 0)).length
  }

  /** The round is over: every message must be there once, in its place, and everything else as if nothing had happened. */
  async #judge({ store }: VictimOptions, known: ReadonlyMap<string, Acknowledgement>): Promise<void> {
    await using hf = await open(urlOf(store), { worker: false })
    let doubled = [...known.values()].filter(({ index, revision }) => revision !== index + 1).length
    for (const { id, steps } of this.#runs) {
      const events = await Array.fromAsync(hf.session(id).history({ order: 'oldest' }), ({ event }) => event?.data)
      doubled += Math.max(events.length - steps.length, 0)
      doubled += steps.filter(({ data }, i) => !isDeepStrictEqual(events[i], data)).length
    }
    const damage = await Array.fromAsync(hf.store.engine.verify())
    const equal = (await stateHash(hf.store)) === this.#hash
    this.#add({ doubled, damage: damage.length, lost: await this.#missing(hf, known) })
    this.report = { ...this.report, hashEqual: this.report.hashEqual && equal }
  }

  #victim(name: string, round: number): VictimOptions {
    const folder = join(this.#folder, name)
    mkdirSync(folder)
    const { data, limit, database } = this.#options
    const store = database === undefined ? join(folder, 'agent.db') : `${database}?schema=${name.replace('-', '_')}`
    const concurrency = CONCURRENCIES[round % CONCURRENCIES.length] ?? 64
    const writer = WRITERS[Math.floor(round / CONCURRENCIES.length) % WRITERS.length] ?? 'auto'
    return { data, limit, store, gauge: join(folder, 'gauge'), concurrency, writer }
  }

  #add(more: Partial<Omit<KillReport, 'hashEqual'>>): void {
    const report = { ...this.report }
    for (const [name, value] of Object.entries(more) as [keyof typeof more, number][]) report[name] += value
    this.report = report
  }
}

function urlOf(store: string): string {
  return store.startsWith('postgres:') ? store : `file:${store}`
}
