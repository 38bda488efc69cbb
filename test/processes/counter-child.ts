import { open } from '../../src/holdfast.ts'

/** Counts a session up so many times, one acknowledged step after the other, and tells its parent each number it reached. */
const [file = '', session = '', times = '0'] = process.argv.slice(2)
const hf = await open(`file:${file}`, { worker: false, durability: 'os' })
for (let i = 0; i < Number(times); i++) {
  const reached = await hf.session(session).update((state) => {
    state.n = ((state.n as number | undefined) ?? 0) + 1
    return state.n
  })
  process.send?.({ reached })
}
await hf.close()
process.disconnect()
