import { appendFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import type { EffectHandler } from '../../../src/runtime/index.ts'

/** One run of an effect, as the outside has seen it. */
export interface Run {
  readonly id: string
  readonly epoch: number
}

/** One recorded end of an effect. */
export interface Recorded extends Run {
  readonly ok: boolean
}

/** The kind of the entities that effects belong to, and the key their ends are recorded under. */
export const DEED_KIND = 'deed'
export const RECORDED = 'recorded'

/** An effect whose outside is a file: each run adds a line before it ends, and each end adds to a list of its entity. */
export function deed(file: string): EffectHandler {
  return {
    retry: { attempts: 1_000_000, backoff: 10, maxBackoff: 200 },
    async run(payload, { key, epoch }) {
      const { id, ms } = payload as { id: string; ms: number }
      await setTimeout(ms)
      appendFileSync(file, `${JSON.stringify({ id, epoch, key })}\n`)
      return epoch
    },
    done(_tx, entity, effect) {
      const { id } = effect.payload as { id: string }
      const end: Recorded = { id, epoch: effect.ok ? Number(effect.value) : 0, ok: effect.ok }
      entity.set(RECORDED, [...((entity.get(RECORDED) ?? []) as Recorded[]), end])
    },
  }
}
