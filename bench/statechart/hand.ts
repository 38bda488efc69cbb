import { initial, step } from '../../src/statechart/index.ts'
import { count, type Family } from '../family.ts'
import { interleave } from '../interleave.ts'
import { median, medianRatio } from '../percentile.ts'
import { pace } from './pace.ts'
import { byHand, names, TOGGLE, type ToggleName, toggles } from './toggles.ts'

/** A reducer written by hand against a step. */
export const hand: Family<'hand_vs_step'> = {
  figures: ['hand_vs_step'],
  async measure({ quick }) {
    const found = []
    for (const name of names) {
      const { ours, reducer } = await race(name, quick ? 3 : 9, quick ? 20 : 150)
      const note = `${name}, by hand: ${count(median(reducer))}/s; step: ${count(median(ours))}/s`
      found.push({ value: medianRatio(reducer, ours), note })
    }
    const [worst = { value: null, note: '' }] = found.sort((a, b) => b.value - a.value)
    return { hand_vs_step: worst }
  },
}

async function race(name: ToggleName, rounds: number, ms: number) {
  let own = initial(toggles[name], 0).snapshot
  const { start, next } = byHand[name]
  let state: unknown = start
  return interleave(rounds, {
    ours: async () =>
      pace(ms, () => {
        own = step(own, TOGGLE, 0).snapshot
      }),
    reducer: async () =>
      pace(ms, () => {
        state = next(state)
      }),
  })
}
