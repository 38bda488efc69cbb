import { basename, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { HoldfastError } from '../../core/index.ts'
import { checkTracker, type ReplaySummary, type Run, readRuns, replayRuns, type SomeTracker } from '../../replay/index.ts'
import type { Call } from '../call.ts'
import { type Command, dryRun, type Result } from '../command.ts'
import { exitCodes } from '../exit-code.ts'
import { startProgress } from '../progress.ts'
import { counted } from '../text.ts'
import { UsageError } from '../usage-error.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'make sessions of recorded runs, one revision for each message; goes on where it stopped',
  arguments: [{ name: 'FILE' }],
  options: {
    track: { value: 'FILE', help: 'a module that says what variables to follow' },
    only: { value: 'ID', help: 'only the run of this session' },
    into: { value: 'ID', help: 'replay that run into another session, e.g. a fork of it' },
    prefix: { value: 'TEXT', help: 'put before every session id' },
    limit: { value: 'N', help: 'at most so many runs' },
    until: { value: 'N', help: 'stop each run before its message N, counted from 0' },
    ...dryRun,
  },
  examples: [
    'replay trajectories.json',
    'replay trajectories.json --track examples/airline-tracker.ts --store file:./airline.db',
    'replay dialogues.json --only 3_00000 --until 6',
  ],
  next: 'sessions',
  async run(call) {
    const file = call.place(0)
    const only = call.option('only')
    const into = call.option('into')
    if (into !== undefined && only === undefined)
      throw new UsageError('--into needs --only: which run is to be replayed?', '--into')
    const tracker = await loadTracker(call.option('track'))
    const runs = await readRuns(file)
    return call.flag('dry-run') ? preview(call, file, runs) : play(call, file, runs, tracker)
  },
}

async function play(call: Call, file: string, runs: readonly Run[], tracker: SomeTracker | undefined): Promise<Result> {
  await using hf = await call.openToWrite()
  const progress = startProgress(call.io)
  const start = performance.now()
  let written = 0
  const total = chosen(call, runs).reduce((sum, { steps }) => sum + steps.length, 0)
  try {
    const summary = await replayRuns(hf, runs, basename(file), {
      tracker,
      only: call.option('only'),
      into: call.option('into'),
      prefix: call.option('prefix'),
      limit: call.number('limit', 1),
      until: call.number('until', 0),
      signal: call.io.signal,
      onAcknowledged: () => progress.update(`${++written} of ${total} messages`),
    })
    const seconds = Number(((performance.now() - start) / 1000).toFixed(2))
    return resultOf(call, summary, seconds)
  } finally {
    progress.end()
  }
}

function resultOf(call: Call, summary: ReplaySummary, seconds: number): Result {
  const { sessions, resumed, revisions, messages, complete, first, tracker, format } = summary
  const found = `${counted(sessions, 'session')}${resumed > 0 ? ` (${resumed} begun before)` : ''}`
  const stopped = complete ? '' : 'Not all runs are at their end; the same call again goes on\n'
  return {
    data: { ...summary, seconds, store: call.store },
    text: `${found}, ${counted(revisions, 'revision')} written in ${seconds} s; ${counted(messages, 'message')} stored in ${call.store} (${format}, tracker ${tracker})`,
    hint: `${stopped}Next: holdfast ${first === undefined ? 'sessions' : `history ${first} --oldest`}`,
    exit: call.io.signal.aborted ? exitCodes.failure : exitCodes.ok,
  }
}

function preview(call: Call, file: string, all: readonly Run[]): Result {
  const runs = chosen(call, all)
  const messages = runs.reduce((sum, { steps }) => sum + steps.length, 0)
  return {
    data: { dryRun: true, format: runs[0]?.format ?? 'none', sessions: runs.length, messages, ids: runs.map(({ id }) => id) },
    text: `Would replay ${counted(runs.length, 'run')} (${runs[0]?.format ?? 'none'}) with ${counted(messages, 'message')} into ${call.store}`,
    hint: `Next: holdfast replay ${file}`,
  }
}

function chosen(call: Call, all: readonly Run[]): Run[] {
  const only = call.option('only')
  return all.filter(({ id }) => only === undefined || id === only).slice(0, call.number('limit', 1))
}

async function loadTracker(typed: string | undefined): Promise<SomeTracker | undefined> {
  if (typed === undefined) return undefined
  let module: { readonly default?: unknown }
  try {
    module = (await import(pathToFileURL(resolve(typed)).href)) as typeof module
  } catch (cause) {
    const isMissing = (cause as { code?: unknown }).code === 'ERR_MODULE_NOT_FOUND' && String(cause).includes(resolve(typed))
    if (isMissing) throw new HoldfastError('not_found', `There is no tracker ${typed}`, { file: typed }, { cause })
    throw new HoldfastError(
      'invalid',
      `Tracker ${typed} cannot be loaded: ${(cause as Error).message}`,
      { path: typed },
      { cause },
    )
  }
  return checkTracker(module.default, typed)
}
