import type { RunQuery, RunStatus, RunSummary, RunWait } from '../../index.ts'
import { maskSummary } from '../../run-masking.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { formatTime, isoTime } from '../moment.ts'
import { secretsOfRuns } from '../secrets.ts'
import { closest } from '../suggestion.ts'
import { table } from '../table.ts'
import { judging, UsageError } from '../usage-error.ts'
import { withTimes } from './times.ts'

const STATUSES: readonly RunStatus[] = ['running', 'waiting', 'done', 'failed', 'cancelled', 'needs_migration']

export const list: Command = {
  name: 'runs list',
  summary: 'runs of tasks, by status, task and session, newest change first',
  arguments: [],
  options: {
    status: { value: 'STATUS', help: STATUSES.join(', ') },
    task: { value: 'NAME', help: 'of this task' },
    session: { value: 'ID', help: 'of this session' },
    limit: { value: 'N', help: 'at most so many; default 50' },
    ...reveal,
  },
  examples: ['runs list', 'runs list --status failed', 'runs list --session alice/42 --json'],
  next: 'runs show ID',
  async run(call) {
    const query = queryOf(call)
    await using hf = await call.openToRead()
    const found = await judging('limit', hf.runs.list(query))
    const runs: RunSummary[] = []
    for (const one of found) runs.push(await maskSummary(await secretsOfRuns(hf, one.session, call), one))
    const [first] = runs
    return {
      data: { runs: runs.map(withTimes) },
      text: runs.length === 0 ? 'No runs' : listOf(runs, call),
      ...(first !== undefined && { hint: `Next: holdfast runs show ${first.id}` }),
    }
  },
}

function queryOf(call: Call): RunQuery {
  const [task, session] = [call.option('task'), call.option('session')]
  return { status: statusOf(call.option('status')), task, session, limit: call.number('limit', 1) }
}

function statusOf(typed: string | undefined): RunStatus | undefined {
  const status = STATUSES.find((one) => one === typed)
  if (typed === undefined || status !== undefined) return status
  const near = closest(typed, STATUSES)
  const hint = near === undefined ? '' : `; did you mean ${near}?`
  throw new UsageError(`Expected --status to be one of ${STATUSES.join(', ')}, got ${JSON.stringify(typed)}${hint}`, '--status')
}

function listOf(runs: readonly RunSummary[], call: Call): string {
  const rows = runs.map((run) => [run.id, run.status, String(run.steps), formatTime(run.created), standing(run)])
  const columns = call.io.stdout.isTTY ? call.io.stdout.columns : 240
  return table(['run', 'status', 'steps', 'started', 'about'], rows, call.paint, columns)
}

/** Why it failed, or what it waits for. */
function standing({ error, waits }: RunSummary): string {
  return error === null ? waits.map(waitText).join(', ') || '-' : error.message
}

/** What a step waits for, in a few words. */
export function waitText({ step, for: what, until, event, title }: RunWait): string {
  const told = what === 'event' ? `event ${event}` : what === 'approval' ? `approval: ${title}` : `sleep ${step}`
  return until === null ? told : `${told} until ${isoTime(until)}`
}
