import type { OpenApproval } from '../../index.ts'
import { maskApproval } from '../../run-masking.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { isoTime } from '../moment.ts'
import { secretsOfRuns } from '../secrets.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'
import { formatValue, parseValue } from '../value.ts'

const listApprovals: Command = {
  name: 'approvals list',
  summary: 'what runs have asked a person, the longest asked first',
  arguments: [],
  options: { ...reveal },
  examples: ['approvals list', 'approvals list --json'],
  next: 'approvals decide ID --approve',
  async run(call) {
    await using hf = await call.openToRead()
    const open: OpenApproval[] = []
    for (const one of await hf.approvals.list()) open.push(await maskApproval(await secretsOfRuns(hf, one.session, call), one))
    const data = open.map(({ asked, expires, ...rest }) => ({
      ...rest,
      asked: isoTime(asked),
      expires: expires === null ? null : isoTime(expires),
    }))
    return { data, text: open.length === 0 ? 'Nothing waits for a decision' : tableOf(open, call) }
  },
}

function tableOf(open: readonly OpenApproval[], call: Call): string {
  const rows = open.map(({ id, title, data, expires }) => [
    id,
    title,
    formatValue(data, call).replaceAll(/\s+/g, ' '),
    expires === null ? '-' : isoTime(expires),
  ])
  return table(['approval', 'asks', 'about', 'expires'], rows, call.paint, call.io.stdout.isTTY ? call.io.stdout.columns : 200)
}

const decideApproval: Command = {
  name: 'approvals decide',
  summary: 'allow or refuse what a run has asked; the run goes on',
  arguments: [{ name: 'ID' }],
  options: {
    approve: { help: 'allow it' },
    refuse: { help: 'do not allow it' },
    reason: { value: 'TEXT', help: 'why; the run is told' },
    data: { value: 'JSON', help: 'what is to be known, in place of what was asked' },
  },
  examples: [
    'approvals decide alice/42/refund.m1:approval --approve',
    'approvals decide alice/42/refund.m1:approval --refuse --reason "too late"',
  ],
  next: 'approvals list',
  async run(call) {
    const id = call.place(0)
    const approved = call.flag('approve')
    if (approved === call.flag('refuse')) throw new UsageError('Say either --approve or --refuse', '--approve')
    const [reason, data] = [call.option('reason'), call.option('data')]
    await using hf = await call.openToRead()
    const decision = {
      approved,
      ...(reason !== undefined && { reason }),
      ...(data !== undefined && { data: parseValue(data) }),
    }
    await hf.approvals.decide(id, decision, { source: 'cli' })
    return { data: { approval: id, ...decision }, text: `${id} is ${approved ? 'approved' : 'refused'}` }
  },
}

export const approvalCommands: readonly Command[] = [listApprovals, decideApproval]
