import type { Moment } from '../../index.ts'
import { type Command, dryRun } from '../command.ts'
import { existingSession } from '../existing.ts'
import { toMoment } from '../moment.ts'
import { counted } from '../text.ts'

export const fork: Command = {
  name: 'fork',
  summary: 'make a session that starts as another one is, or was',
  arguments: [{ name: 'ID' }, { name: 'NEWID' }],
  options: { at: { value: 'REV|TIME', help: 'as it was at a revision or time; default now' }, ...dryRun },
  examples: ['fork alice/42 alice/43', 'fork alice/42 alice/what-if --at 7'],
  next: 'inspect alice/43',
  async run(call) {
    const [id, fresh] = [call.place(0), call.place(1)]
    const at = call.option('at')
    const moment = at === undefined ? undefined : toMoment(at, '--at')
    await using hf = await call.openToRead()
    const session = moment === undefined ? await existingSession(hf, id) : hf.session(id)
    const row = await hf.timeline.row(session.ref)
    const origin = await hf.timeline.revision(row, moment ?? row.revision)
    const isDry = call.flag('dry-run')
    if (!isDry) await session.fork(fresh, { at: origin.revision, source: 'cli' })
    const { effects, more } = await session.effectsSince(origin.revision)
    const done = effects.length
    // What happened outside after the moment of a fork stays done: whoever forks should know.
    const warning =
      done > 0
        ? `Since revision ${origin.revision}, ${more ? 'more than ' : ''}${counted(done, 'effect')} happened outside; a fork does not undo that\n`
        : ''
    return {
      data: {
        session: fresh,
        origin: { session: id, revision: origin.revision },
        effectsSince: done,
        moreEffects: more,
        dryRun: isDry,
      },
      text: `${isDry ? 'Would fork' : 'Forked'} ${id} at revision ${origin.revision} as ${fresh}`,
      hint: `${warning}Next: holdfast ${isDry ? `fork ${id} ${fresh}${forkAt(moment, at)}` : `inspect ${fresh}`}`,
    }
  },
}

function forkAt(moment: Moment | undefined, at: string | undefined): string {
  return moment === undefined ? '' : ` --at ${at}`
}
