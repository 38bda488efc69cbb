import { join } from 'node:path'
import { defineSession, type Holdfast, type Session, type SessionDefinition } from '../../src/index.ts'
import { count, type Family } from '../family.ts'
import { inFolder } from '../folder.ts'
import { interleave } from '../interleave.ts'
import { entry } from '../payload.ts'
import { median } from '../percentile.ts'
import { FRAME_BYTES, logFrames } from '../raw/log-frames.ts'
import { withStore } from './sessions.ts'

interface Listing {
  items: ReturnType<typeof entry>[]
}

const List: SessionDefinition<Listing> = defineSession('list')
const PIECE = 500

/** One more item at the end of a long list and of a short one. */
export const append: Family<'append_10000_vs_10'> = {
  figures: ['append_10000_vs_10'],
  measure: ({ quick }) =>
    inFolder(async (folder) => {
      const rounds = quick ? 20 : 200
      const file = join(folder, 'ours.db')
      return withStore(file, 'full', async (hf) => {
        const long = await fill(hf, 'long', 10_000)
        const short = await fill(hf, 'short', 10)
        const written: Record<'long' | 'short', number[]> = { long: [], short: [] }
        const once = (name: 'long' | 'short', session: Session<Listing>) => () => appendOnce(session, file, written[name])
        const times = await interleave(rounds, { long: once('long', long), short: once('short', short) })
        const [time, bytes] = [median(times.long) / median(times.short), median(written.long) / median(written.short)]
        const timeNote = `time ${time.toFixed(2)} (${median(times.long).toFixed(3)} ms / ${median(times.short).toFixed(3)} ms)`
        const bytesNote = `bytes of the write-ahead log ${bytes.toFixed(2)} (${count(median(written.long))} / ${count(median(written.short))})`
        const note = `${timeNote}, ${bytesNote}; session.update that pushes 600 B, FULL`
        return { append_10000_vs_10: { value: Math.max(time, bytes), note } }
      })
    }),
}

async function fill(hf: Holdfast, id: string, length: number): Promise<Session<Listing>> {
  const session = hf.session(List, id)
  await session.update((state) => {
    state.items = []
  })
  for (let from = 0; from < length; from += PIECE) {
    const items = Array.from({ length: Math.min(PIECE, length - from) }, (_, i) => entry(from + i))
    await session.update((state) => void state.items.push(...items))
  }
  return session
}

/** Milliseconds of one append; what it took off again is not measured. Notes the bytes written where the log did not start over. */
async function appendOnce(session: Session<Listing>, file: string, written: number[]): Promise<number> {
  const [before, started] = [logFrames(file), performance.now()]
  await session.update((state) => void state.items.push(entry(1)))
  const [ms, frames] = [performance.now() - started, logFrames(file) - before]
  if (frames > 0) written.push(frames * FRAME_BYTES)
  await session.update((state) => void state.items.pop())
  return ms
}
