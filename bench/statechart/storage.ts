import { encode, initial, restore, step } from '../../src/statechart/index.ts'
import { count, type Family } from '../family.ts'
import { interleave } from '../interleave.ts'
import { loadXState } from '../peer/xstate.ts'
import { median, medianRatio } from '../percentile.ts'
import { pace } from './pace.ts'
import { names, TOGGLE, type ToggleName, toggles, xstateToggles } from './toggles.ts'

/** What a stored instance takes, and what it costs to wake it, step it and store it again: plain JSON to plain JSON on both sides, the making of text left out. */
export const storage: Family<'snapshot_vs_xstate_bytes' | 'restore_step_encode_vs_xstate'> = {
  figures: ['snapshot_vs_xstate_bytes', 'restore_step_encode_vs_xstate'],
  async measure({ quick }) {
    const sizes = []
    const speeds = []
    for (const name of names) {
      const { ours, peer, bytes } = await race(name, quick ? 3 : 9, quick ? 20 : 150)
      sizes.push({ value: bytes[0] / bytes[1], note: `${name}: ${bytes[0]} bytes; XState: ${bytes[1]}` })
      const note = `${name}, restore + step + encode: ${count(median(ours))}/s; restore + send + persist: ${count(median(peer))}/s`
      speeds.push({ value: medianRatio(ours, peer), note })
    }
    const [largest = { value: null, note: '' }] = sizes.sort((a, b) => b.value - a.value)
    const [slowest = { value: null, note: '' }] = speeds.sort((a, b) => a.value - b.value)
    return { snapshot_vs_xstate_bytes: largest, restore_step_encode_vs_xstate: slowest }
  },
}

async function race(name: ToggleName, rounds: number, ms: number) {
  const xstate = await loadXState()
  const machine = xstateToggles(xstate)[name]
  let own = encode(initial(toggles[name], 0).snapshot)
  let stored = xstate.createActor(machine).start().getPersistedSnapshot()
  const bytes = [Buffer.byteLength(JSON.stringify(own)), Buffer.byteLength(JSON.stringify(stored))] as const
  const speeds = await interleave(rounds, {
    ours: async () =>
      pace(ms, () => {
        own = encode(step(restore(toggles[name], own), TOGGLE, 0).snapshot)
      }),
    peer: async () =>
      pace(ms, () => {
        const actor = xstate.createActor(machine, { snapshot: stored }).start()
        actor.send(TOGGLE)
        stored = actor.getPersistedSnapshot()
        actor.stop()
      }),
  })
  return { ...speeds, bytes }
}
