import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Recording, recordingOf } from '../../../examples/airline/agent/recording.ts'
import { readRuns } from '../../../src/replay/index.ts'
import { killRound, type RoundReport } from './round.ts'

/** Which recorded conversations to let take place, and how often to kill the process that they take place in. */
export interface AirlineKills {
  /** Recorded runs in OpenAI chat format: `[{ task_id, trial, user_id, messages }]`. */
  readonly file: string
  readonly seed: number
  /** At least so many, unless they end before: the conversations of a round take place at once. */
  readonly kills: number
  readonly onProgress?: (text: string) => void
}

/** What came of all rounds. */
export interface AirlineKillsReport extends Omit<RoundReport, 'last'> {
  /** Kills by what was begun last: a call of the model, a tool, a commit, or the choice of a context. */
  readonly killedAfter: Readonly<Record<string, number>>
  /** Messages, and those left out because no agent's loop could have said them. */
  readonly messages: number
  readonly left: readonly string[]
}

/** Conversations in each round: they take place at once. */
const AT_ONCE = 10
/** Rounds at once: most of their time goes by until the claims of those that were killed have ended. */
const LANES = 2

/** Lets recorded conversations take place, round by round, while their process is killed again and again. */
export async function killConversations({ file, seed, kills, onProgress }: AirlineKills): Promise<AirlineKillsReport> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-airline-'))
  const recordings = (await readRuns(file)).map(recordingOf)
  const starts = recordings.flatMap((_, i) => (i % AT_ONCE === 0 ? [i] : []))
  const reports: RoundReport[] = []
  const waiting = starts.entries()
  const lane = async (): Promise<void> => {
    for (const [round, from] of waiting) {
      const store = `file:${join(folder, `round-${round}.db`)}`
      const to = Math.min(from + AT_ONCE, recordings.length)
      const share = Math.ceil((kills * (to - from)) / recordings.length)
      const told = { store, file, from, to, seed: seed + round, kills: share }
      reports.push(await killRound({ ...told, recordings: recordings.slice(from, to) }))
      onProgress?.(`${reports.length} of ${starts.length} rounds of conversations, ${sum(reports, 'kills')} kills`)
    }
  }
  try {
    await Promise.all(Array.from({ length: LANES }, lane))
    return added(reports, recordings)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function added(reports: readonly RoundReport[], recordings: readonly Recording[]): AirlineKillsReport {
  const killedAfter: Record<string, number> = {}
  for (const step of reports.flatMap(({ last }) => last)) {
    const kind = kindOf(step)
    killedAfter[kind] = (killedAfter[kind] ?? 0) + 1
  }
  return {
    kills: sum(reports, 'kills'),
    killedAfter,
    conversations: sum(reports, 'conversations'),
    messages: recordings.reduce((total, { messages }) => total + messages.length, 0),
    left: recordings.flatMap(({ session, left }) => (left === undefined ? [] : [`${left.messages} of ${session}: ${left.why}`])),
    runs: sum(reports, 'runs'),
    steps: sum(reports, 'steps'),
    calls: sum(reports, 'calls'),
    served: sum(reports, 'served'),
    readers: sum(reports, 'readers'),
    unended: reports.flatMap(({ unended }) => unended),
    rerun: reports.flatMap(({ rerun }) => rerun),
    servedAgain: reports.flatMap(({ servedAgain }) => servedAgain),
    otherwise: reports.flatMap(({ otherwise }) => otherwise),
    misread: reports.flatMap(({ misread }) => misread),
  }
}

function kindOf(step: string): string {
  const name = step.slice(step.lastIndexOf('/') + 1)
  if (name.endsWith('>serve')) return 'tool'
  if (name.startsWith('model')) return 'model'
  return name === 'context' ? 'context' : 'commit'
}

type Counted = { [Key in keyof RoundReport]: RoundReport[Key] extends number ? Key : never }[keyof RoundReport]

function sum(reports: readonly RoundReport[], key: Counted): number {
  return reports.reduce((total, report) => total + report[key], 0)
}
