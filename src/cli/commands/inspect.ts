import type { Inspection } from '../../index.ts'
import type { EffectStatus } from '../../runtime/index.ts'
import type { Call } from '../call.ts'
import { type Command, reveal } from '../command.ts'
import { existingSession } from '../existing.ts'
import { formatTime, isoTime } from '../moment.ts'
import { secretsOf } from '../secrets.ts'
import { fields } from '../table.ts'
import { formatValue } from '../value.ts'

export const inspect: Command = {
  name: 'inspect',
  summary: 'everything known of a session',
  arguments: [{ name: 'ID' }],
  options: { ...reveal },
  examples: ['inspect alice/42', 'inspect alice/42 --json', 'inspect alice/42 --reveal'],
  next: 'history alice/42',
  async run(call) {
    const id = call.place(0)
    await using hf = await call.openToRead()
    const session = await existingSession(hf, id)
    const found = await session.inspect()
    const secrets = await secretsOf(hf, session, call)
    const effects = await hf.effects.list({ entity: { kind: 'session', id }, limit: 1000 })
    const shown = { ...found, state: secrets.state(found.state) }
    return {
      data: {
        ...shown,
        created: isoTime(found.created),
        updated: isoTime(found.updated),
        expires: found.expires === null ? null : isoTime(found.expires),
        effects: effects.map(({ id: effect, queue, state, due, attempts }) => ({
          id: effect,
          name: queue,
          state,
          due: isoTime(due),
          attempts,
        })),
      },
      text: textOf(shown, effects, call),
      hint: `Next: holdfast history ${id}`,
    }
  },
}

function textOf(found: Inspection, effects: readonly EffectStatus[], call: Call): string {
  const { origin, invalidStored } = found
  const pairs: (readonly [string, string])[] = [
    ['session', found.id],
    ['definition', found.definition],
    ['revision', String(found.revision)],
    ['status', found.status],
    ['user', found.user ?? '-'],
    ['tags', found.tags.join(', ') || '-'],
    ['created', formatTime(found.created)],
    ['updated', formatTime(found.updated)],
  ]
  if (found.expires !== null) pairs.push(['expires', formatTime(found.expires)])
  if (origin !== null) pairs.push(['forked from', `${origin.session} at revision ${origin.revision}`])
  if (found.secret.length > 0) pairs.push(['secret', found.secret.join(', ')])
  if (effects.length > 0) pairs.push(['effects', countStates(effects)])
  if (invalidStored.length > 0)
    pairs.push(['does not fit', invalidStored.map(({ path, message }) => `${path}: ${message}`).join('; ')])
  return `${fields(pairs, call.paint)}\n\n${formatValue(found.state, call)}`
}

function countStates(effects: readonly EffectStatus[]): string {
  const counts = new Map<string, number>()
  for (const { state } of effects) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ')
}
