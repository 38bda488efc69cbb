import type { Difference } from '../../index.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { toMoment } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { formatValue } from '../value.ts'

export const diff: Command = {
  name: 'diff',
  summary: 'where two moments of a session differ; the second is now unless said',
  arguments: [{ name: 'ID' }, { name: 'FROM' }, { name: 'TO', optional: true }],
  options: { ...reveal },
  examples: ['diff alice/42 3', 'diff alice/42 3 7', 'diff alice/42 2026-01-31T12:00:00Z 2026-02-01T12:00:00Z'],
  next: 'fork alice/42 alice/43 --at 3',
  async run(call) {
    const [id, from] = [call.place(0), toMoment(call.place(1), 'FROM')]
    const to = call.has(2) ? toMoment(call.place(2), 'TO') : undefined
    await using hf = await call.openToRead()
    const session = hf.session(id)
    const secrets = await secretsOf(hf, session, call)
    const found = secrets.differences(await session.diff(from, to))
    return {
      data: { session: id, differences: found },
      text: found.length === 0 ? 'No difference' : found.map((one) => lineOf(one, call)).join('\n'),
    }
  },
}

function lineOf({ path, op, before, after }: Difference, call: Call): string {
  const { paint } = call
  const shown = (value: unknown) => (typeof value === 'string' ? JSON.stringify(value) : formatValue(value, call))
  if (op === 'add') return `${paint('green', `+ ${path}`)}  ${shown(after)}`
  if (op === 'remove') return `${paint('red', `- ${path}`)}  ${shown(before)}`
  return `${paint('yellow', `~ ${path}`)}  ${shown(before)} -> ${shown(after)}`
}
