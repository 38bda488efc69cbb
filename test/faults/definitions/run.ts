import { performance } from 'node:perf_hooks'
import { HoldfastError } from '../../../src/core/index.ts'
import { machineFromJson } from '../../../src/machine-json/index.ts'
import { loadScxml, type ScxmlReader } from '../../../src/scxml/index.ts'
import { type EventObject, encode, initial, type Machine, restore, type Snapshot, step } from '../../../src/statechart/index.ts'
import { hostileJson } from './json.ts'
import { hostileScxml } from './scxml.ts'

/** What became of many hostile definitions. */
export interface DefinitionsReport {
  /** How many ended as a machine that ran, or refused, by word. */
  readonly ends: Readonly<Record<string, number>>
  /** Anything else: another error, no position, a prototype changed, or too long a time. */
  readonly crashes: readonly string[]
  readonly slowestMs: number
  readonly slowest: string
}

/** Longer than this is a crash: it would stop a server. */
const MOST_MS = 10_000

/** Makes hostile definitions, of JSON and SCXML in turn, and runs what becomes a machine. */
export async function runDefinitions(seed: number, count: number): Promise<DefinitionsReport> {
  using reader = await loadScxml()
  const ends: Record<string, number> = {}
  const crashes: string[] = []
  let slowestMs = 0
  let slowest = ''
  for (let i = seed; i < seed + count; i++) {
    const begun = performance.now()
    const kind = i % 2 === 0 ? 'json' : 'scxml'
    const end = endOf(() => (kind === 'json' ? machineFromJson(hostileJson(i)) : readScxml(reader, i)))
    const ms = performance.now() - begun
    if (ms > slowestMs) slowest = `${kind} ${i}`
    slowestMs = Math.max(slowestMs, ms)
    const word = `${kind} ${end.word}`
    ends[word] = (ends[word] ?? 0) + 1
    const crash = end.crash ?? (ms > MOST_MS ? `took ${Math.round(ms)} ms` : pollution())
    if (crash !== undefined) crashes.push(`${kind} ${i}: ${crash}`)
    // What a sandbox makes ready for its next use needs a turn of the event loop.
    if (i % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  return { ends, crashes, slowestMs, slowest }
}

function readScxml(reader: ScxmlReader, seed: number): Machine {
  return reader.read(hostileScxml(seed)) as Machine
}

interface End {
  readonly word: string
  readonly crash?: string
}

function endOf(make: () => Machine): End {
  let phase = 'refused'
  try {
    const machine = make()
    phase = 'stopped'
    run(machine)
    return { word: 'ran' }
  } catch (error) {
    if (!(error instanceof HoldfastError)) return { word: 'crashed', crash: `${phase}: ${describe(error)}` }
    const { code, details, message } = error
    if (code === 'unavailable') return { word: 'busy' }
    const hasPlace = 'path' in details && typeof details.path === 'string'
    const isMeant = code === 'invalid' || code === 'too_large'
    if (!isMeant || (!hasPlace && phase === 'refused'))
      return { word: code, crash: `${phase} without a place, ${code}: ${message.slice(0, 300)}` }
    return { word: `${phase} ${code}` }
  }
}

const EVENTS: readonly EventObject[] = [
  { type: 'GO' },
  { type: 'NEXT' },
  { type: '__proto__' },
  { type: 'GO', n: Number.NaN, by: [[]] } as EventObject,
  { type: 'error.execution' },
]

function run(machine: Machine): void {
  let { snapshot } = initial(machine, 0, {})
  for (const event of EVENTS) {
    const stored = JSON.parse(JSON.stringify(encode(snapshot)))
    snapshot = stepped(restore(machine, stored), event)
  }
}

/** An event that is refused changes nothing; the machine goes on. */
function stepped(snapshot: Snapshot, event: EventObject): Snapshot {
  try {
    return step(snapshot, event, 1000).snapshot
  } catch (error) {
    if (HoldfastError.is(error, 'invalid') || HoldfastError.is(error, 'too_large')) return snapshot
    throw error
  }
}

function describe(error: unknown): string {
  return error instanceof Error
    ? `${error.name}: ${error.message.slice(0, 200)} ${error.stack?.split('\n')[1]?.trim()}`
    : String(error)
}

function pollution(): string | undefined {
  return 'polluted' in {} ? 'a prototype was changed' : undefined
}
