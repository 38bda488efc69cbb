import type { EffectStatus } from '../../runtime/index.ts'
import { SESSION_KIND } from '../../session/index.ts'
import type { Call } from '../call.ts'
import { errorOf } from '../endpoints/effects.ts'

/** Something a person should look at. */
export interface Attention {
  readonly what: 'failed' | 'stuck' | 'waiting' | 'invalid'
  readonly session?: string
  readonly effect?: string
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly message: string
}

/** Sessions with this tag wait for a person. */
export const WAITING_TAG = 'waiting'
/** Due for longer than this counts as stuck. */
const STUCK_MS = 60_000
/** Of each sort at most so many are named. */
const MOST = 20
/** Sessions whose values are checked against their schemas: the ones changed last. */
const MOST_CHECKED = 20

/** What needs attention, most urgent sort first. Each sort looks at a bounded number of rows. */
export async function attentionOf(call: Call): Promise<Attention[]> {
  return [...(await failed(call)), ...(await stuck(call)), ...(await waiting(call)), ...(await misfits(call))]
}

async function failed(call: Call): Promise<Attention[]> {
  const dead = await call.bot.effects.list({ state: 'dead', limit: MOST })
  const found: Attention[] = []
  for (const one of dead) {
    const why = (await errorOf(call, one)) ?? 'it gave no reason'
    found.push({
      what: 'failed',
      ...about(one),
      since: one.due,
      message: `${one.queue} failed after ${one.attempts} ${one.attempts === 1 ? 'attempt' : 'attempts'}: ${why}`,
    })
  }
  return found
}

async function stuck(call: Call): Promise<Attention[]> {
  const now = call.hf.runtime.ports.clock.now()
  const late = await call.bot.effects.list({ state: 'due', dueBy: now - STUCK_MS, limit: MOST * 2 })
  return late
    .filter(({ state }) => state !== 'running')
    .slice(0, MOST)
    .map((one) => {
      const message =
        one.attempts === 0
          ? `${one.queue} waits and no process has taken it`
          : `${one.queue} was begun and not ended; its lease ran out`
      return { what: 'stuck', ...about(one), since: one.due, message }
    })
}

async function waiting(call: Call): Promise<Attention[]> {
  const { sessions } = await call.bot.sessions.list({ tag: WAITING_TAG, limit: MOST })
  return sessions
    .filter(({ status }) => status === 'open' || status === 'idle')
    .map(({ id, updated }) => ({ what: 'waiting', session: id, since: updated, message: 'waits for a person' }))
}

async function misfits(call: Call): Promise<Attention[]> {
  const { definitions } = call.services
  if (definitions.size === 0) return []
  const { sessions } = await call.bot.sessions.list({ limit: MOST_CHECKED })
  const found: Attention[] = []
  for (const { id, definition, updated } of sessions) {
    const known = definitions.get(definition)
    const [issue] = known === undefined ? [] : (await call.bot.session(known, id).inspect()).invalidStored
    if (issue !== undefined)
      found.push({ what: 'invalid', session: id, since: updated, message: `${issue.path}: ${issue.message}` })
  }
  return found
}

function about({ id, entity }: EffectStatus): { effect: string; session?: string } {
  return { effect: id, ...(entity.kind === SESSION_KIND && { session: entity.id }) }
}
