import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { isDeepStrictEqual } from 'node:util'
import { open } from '../../src/holdfast.ts'
import type { MachineVictim } from './machine-child.ts'
import { Clerk, Packer, scenario } from './machine-scenario.ts'
import { seeded } from './random.ts'

/** What came of killing a process at every boundary of the scenario's steps. */
export interface MachineReport {
  /** Durable steps, each followed by a death. */
  readonly steps: number
  readonly kills: number
  /** Acknowledged messages, tickets, prices and mails that are not there. */
  readonly lost: number
  /** Steps taken twice, keys used twice. */
  readonly doubled: number
  /** Findings of the verifier. */
  readonly damage: number
  /** True when the histories tell what they tell when nobody is killed. */
  readonly isAsUndisturbed: boolean
}

/** A lease of a dead process must have ended before its successor looks. */
const AHEAD_MS = 20_000

interface Run {
  readonly folder: string
  readonly tickets: number
  readonly acknowledged: Set<number>
  kills: number
  steps: number
}

/** Works off so many tickets (four steps each, or more), killed after each step, and before every other one. */
export async function killAtEveryStep(options: {
  readonly seed: number
  readonly tickets: number
  readonly onProgress?: (text: string) => void
}): Promise<MachineReport> {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-machine-'))
  try {
    const calm: Run = { ...fresh(mkdtempSync(join(root, 'calm-'))), tickets: options.tickets }
    await life(calm, 'never', 0)
    const run: Run = { ...fresh(mkdtempSync(join(root, 'run-'))), tickets: options.tickets }
    const random = seeded(options.seed)
    for (let isOver = false; !isOver; ) {
      if (random(2) === 0) isOver = await life(run, 'before', ++run.kills)
      if (!isOver) isOver = await life(run, 'after', ++run.kills)
      if (!isOver && ++run.steps % 25 === 0) options.onProgress?.(`${run.steps} steps, ${run.kills} killed`)
    }
    // The last one came to the end alive.
    return await judge({ ...run, kills: run.kills - 1 }, calm)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function fresh(folder: string): Omit<Run, 'tickets'> {
  return { folder, acknowledged: new Set(), kills: 0, steps: 0 }
}

/** One process; true when it came to the end of the scenario. */
async function life(run: Run, dies: MachineVictim['dies'], generation: number): Promise<boolean> {
  const victim: MachineVictim = {
    store: join(run.folder, 'agent.db'),
    ledger: join(run.folder, 'ledger'),
    tickets: run.tickets,
    dies,
    ahead: generation * AHEAD_MS,
  }
  const child = spawn(process.execPath, [join(import.meta.dirname, 'machine-child.ts'), JSON.stringify(victim)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr?.on('data', (text: Buffer) => {
    complaint += String(text)
  })
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(code === 0)
      else reject(new Error(`The victim failed by itself (${code ?? signal}): ${complaint}`))
    })
  })
  for await (const line of createInterface(child.stdio[3] as Readable)) run.acknowledged.add(Number(line))
  return ended
}

async function judge(run: Run, calm: Run): Promise<MachineReport> {
  const [found, wanted] = [await look(run), await look(calm)]
  const missing = (told: readonly string[], all: readonly string[]): number => all.length - multiset(told, all)
  const { kills, steps } = run
  return {
    kills,
    steps,
    lost: missing(found.told, wanted.told) + [...run.acknowledged].filter((ticket) => ticket >= found.tickets).length,
    doubled: missing(wanted.told, found.told),
    damage: found.damage,
    isAsUndisturbed: isDeepStrictEqual([found.told, found.context], [wanted.told, wanted.context]),
  }
}

/** How many of `all` are among `told`, each counted as often as it is there. */
function multiset(told: readonly string[], all: readonly string[]): number {
  const left = new Map<string, number>()
  for (const each of told) left.set(each, (left.get(each) ?? 0) + 1)
  return all.filter((each) => {
    const count = left.get(each) ?? 0
    left.set(each, count - 1)
    return count > 0
  }).length
}

/** What the store and the ledger tell: every transition of every instance, and every key used outside. */
async function look({ folder }: Run) {
  const ledger = join(folder, 'ledger')
  await using hf = await open(`file:${join(folder, 'agent.db')}`, { worker: false, machines: [scenario(ledger)] })
  const clerk = hf.machine(Clerk, 'shop', 'clerk')
  const told: string[] = []
  for (const instance of [clerk, hf.machine(Packer, 'shop', 'clerk.pack')]) {
    for await (const { steps } of instance.history({ order: 'oldest' }))
      for (const { event, transitions = [] } of steps) told.push(`${instance.id}: ${event.type} ${transitions.join(', ')}`)
  }
  const { context } = await clerk.snapshot()
  // At least once outside, under one key for each ticket: more lines are allowed, more keys are not.
  const keys = new Set(readFileSync(ledger, 'utf8').split('\n').filter(Boolean))
  const outside = [...keys].map((line) => line.split(' ').slice(0, 2).join(' ')).sort()
  const damage = await Array.fromAsync(hf.store.engine.verify())
  return { told: [...told, ...outside], context, tickets: context.tickets, damage: damage.length }
}
