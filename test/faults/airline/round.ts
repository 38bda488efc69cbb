import { join } from 'node:path'
import type { Recording } from '../../../examples/airline/agent/recording.ts'
import { saysTheSame } from '../../../examples/airline/agent/said.ts'
import { type Holdfast, open } from '../../../src/index.ts'
import { seeded } from '../random.ts'
import { liveThrough } from '../task/lives.ts'
import type { AirlineVictim } from './child.ts'
import { Ledger } from './ledger.ts'
import { Readers } from './readers.ts'
import { talksOf } from './talk.ts'

/** Some recorded conversations in a store of their own, and how often to kill the process they take place in. */
export interface Round extends Omit<AirlineVictim, 'ledger'> {
  /** Those from `from` to `to` of the file. */
  readonly recordings: readonly Recording[]
  readonly seed: number
  readonly kills: number
}

/** What came of a round. What should be nothing is told by name. */
export interface RoundReport {
  readonly kills: number
  /** What was begun last before each kill. */
  readonly last: readonly string[]
  readonly conversations: number
  readonly runs: number
  readonly steps: number
  readonly calls: number
  /** Calls that the outside has heard of; one that was killed before it was recorded comes again. */
  readonly served: number
  readonly readers: number
  /** Runs that came to no good end. */
  readonly unended: readonly string[]
  /** Steps that were done again although they were recorded. */
  readonly rerun: readonly string[]
  /** Calls that the outside heard of again although their results were recorded. */
  readonly servedAgain: readonly string[]
  /** Conversations that are not as they are recorded. */
  readonly otherwise: readonly string[]
  /** Readers who have not got to the byte what all others of a run have, or not what is recorded. */
  readonly misread: readonly string[]
}

/** Lets conversations take place while their process is killed again and again, and compares what is left with what is recorded. */
export async function killRound({ recordings, seed, kills, ...victim }: Round): Promise<RoundReport> {
  const told: AirlineVictim = { ...victim, ledger: `${victim.store.replace(/^file:/, '')}.ledger` }
  const random = seeded(seed)
  const talks = recordings.flatMap(talksOf)
  // The last kills come when most has been done.
  const spacing = Math.ceil((1.5 * stepsIn(recordings)) / Math.max(1, kills))
  const ledger = new Ledger(told.ledger)
  await using hf = await open(victim.store, { worker: false })
  const readers = new Readers(hf, talks, random)
  const lived = await liveThrough({
    store: victim.store,
    file: join(import.meta.dirname, 'child.ts'),
    told,
    ids: talks.map(({ run }) => run),
    kills,
    sentence: () => ({ after: 1 + random(spacing), delay: random(25) }),
    begun: (step) => readers.come(step),
    async between(_, recorded) {
      ledger.look(recorded)
      return false
    },
  })
  const misread = await readers.judge()
  return {
    kills: lived.kills,
    last: lived.last,
    conversations: recordings.length,
    runs: talks.length,
    steps: lived.runs.flatMap(({ steps }) => steps).length,
    calls: recordings.flatMap(({ messages }) => messages.flatMap((message) => (message.role === 'tool' ? message.content : [])))
      .length,
    served: ledger.keys.length,
    readers: readers.count,
    unended: lived.runs
      .filter(({ status }) => status !== 'done')
      .map(({ id, status, error }) => `${id} is ${status}: ${error?.message}`),
    rerun: lived.rerun,
    servedAgain: ledger.again,
    otherwise: await otherwise(hf, recordings),
    misread,
  }
}

/** Each message is a step, and each answer begins with a context and ends with a commit. */
function stepsIn(recordings: readonly Recording[]): number {
  return recordings.reduce((sum, { messages, questions }) => sum + messages.length + 2 * questions.length, 0)
}

async function otherwise(hf: Holdfast, recordings: readonly Recording[]): Promise<string[]> {
  const wrong: string[] = []
  for (const { session, messages } of recordings) {
    const { turns } = await hf.conversation(session).list({ limit: 1000 })
    if (!saysTheSame(turns, messages)) wrong.push(session)
  }
  return wrong
}
