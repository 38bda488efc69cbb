import { initial, step } from '../../src/statechart/index.ts'
import { count, type Family } from '../family.ts'
import type { Measured } from '../figure.ts'
import { interleave } from '../interleave.ts'
import { loadXState } from '../peer/xstate.ts'
import { median, medianRatio } from '../percentile.ts'
import { pace } from './pace.ts'
import { names, TOGGLE, type ToggleName, toggles, xstateToggles } from './toggles.ts'

type Name = `step_vs_xstate_${ToggleName}` | 'step_vs_xstate_send'

/** A step against XState's pure `transition()`, and against sending an event to a running actor. */
export const steps: Family<Name> = {
  figures: ['step_vs_xstate_flat', 'step_vs_xstate_nested', 'step_vs_xstate_parallel', 'step_vs_xstate_send'],
  async measure({ quick }) {
    const pure = {} as Record<ToggleName, Measured>
    const sent: (Measured & { readonly value: number })[] = []
    for (const name of names) {
      const { ours, transition, send } = await race(name, quick ? 3 : 9, quick ? 20 : 150)
      const rate = `step: ${count(median(ours))}/s`
      pure[name] = { value: medianRatio(ours, transition), note: `${rate}; transition(): ${count(median(transition))}/s` }
      sent.push({ value: medianRatio(ours, send), note: `${name}, ${rate}; actor.send: ${count(median(send))}/s` })
    }
    const [worst = { value: null, note: '' }] = sent.sort((a, b) => a.value - b.value)
    return {
      step_vs_xstate_flat: pure.flat,
      step_vs_xstate_nested: pure.nested,
      step_vs_xstate_parallel: pure.parallel,
      step_vs_xstate_send: worst,
    }
  },
}

async function race(name: ToggleName, rounds: number, ms: number) {
  const xstate = await loadXState()
  const machine = xstateToggles(xstate)[name]
  let own = initial(toggles[name], 0).snapshot
  let [peer] = xstate.initialTransition(machine)
  const actor = xstate.createActor(machine).start()
  const result = await interleave(rounds, {
    ours: async () =>
      pace(ms, () => {
        own = step(own, TOGGLE, 0).snapshot
      }),
    transition: async () =>
      pace(ms, () => {
        peer = xstate.transition(machine, peer, TOGGLE)[0]
      }),
    send: async () => pace(ms, () => actor.send(TOGGLE)),
  })
  actor.stop()
  return result
}
