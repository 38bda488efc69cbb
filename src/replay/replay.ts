import { basename } from 'node:path'
import { HoldfastError } from '../core/index.ts'
import type { BotTx, Holdfast } from '../index.ts'
import type { Variables } from '../session/index.ts'
import { chatTracker } from './chat-tracker.ts'
import { readRuns } from './data-file.ts'
import { dialogueTracker } from './dialogue-tracker.ts'
import { digestsOf, nextStep, refuseStep, writePosition } from './position.ts'
import type { Run, Step } from './run.ts'
import { runName } from './run-name.ts'
import type { SomeTracker, TrackInfo } from './tracker.ts'

/** What to replay and how. */
export interface ReplayOptions {
  /** What variables to follow; default: a small one for each format. */
  readonly tracker?: SomeTracker | undefined
  /** Only the run of this session id. */
  readonly only?: string | undefined
  /** Replay `only` into a session of another id, e.g. a fork of it. */
  readonly into?: string | undefined
  /** What else each step is to do, in its commit: give a machine its event, change another entity. Pure and synchronous, as a tracker. */
  readonly alongside?: ((tx: BotTx, item: never, info: TrackInfo) => void) | undefined
  /** Put before every session id. */
  readonly prefix?: string | undefined
  /** At most so many runs, in the order of the file. */
  readonly limit?: number | undefined
  /** Stop each run before this message or turn. */
  readonly until?: number | undefined
  /** Sessions replayed at once. Default 64. */
  readonly concurrency?: number | undefined
  /** Stops between two messages; a later replay goes on there. */
  readonly signal?: AbortSignal | undefined
  /** Called once a message is durable. */
  readonly onAcknowledged?: ((sessionId: string, index: number, revision: number) => void) | undefined
}

/** What a replay has done. */
export interface ReplaySummary {
  readonly format: Run['format'] | 'none'
  readonly tracker: string
  readonly sessions: number
  /** Sessions that had been begun before. */
  readonly resumed: number
  /** Messages or turns in the sessions replayed, those of earlier replays included. */
  readonly messages: number
  /** Revisions this replay has written. */
  readonly revisions: number
  /** False when it was stopped, or told to stop, before the end of the runs. */
  readonly complete: boolean
  readonly first: string | undefined
}

/**
 * Replays a file of recorded runs: one session for each run, one revision for each message or turn. What was replayed
 * before is not replayed again.
 * @throws not_found, invalid for the file; conflict when a session holds something else; what a tracker throws, as invalid.
 */
export async function replayFile(hf: Holdfast, file: string, options: ReplayOptions = {}): Promise<ReplaySummary> {
  return replayRuns(hf, await readRuns(file), basename(file), options)
}

/** The same for runs that have been read. */
export async function replayRuns(
  hf: Holdfast,
  all: readonly Run[],
  file: string,
  options: ReplayOptions = {},
): Promise<ReplaySummary> {
  const runs = chosen(all, options)
  const tracker = runs[0] === undefined ? undefined : trackerFor(runs[0], options.tracker)
  const players = runs.map((run) => new Player(hf, run, trackerFor(run, options.tracker), file, options))
  await inParallel(players, options.concurrency ?? 64)
  return {
    format: runs[0]?.format ?? 'none',
    tracker: tracker?.name ?? 'none',
    sessions: players.length,
    resumed: players.filter((player) => player.resumed).length,
    messages: players.reduce((sum, player) => sum + player.next, 0),
    revisions: players.reduce((sum, player) => sum + player.written, 0),
    complete: players.every((player) => player.complete),
    first: players[0]?.id,
  }
}

function chosen(all: readonly Run[], { only, into, prefix = '', limit }: ReplayOptions): Run[] {
  if (into !== undefined && only === undefined)
    throw new HoldfastError('invalid', 'Replaying into another session needs the one run to replay', { path: 'into' })
  const wanted =
    only === undefined
      ? all
      : all.filter(({ id }) => [only, runName(only)].some((name) => id === name || `${prefix}${id}` === name))
  if (only !== undefined && wanted.length === 0) {
    const some = all.slice(0, 3).map((run) => run.id)
    throw new HoldfastError('not_found', `There is no run ${only} in the file; there are ${some.join(', ')}, ...`, {
      entity: only,
    })
  }
  return wanted.slice(0, limit).map((run) => ({ ...run, id: into ?? `${prefix}${run.id}` }))
}

function trackerFor(run: Run, asked: SomeTracker | undefined): SomeTracker {
  if (asked === undefined) return run.format === 'chat' ? chatTracker : dialogueTracker
  const format = asked.format ?? 'chat'
  if (format === run.format) return asked
  throw new HoldfastError('invalid', `Tracker ${asked.name} follows the format ${format}, ${run.id} is a ${run.format}`, {
    path: 'tracker',
  })
}

/** Plays one run into its session. */
class Player {
  readonly id: string
  readonly #hf: Holdfast
  readonly #run: Run
  readonly #tracker: SomeTracker
  readonly #file: string
  readonly #options: ReplayOptions
  #digests: readonly string[] = []
  next = 0
  written = 0
  resumed = false

  constructor(hf: Holdfast, run: Run, tracker: SomeTracker, file: string, options: ReplayOptions) {
    this.id = run.id
    this.#hf = hf
    this.#run = run
    this.#tracker = tracker
    this.#file = file
    this.#options = options
  }

  get stopped(): boolean {
    return this.#options.signal?.aborted ?? false
  }

  get complete(): boolean {
    return this.next >= this.#run.steps.length
  }

  async play(stopped: () => boolean): Promise<void> {
    const { until = Number.POSITIVE_INFINITY, onAcknowledged } = this.#options
    this.#digests = digestsOf(this.#run)
    this.next = await this.#begin()
    this.resumed = this.next > 0
    for (; this.next < Math.min(until, this.#run.steps.length) && !stopped(); this.next++) {
      const step = this.#run.steps[this.next]
      if (step === undefined) return
      const revision = await this.#commit(step, this.next).catch((error: unknown) => refuseStep(error, this.id, this.next))
      this.written++
      onAcknowledged?.(this.id, this.next, revision)
    }
  }

  async #begin(): Promise<number> {
    const { value } = await this.#hf.commit((tx) => {
      return nextStep(tx.entity('session', this.id), this.#digests, this.#tracker.name)
    })
    return value
  }

  async #commit(step: Step, index: number): Promise<number> {
    const { id, user, tags } = this.#run
    const tracker = this.#tracker
    const { definition } = tracker
    const handle = user === undefined ? {} : { user }
    const { records } = await this.#hf.commit(
      (tx) => {
        const session = definition === undefined ? tx.session(id, handle) : tx.session(definition, id, handle)
        const { entity } = session
        const at = nextStep(entity, this.#digests, tracker.name)
        if (at !== index) throw movedOn(id, index, at)
        const { state } = session
        if (index === 0) {
          session.tag('replay', ...tags)
          Object.assign(state, structuredClone(tracker.start ?? {}))
        }
        this.#track(tx, state as Variables, step, index)
        writePosition(entity, {
          file: this.#file,
          tracker: tracker.name,
          next: index + 1,
          digest: this.#digests[index + 1] ?? '',
        })
        entity.event(step.event, step.data)
      },
      { source: 'replay' },
    )
    return records[0]?.revision ?? 0
  }

  #track(tx: BotTx, state: Variables, { item }: Step, index: number): void {
    const { user, steps } = this.#run
    const { name } = this.#tracker
    const info: TrackInfo = { session: this.id, user, index, last: index === steps.length - 1 }
    this.#ask(`Tracker ${name}`, index, () => this.#tracker.track(state, item as never, info))
    this.#ask(`What goes alongside ${name}`, index, () => this.#options.alongside?.(tx, item as never, info))
  }

  #ask(who: string, index: number, act: () => unknown): void {
    try {
      if (act() instanceof Promise) throw asynchronous()
    } catch (cause) {
      // Decisions are interrupted by what they ask for, too: the runtime sorts that out.
      const why = cause instanceof Error ? cause.message : String(cause)
      const message = `${who} failed at message ${index} of session ${this.id}: ${why}. Mend it and replay again: it goes on there`
      throw new HoldfastError('invalid', message, { entity: this.id, path: `messages[${index}]` }, { cause })
    }
  }
}

/** Starts the next one whenever one ends; after a failure no new step is begun. */
async function inParallel(players: readonly Player[], concurrency: number): Promise<void> {
  const waiting = players.values()
  let failed = false
  const work = async (): Promise<void> => {
    for (const player of waiting) {
      try {
        await player.play(() => failed || player.stopped)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(concurrency, players.length) }, work))
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}

function movedOn(id: string, expected: number, current: number): HoldfastError<'conflict'> {
  const message = `Session ${id} moved on from message ${expected} to ${current} while it was replayed: another replay is running. Let it end`
  return new HoldfastError('conflict', message, { entity: id, expected, current })
}

function asynchronous(): HoldfastError<'invalid'> {
  return new HoldfastError('invalid', 'it returned a promise, and must be synchronous', { path: 'track' })
}
