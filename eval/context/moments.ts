import { Candidates } from '../../src/context/index.ts'
import { type ChatMessage, callsOf } from '../../src/replay/index.ts'
import { Tracked } from './tracked.ts'
import { appearsIn } from './wanted.ts'

/** A run as the data files hold it. */
export interface RecordedRun {
  readonly task_id: string | number
  readonly trial: string | number
  readonly messages: readonly ChatMessage[]
}

/** The moment before a tool call: what is known, what was just said, and which variables the call will need. */
export interface Moment {
  /** `<task>/<trial>/<message index>` */
  readonly id: string
  readonly task: string
  readonly query: string
  readonly revision: number
  readonly candidates: Candidates
  /** Positions in `candidates` of those whose values appear in the arguments. */
  readonly wanted: ReadonlySet<number>
}

/** Characters of each of the last texts that become the query. */
const LONGEST_TEXT = 4000

/** Every moment of a run at which the agent calls tools. */
export function* momentsOf(run: RecordedRun): Generator<Moment> {
  const tracked = new Tracked()
  const last = new Map<string, string>()
  for (const [index, message] of run.messages.entries()) {
    const calls = callsOf(message)
    if (message.role === 'assistant' && calls.length > 0) {
      const candidates = new Candidates(tracked.variables())
      const appears = appearsIn(calls.map((call) => call.arguments))
      const wanted = candidates.list.flatMap(({ variable }, i) => (appears(variable.value) ? [i] : []))
      yield {
        id: `${run.task_id}/${run.trial}/${index}`,
        task: String(run.task_id),
        query: queryOf(last),
        revision: tracked.revision,
        candidates,
        wanted: new Set(wanted),
      }
    }
    tracked.add(message)
    if (typeof message.content === 'string' && message.content !== '' && message.role !== 'system')
      last.set(message.role ?? '', message.content.slice(0, LONGEST_TEXT))
  }
}

/** What was said last in the conversation. What tools gave is no part of it: it is in the variables. */
function queryOf(last: ReadonlyMap<string, string>): string {
  return ['user', 'assistant'].map((role) => last.get(role) ?? '').join('\n')
}
