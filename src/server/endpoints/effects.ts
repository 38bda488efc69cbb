import { z } from '@hono/zod-openapi'
import type { EffectQuery, EffectStatus } from '../../runtime/index.ts'
import { json } from '../answer.ts'
import { type Call, replayHeader } from '../call.ts'
import { makeCursor, readCursor } from '../cursor.ts'
import { disclosureOf } from '../disclosure.ts'
import { endpoint, none } from '../endpoint.ts'
import { after, effect, limit, page } from '../shapes.ts'

const effectId = z.object({
  id: z.string().min(1).max(1024).openapi({ description: 'The id of the effect, percent-encoded.', example: 'refund-1042' }),
})

type Shown = 'due' | 'running' | 'dead' | 'done'

/** Rows looked at for one page at most: what runs is few among what waits. */
const MOST_LOOKED_AT = 2000

const listEffects = endpoint({
  method: 'get',
  path: '/v1/effects',
  name: 'listEffects',
  tag: 'effects',
  summary: 'Effects and timers: what waits, runs, has failed, is done',
  params: none,
  query: z.object({
    state: z.enum(['due', 'running', 'dead', 'done']).optional().openapi({ description: 'Only in this state.' }),
    limit,
    after,
  }),
  answer: { status: 200, description: 'A page of effects, by id.', schema: page('EffectPage', 'effects', effect) },
  async handle(call) {
    const { state, limit: most = 50, after: behind } = call.query
    let last = behind === undefined ? undefined : readCursor('effects', 'string', behind)
    const found: EffectStatus[] = []
    for (let seen = 0, isMore = true; isMore && found.length < most && seen < MOST_LOOKED_AT; ) {
      const rows = await call.bot.effects.list({ ...queryOf(state), limit: most, ...(last !== undefined && { after: last }) })
      for (const row of rows) {
        last = row.id
        if (state === undefined || shownState(row) === state) found.push(row)
        if (found.length === most) break
      }
      seen += rows.length
      isMore = rows.length === most
      if (!isMore) last = undefined
    }
    const effects = []
    for (const one of found) effects.push(await bodyOf(call, one))
    return json(200, { effects, ...(last !== undefined && { next: makeCursor('effects', last) }) })
  },
})

function queryOf(state: Shown | undefined): EffectQuery {
  if (state === undefined || state === 'done') return {}
  return { state: state === 'dead' ? 'dead' : 'due' }
}

function shownState({ state }: EffectStatus): Shown {
  return state === 'settled' || state === 'cancelled' ? 'done' : state
}

async function bodyOf(call: Call, one: EffectStatus): Promise<object> {
  const { id, entity, queue, attempts, due, created } = one
  const error = await errorOf(call, one)
  const ref = { kind: entity.kind, id: entity.id }
  return { id, entity: ref, queue, state: shownState(one), attempts, due, created, ...(error !== undefined && { error }) }
}

/** The last error of an effect that has failed, without secrets of what has promised it. */
export async function errorOf(call: Call, { state, result, entity }: EffectStatus): Promise<string | undefined> {
  const message = typeof result === 'object' && result !== null && 'message' in result ? String(result.message) : undefined
  if (message === undefined || state === 'settled') return undefined
  const row = await call.hf.store.engine.entity(entity)
  if (row === undefined) return message
  return (await disclosureOf(call.hf, row)).text(message)
}

/** What an operator may do to one effect. */
interface Deed {
  readonly verb: 'retry' | 'cancel'
  readonly summary: string
  readonly description: string
}

const deeds: readonly Deed[] = [
  { verb: 'retry', summary: 'Run a dead or cancelled effect again', description: 'The effect, waiting again.' },
  { verb: 'cancel', summary: 'End an effect that waits or runs, or give up a dead one', description: 'The effect, ended.' },
]

const deedEndpoint = ({ verb, summary, description }: Deed) =>
  endpoint({
    method: 'post',
    path: `/v1/effects/{id}/${verb}`,
    name: `${verb}Effect`,
    tag: 'effects',
    summary,
    params: effectId,
    query: none,
    answer: { status: 200, description, schema: effect },
    async handle(call) {
      const { effects } = call.bot
      const replayed = await effects[verb](call.params.id, call.commitOptions)
      return json(200, await bodyOf(call, await effects.get(call.params.id)), replayHeader(replayed))
    },
  })

export const effectEndpoints = [listEffects, ...deeds.map(deedEndpoint)]
