import { HoldfastError } from '../../core/index.ts'
import type { Moment, Session } from '../../index.ts'
import { type Command, reveal } from '../command.ts'
import { existingSession } from '../existing.ts'
import { toMoment } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { checkedPath, formatValue } from '../value.ts'

export const get: Command = {
  name: 'get',
  summary: 'a value of a session, now or at any moment',
  arguments: [{ name: 'ID' }, { name: 'PATH', optional: true }],
  options: { at: { value: 'REV|TIME', help: 'as it was at a revision or time' }, ...reveal },
  examples: [
    'get alice/42',
    'get alice/42 cart.items[0].qty',
    'get alice/42 cart --at 7',
    'get alice/42 cart --at 2026-01-31T12:00:00Z',
  ],
  next: 'history alice/42',
  async run(call) {
    const id = call.place(0)
    const path = checkedPath(call.place(1))
    const at = call.option('at')
    const moment = at === undefined ? undefined : toMoment(at, '--at')
    await using hf = await call.openToRead()
    const session = at === undefined ? await existingSession(hf, id) : hf.session(id)
    const secrets = await secretsOf(hf, session, call)
    const value = secrets.value(path, await read(session, path, moment))
    if (value === undefined && path !== '') throw nothing(id, path, at)
    return { data: { session: id, path, value }, text: formatValue(value, call) }
  },
}

async function read(session: Session, path: string, moment: Moment | undefined): Promise<unknown> {
  if (moment === undefined) return session.get(path)
  return path === '' ? (await session.at(moment)).state : session.getAt(moment, path)
}

function nothing(id: string, path: string, at: string | undefined): HoldfastError<'not_found'> {
  const when = at === undefined ? '' : ` at ${at}`
  return new HoldfastError('not_found', `Session ${id} has nothing at ${path}${when}; \`holdfast get ${id}\` shows what it has`, {
    entity: id,
    path,
  })
}
