import type { RunInspection, RunStep } from '../../index.ts'
import { maskRun } from '../../run-masking.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { formatTime } from '../moment.ts'
import { secretsOfRuns } from '../secrets.ts'
import { fields, table } from '../table.ts'
import { formatValue } from '../value.ts'
import { waitText } from './list.ts'
import { withTimes } from './times.ts'

export const show: Command = {
  name: 'runs show',
  summary: 'where a run stands: its steps and what they came to, what it waits for, its error',
  arguments: [{ name: 'ID' }],
  options: { ...reveal },
  examples: ['runs show alice/42/refund.m1', 'runs show alice/42/refund.m1 --json'],
  next: 'runs stream ID',
  async run(call) {
    await using hf = await call.openToRead()
    const found = await hf.run(call.place(0)).inspect()
    const shown = await maskRun(await secretsOfRuns(hf, found.session, call), found)
    return { data: withTimes(shown), text: textOf(shown, call), hint: `Next: holdfast ${nextOf(found)}` }
  },
}

function textOf(run: RunInspection, call: Call): string {
  const { waits, streams, steps, output, error } = run
  const rows: (readonly [string, string])[] = [
    ['run', run.id],
    ['task', run.task],
    ['session', run.session],
    ['status', run.status],
    ['by', run.by],
    ['started', formatTime(run.created)],
    ['finished', run.finished === null ? '' : formatTime(run.finished)],
    ['attempts', run.tries > 1 ? `${run.tries} since something was recorded` : ''],
    ['error', error === null ? '' : `${error.name}: ${error.message}`],
    ['waits for', waits.map(waitText).join(', ')],
    ['streams', streams.map(({ name, chunks, ended }) => `${name} (${chunks}${ended ? '' : ' so far'})`).join(', ')],
  ]
  const told = rows.filter(([, value]) => value !== '')
  return [
    fields(told, call.paint),
    `${call.paint('dim', 'input')}\n${formatValue(run.input, call)}`,
    ...(steps.length === 0 ? [] : [stepTable(steps, call)]),
    ...(run.status === 'done' ? [`${call.paint('dim', 'output')}\n${formatValue(output, call)}`] : []),
  ].join('\n\n')
}

function stepTable(steps: readonly RunStep[], call: Call): string {
  const rows = steps.map((step) => [String(step.order), step.name, step.status, cameTo(step, call)])
  return table(['', 'step', 'status', 'came to'], rows, call.paint, call.io.stdout.isTTY ? call.io.stdout.columns : 240)
}

function cameTo({ status, value, error }: RunStep, call: Call): string {
  if (status === 'waiting') return '-'
  return error === undefined ? formatValue(value, call).replaceAll(/\s+/g, ' ') : `${error.name}: ${error.message}`
}

function nextOf({ id, status, waits, streams }: RunInspection): string {
  const event = waits.find((wait) => wait.for === 'event')?.event
  if (event !== undefined) return `runs send ${id} ${event}`
  if (waits.some((wait) => wait.for === 'approval')) return 'approvals list'
  if (status === 'failed' || status === 'needs_migration') return `runs retry ${id}`
  return streams.length > 0 ? `runs stream ${id}` : 'runs list'
}
